INSERT INTO meta.state (value, revision, updated, deleted, key) VALUES (?, ?, ?, ?, ?);
