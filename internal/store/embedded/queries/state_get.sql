SELECT key, value, revision, updated, deleted FROM meta.state WHERE key = ?;
