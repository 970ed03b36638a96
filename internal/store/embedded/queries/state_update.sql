UPDATE meta.state SET value = ?, revision = ?, updated = ?, deleted = ? WHERE key = ?;
