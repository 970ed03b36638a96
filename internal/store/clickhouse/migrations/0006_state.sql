-- Small documents by key; the row of the highest revision counts. Of two rows for one revision the server takes the
-- first, by their token.
CREATE TABLE IF NOT EXISTS {{.Table "state"}}{{.OnCluster}}
(
    key      String CODEC(ZSTD(1)),
    value    String CODEC(ZSTD(3)),
    revision Int64 CODEC(ZSTD(1)),
    updated  DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    deleted  Bool,
    changes  String CODEC(ZSTD(1))
)
ENGINE = {{.SharedEngine "revision"}}
ORDER BY key
SETTINGS {{.Window}};
