-- One row for each operation; operation_id alone is its identity, also when a later revision has another name,
-- service or start. So it alone is the sorting key, and the day of a row is the day in its id.
-- The id begins with the start in milliseconds: rows lie in the order of time.
-- Granules and blocks are small, so that the fifty operations of a list are read with few others around them: that
-- halves the time of lists and costs no room. Indexes are about four granules each, for the same reason.
-- Fields have the names of the record; a map has a second column with the types of its values, one letter a key.
CREATE TABLE IF NOT EXISTS `opslog`.`operations_local` ON CLUSTER `main`
(
    operation_id               FixedString(16) CODEC(ZSTD(1)),
    trace_id                   FixedString(16) CODEC(NONE),
    span_id                    FixedString(8) CODEC(NONE),
    parent_operation_id        FixedString(16) CODEC(ZSTD(1)),
    revision                   Int64 CODEC(T64, ZSTD(1)),
    complete                   Bool CODEC(ZSTD(1)),
    incomplete_reason          LowCardinality(String) CODEC(ZSTD(1)),
    start_time                 DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    duration                   Int64 CODEC(T64, ZSTD(1)),
    trace_duration             Int64 CODEC(T64, ZSTD(1)),
    service_name               LowCardinality(String) CODEC(ZSTD(1)),
    service_namespace          LowCardinality(String) CODEC(ZSTD(1)),
    service_version            LowCardinality(String) CODEC(ZSTD(1)),
    service_instance_id        LowCardinality(String) CODEC(ZSTD(1)),
    environment                LowCardinality(String) CODEC(ZSTD(1)),
    host_name                  LowCardinality(String) CODEC(ZSTD(1)),
    resource                   Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource_types             LowCardinality(String) CODEC(ZSTD(1)),
    name                       LowCardinality(String) CODEC(ZSTD(1)),
    transport                  LowCardinality(String) CODEC(ZSTD(1)),
    method                     LowCardinality(String) CODEC(ZSTD(1)),
    route                      LowCardinality(String) CODEC(ZSTD(1)),
    target                     String CODEC(ZSTD(1)),
    kind                       LowCardinality(String) CODEC(ZSTD(1)),
    kind_confidence            Float64 CODEC(ZSTD(1)),
    kind_evidence              LowCardinality(String) CODEC(ZSTD(1)),
    destructive                Bool CODEC(ZSTD(1)),
    user_id                    String CODEC(ZSTD(1)),
    user_type                  LowCardinality(String) CODEC(ZSTD(1)),
    tenant_id                  String CODEC(ZSTD(1)),
    session_id                 String CODEC(ZSTD(1)),
    request_id                 String CODEC(ZSTD(1)),
    client_address             String CODEC(ZSTD(1)),
    user_agent                 String CODEC(ZSTD(1)),
    status                     LowCardinality(String) CODEC(ZSTD(1)),
    status_code                Int64 CODEC(T64, ZSTD(1)),
    status_message             String CODEC(ZSTD(1)),
    error_type                 LowCardinality(String) CODEC(ZSTD(1)),
    error_message              String CODEC(ZSTD(3)),
    error_stack                String CODEC(ZSTD(3)),
    error_fingerprint          LowCardinality(String) CODEC(ZSTD(1)),
    error_variant              LowCardinality(String) CODEC(ZSTD(1)),
    error_span_id              FixedString(8) CODEC(ZSTD(1)),
    error_service              LowCardinality(String) CODEC(ZSTD(1)),
    failure_class              LowCardinality(String) CODEC(ZSTD(1)),
    request_headers            Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    request_headers_types      LowCardinality(String) CODEC(ZSTD(1)),
    response_headers           Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    response_headers_types     LowCardinality(String) CODEC(ZSTD(1)),
    request_body               String CODEC(ZSTD(3)),
    response_body              String CODEC(ZSTD(3)),
    request_size               Int64 CODEC(T64, ZSTD(1)),
    response_size              Int64 CODEC(T64, ZSTD(1)),
    truncated                  Bool CODEC(ZSTD(1)),
    span_count                 Int64 CODEC(T64, ZSTD(1)),
    error_span_count           Int64 CODEC(T64, ZSTD(1)),
    db_calls                   Int64 CODEC(T64, ZSTD(1)),
    db_errors                  Int64 CODEC(T64, ZSTD(1)),
    db_time                    Int64 CODEC(T64, ZSTD(1)),
    db_max                     Int64 CODEC(T64, ZSTD(1)),
    db_critical_share          Float64 CODEC(ZSTD(1)),
    http_calls                 Int64 CODEC(T64, ZSTD(1)),
    http_errors                Int64 CODEC(T64, ZSTD(1)),
    http_time                  Int64 CODEC(T64, ZSTD(1)),
    http_max                   Int64 CODEC(T64, ZSTD(1)),
    http_critical_share        Float64 CODEC(ZSTD(1)),
    rpc_calls                  Int64 CODEC(T64, ZSTD(1)),
    rpc_errors                 Int64 CODEC(T64, ZSTD(1)),
    rpc_time                   Int64 CODEC(T64, ZSTD(1)),
    rpc_max                    Int64 CODEC(T64, ZSTD(1)),
    rpc_critical_share         Float64 CODEC(ZSTD(1)),
    messaging_calls            Int64 CODEC(T64, ZSTD(1)),
    messaging_errors           Int64 CODEC(T64, ZSTD(1)),
    messaging_time             Int64 CODEC(T64, ZSTD(1)),
    messaging_max              Int64 CODEC(T64, ZSTD(1)),
    messaging_critical_share   Float64 CODEC(ZSTD(1)),
    cache_calls                Int64 CODEC(T64, ZSTD(1)),
    cache_errors               Int64 CODEC(T64, ZSTD(1)),
    cache_time                 Int64 CODEC(T64, ZSTD(1)),
    cache_max                  Int64 CODEC(T64, ZSTD(1)),
    cache_critical_share       Float64 CODEC(ZSTD(1)),
    file_calls                 Int64 CODEC(T64, ZSTD(1)),
    file_errors                Int64 CODEC(T64, ZSTD(1)),
    file_time                  Int64 CODEC(T64, ZSTD(1)),
    file_max                   Int64 CODEC(T64, ZSTD(1)),
    file_critical_share        Float64 CODEC(ZSTD(1)),
    cache_hits                 Int64 CODEC(T64, ZSTD(1)),
    cache_misses               Int64 CODEC(T64, ZSTD(1)),
    self_time                  Int64 CODEC(T64, ZSTD(1)),
    external_time              Int64 CODEC(T64, ZSTD(1)),
    parallelism                Float64 CODEC(ZSTD(1)),
    slowest_step_name          LowCardinality(String) CODEC(ZSTD(1)),
    slowest_step_self_time     Int64 CODEC(T64, ZSTD(1)),
    slowest_step_span_id       FixedString(8) CODEC(ZSTD(1)),
    external                   String CODEC(ZSTD(3)),
    effects                    String CODEC(ZSTD(3)),
    findings                   String CODEC(ZSTD(3)),
    attempt                    Int64 CODEC(T64, ZSTD(1)),
    retry_of                   FixedString(16) CODEC(ZSTD(1)),
    message_id                 String CODEC(ZSTD(1)),
    idempotency_key            String CODEC(ZSTD(1)),
    dead_lettered              Bool CODEC(ZSTD(1)),
    attributes                 Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_types           LowCardinality(String) CODEC(ZSTD(1)),
    scope                      LowCardinality(String) CODEC(ZSTD(1)),
    links                      String CODEC(ZSTD(3)),

    id_time                    DateTime('UTC') MATERIALIZED toDateTime(intDiv(reinterpretAsUInt64(reverse(substring(operation_id, 1, 6))), 1000), 'UTC') CODEC(Delta, ZSTD(1)),
    -- The higher wins: a higher revision, and among equal revisions the one that was stored first.
    version                    UInt64 MATERIALIZED bitShiftLeft(toUInt64(least(greatest(revision, 0), 4194303)), 42) + (4398046511103 - toUInt64(toUnixTimestamp64Milli(now64(3)))) CODEC(ZSTD(1)),
    -- "key=value" for each attribute, and for each element of a list.
    attribute_items            Array(String) ALIAS arrayFlatten(arrayMap((k, v, i) -> if(substring(attributes_types, i, 1) = 'l',
        arrayMap(e -> concat(k, '=', multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'),
            startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1'))), JSONExtractArrayRaw(v)),
        [concat(k, '=', v)]), mapKeys(attributes), mapValues(attributes), arrayEnumerate(mapKeys(attributes)))),
    search_text                String ALIAS lowerUTF8(concatWithSeparator('\n', name, target, error_type, error_message, status_message, request_body, response_body)),

    INDEX by_start       start_time        TYPE minmax              GRANULARITY 4,
    INDEX by_duration    duration          TYPE minmax              GRANULARITY 4,
    INDEX by_trace       trace_id          TYPE bloom_filter(0.001) GRANULARITY 4,
    INDEX by_user        user_id           TYPE bloom_filter(0.01)  GRANULARITY 4,
    INDEX by_tenant      tenant_id         TYPE bloom_filter(0.01)  GRANULARITY 4,
    INDEX by_session     session_id        TYPE bloom_filter(0.01)  GRANULARITY 4,
    INDEX by_request     request_id        TYPE bloom_filter(0.001) GRANULARITY 4,
    INDEX by_message     message_id        TYPE bloom_filter(0.01)  GRANULARITY 4,
    INDEX by_fingerprint error_fingerprint TYPE set(256)            GRANULARITY 4,
    INDEX by_service     service_name      TYPE set(256)            GRANULARITY 4,
    INDEX by_name        name              TYPE set(1024)           GRANULARITY 4
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
PARTITION BY toDate(id_time)
ORDER BY operation_id
SETTINGS index_granularity = 512, min_compress_block_size = 16384, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400;

CREATE TABLE IF NOT EXISTS `opslog`.`operations` ON CLUSTER `main` AS `opslog`.`operations_local`
ENGINE = Distributed('main', 'opslog', 'operations_local', cityHash64(trace_id));

-- Raw spans as far as they are kept; trace and span id are the identity.
CREATE TABLE IF NOT EXISTS `opslog`.`spans_local` ON CLUSTER `main`
(
    trace_id         FixedString(16) CODEC(ZSTD(1)),
    span_id          FixedString(8) CODEC(NONE),
    parent_span_id   FixedString(8) CODEC(ZSTD(1)),
    trace_state      LowCardinality(String) CODEC(ZSTD(1)),
    flags            UInt32 CODEC(ZSTD(1)),
    name             LowCardinality(String) CODEC(ZSTD(1)),
    kind             LowCardinality(String) CODEC(ZSTD(1)),
    start_time       DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    duration         Int64 CODEC(T64, ZSTD(1)),
    status           LowCardinality(String) CODEC(ZSTD(1)),
    status_message   String CODEC(ZSTD(1)),
    service_name     LowCardinality(String) CODEC(ZSTD(1)),
    scope            LowCardinality(String) CODEC(ZSTD(1)),
    resource         Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource_types   LowCardinality(String) CODEC(ZSTD(1)),
    attributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_types LowCardinality(String) CODEC(ZSTD(1)),
    events           String CODEC(ZSTD(3)),
    links            String CODEC(ZSTD(3))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toDate(start_time)
ORDER BY (trace_id, span_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400;

CREATE TABLE IF NOT EXISTS `opslog`.`spans` ON CLUSTER `main` AS `opslog`.`spans_local`
ENGINE = Distributed('main', 'opslog', 'spans_local', cityHash64(trace_id));

-- Log records of applications; the id is their identity and begins with the time.
CREATE TABLE IF NOT EXISTS `opslog`.`logs_local` ON CLUSTER `main`
(
    log_id           FixedString(16) CODEC(ZSTD(1)),
    time             DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    trace_id         FixedString(16) CODEC(ZSTD(1)),
    span_id          FixedString(8) CODEC(ZSTD(1)),
    severity_number  Int64 CODEC(T64, ZSTD(1)),
    severity_text    LowCardinality(String) CODEC(ZSTD(1)),
    event_name       LowCardinality(String) CODEC(ZSTD(1)),
    body             String CODEC(ZSTD(3)),
    service_name     LowCardinality(String) CODEC(ZSTD(1)),
    scope            LowCardinality(String) CODEC(ZSTD(1)),
    resource         Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource_types   LowCardinality(String) CODEC(ZSTD(1)),
    attributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_types LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toDate(time)
ORDER BY (trace_id, log_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400;

CREATE TABLE IF NOT EXISTS `opslog`.`logs` ON CLUSTER `main` AS `opslog`.`logs_local`
ENGINE = Distributed('main', 'opslog', 'logs_local', cityHash64(trace_id));

-- Calls along the edges of the service graph, by minute. A row is a delta: those of one edge add up.
-- The id is made by whoever emits the row and begins with the minute; a row delivered twice is one row.
-- A histogram maps the bucket floor(8*log2(ns)) to a count.
CREATE TABLE IF NOT EXISTS `opslog`.`edges_local` ON CLUSTER `main`
(
    edge_id              FixedString(16) CODEC(ZSTD(1)),
    minute               DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    environment          LowCardinality(String) CODEC(ZSTD(1)),
    source_kind          LowCardinality(String) CODEC(ZSTD(1)),
    source               LowCardinality(String) CODEC(ZSTD(1)),
    source_operation     LowCardinality(String) CODEC(ZSTD(1)),
    target_kind          LowCardinality(String) CODEC(ZSTD(1)),
    target               String CODEC(ZSTD(1)),
    target_operation     LowCardinality(String) CODEC(ZSTD(1)),
    system               LowCardinality(String) CODEC(ZSTD(1)),
    inferred             Bool CODEC(ZSTD(1)),
    async                Bool CODEC(ZSTD(1)),
    calls                Int64 CODEC(T64, ZSTD(1)),
    errors               Int64 CODEC(T64, ZSTD(1)),
    unpaired             Int64 CODEC(T64, ZSTD(1)),
    retries              Int64 CODEC(T64, ZSTD(1)),
    client_time          Int64 CODEC(T64, ZSTD(1)),
    server_time          Int64 CODEC(T64, ZSTD(1)),
    network_time         Int64 CODEC(T64, ZSTD(1)),
    client_durations     Map(Int16, Int64) CODEC(ZSTD(1)),
    server_durations     Map(Int16, Int64) CODEC(ZSTD(1)),
    last_seen            DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    example_operation_id FixedString(16) CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toDate(minute)
ORDER BY (minute, edge_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400;

CREATE TABLE IF NOT EXISTS `opslog`.`edges` ON CLUSTER `main` AS `opslog`.`edges_local`
ENGINE = Distributed('main', 'opslog', 'edges_local', cityHash64(edge_id));

-- Counters of trace quality, by minute: deltas with an id, as edges are.
CREATE TABLE IF NOT EXISTS `opslog`.`quality_local` ON CLUSTER `main`
(
    quality_id       FixedString(16) CODEC(ZSTD(1)),
    minute           DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    service_name     LowCardinality(String) CODEC(ZSTD(1)),
    environment      LowCardinality(String) CODEC(ZSTD(1)),
    check_name       LowCardinality(String) CODEC(ZSTD(1)),
    subject          String CODEC(ZSTD(1)),
    total            Int64 CODEC(T64, ZSTD(1)),
    failed           Int64 CODEC(T64, ZSTD(1)),
    value            Int64 CODEC(T64, ZSTD(1)),
    example_trace_id FixedString(16) CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toDate(minute)
ORDER BY (minute, quality_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400;

CREATE TABLE IF NOT EXISTS `opslog`.`quality` ON CLUSTER `main` AS `opslog`.`quality_local`
ENGINE = Distributed('main', 'opslog', 'quality_local', cityHash64(quality_id));

-- Small documents by key; the row of the highest revision counts. Of two rows for one revision the server takes the
-- first, by their token.
CREATE TABLE IF NOT EXISTS `opslog`.`state` ON CLUSTER `main`
(
    key      String CODEC(ZSTD(1)),
    value    String CODEC(ZSTD(3)),
    revision Int64 CODEC(ZSTD(1)),
    updated  DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    deleted  Bool,
    changes  String CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}', '{shard}-{replica}', revision)
ORDER BY key
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400;

-- Errors by service and UTC day, summed up from operations; they outlive them. The highest revision counts.
CREATE TABLE IF NOT EXISTS `opslog`.`error_days_local` ON CLUSTER `main`
(
    error_day_id      FixedString(16) CODEC(ZSTD(1)),
    day               DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    revision          Int64 CODEC(ZSTD(1)),
    service_name      LowCardinality(String) CODEC(ZSTD(1)),
    environment       LowCardinality(String) CODEC(ZSTD(1)),
    error_fingerprint LowCardinality(String) CODEC(ZSTD(1)),
    error_type        LowCardinality(String) CODEC(ZSTD(1)),
    error_message     String CODEC(ZSTD(3)),
    failure_class     LowCardinality(String) CODEC(ZSTD(1)),
    operations        Int64 CODEC(T64, ZSTD(1)),
    users             Int64 CODEC(T64, ZSTD(1)),
    tenants           Int64 CODEC(T64, ZSTD(1)),
    first_seen        DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    last_seen         DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    first_example     FixedString(16) CODEC(ZSTD(1)),
    last_example      FixedString(16) CODEC(ZSTD(1)),
    names             String CODEC(ZSTD(3)),
    versions          String CODEC(ZSTD(3))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', revision)
PARTITION BY toYYYYMM(day)
ORDER BY (day, error_day_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400;

CREATE TABLE IF NOT EXISTS `opslog`.`error_days` ON CLUSTER `main` AS `opslog`.`error_days_local`
ENGINE = Distributed('main', 'opslog', 'error_days_local', cityHash64(error_day_id));

-- Operations by minute and name, summed up from operations; they outlive them. The highest revision counts.
-- The histogram maps the bucket floor(8*log2(ns)) of durations to a count.
CREATE TABLE IF NOT EXISTS `opslog`.`rollups_local` ON CLUSTER `main`
(
    rollup_id    FixedString(16) CODEC(ZSTD(1)),
    minute       DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    revision     Int64 CODEC(ZSTD(1)),
    service_name LowCardinality(String) CODEC(ZSTD(1)),
    environment  LowCardinality(String) CODEC(ZSTD(1)),
    name         LowCardinality(String) CODEC(ZSTD(1)),
    kind         LowCardinality(String) CODEC(ZSTD(1)),
    status       LowCardinality(String) CODEC(ZSTD(1)),
    operations   Int64 CODEC(T64, ZSTD(1)),
    total        Int64 CODEC(T64, ZSTD(1)),
    longest      Int64 CODEC(T64, ZSTD(1)),
    durations    Map(Int16, Int64) CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', revision)
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, rollup_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400;

CREATE TABLE IF NOT EXISTS `opslog`.`rollups` ON CLUSTER `main` AS `opslog`.`rollups_local`
ENGINE = Distributed('main', 'opslog', 'rollups_local', cityHash64(rollup_id));

-- Calls that a circuit breaker stopped.
ALTER TABLE `opslog`.`edges_local` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS circuit_open Int64 CODEC(T64, ZSTD(1));

ALTER TABLE `opslog`.`edges` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS circuit_open Int64;

-- Whose an edge or a counter is: the SHA-256 of the tenant in hex; empty where there is none. Older rows are the platform's.
ALTER TABLE `opslog`.`edges_local` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS tenant_key LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE `opslog`.`edges` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS tenant_key LowCardinality(String);

ALTER TABLE `opslog`.`quality_local` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS tenant_key LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE `opslog`.`quality` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS tenant_key LowCardinality(String);

ALTER TABLE `opslog`.`operations_local` ON CLUSTER `main` MODIFY TTL id_time + toIntervalSecond(1209600);

ALTER TABLE `opslog`.`operations_local` ON CLUSTER `main` REMOVE TTL;

ALTER TABLE `opslog`.`operations_local` ON CLUSTER `main` ADD INDEX IF NOT EXISTS by_attribute attribute_items TYPE text(tokenizer = array);

ALTER TABLE `opslog`.`operations_local` ON CLUSTER `main` MATERIALIZE INDEX by_attribute;

ALTER TABLE `opslog`.`operations_local` ON CLUSTER `main` ADD INDEX IF NOT EXISTS by_word search_text TYPE text(tokenizer = splitByNonAlpha);

ALTER TABLE `opslog`.`operations_local` ON CLUSTER `main` MATERIALIZE INDEX by_word;

ALTER TABLE `opslog`.`operations_local` ON CLUSTER `main` DROP INDEX IF EXISTS by_attribute;

ALTER TABLE `opslog`.`operations_local` ON CLUSTER `main` DROP INDEX IF EXISTS by_word;
