SELECT key, value, revision, updated, deleted FROM meta.state
WHERE NOT deleted AND starts_with(key, ?) AND key > ?
ORDER BY key
LIMIT ?;
