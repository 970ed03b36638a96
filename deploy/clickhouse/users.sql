-- Users for opslog in SQL, for a server with SQL-driven access control. users.xml says the same for the users.d folder.
-- On a cluster add ON CLUSTER to each statement, and give the grants and policies on the *_local tables too.
-- A user made here cannot log in from anywhere. Afterwards: ALTER USER name IDENTIFIED BY '...' HOST ANY, or HOST IP '10.0.0.0/8'.

-- The service: opslog_storage::clickhouse::username.
CREATE USER IF NOT EXISTS opslog NOT IDENTIFIED HOST NONE SETTINGS max_memory_usage = 8589934592;

GRANT SELECT, INSERT, ALTER, CREATE, DROP, TRUNCATE, OPTIMIZE ON opslog.* TO opslog;

GRANT TABLE ENGINE ON ReplacingMergeTree, TABLE ENGINE ON Memory TO opslog;

-- On a cluster: replicated and distributed tables, statements for all servers, reading from all of them.
GRANT TABLE ENGINE ON ReplicatedReplacingMergeTree, TABLE ENGINE ON Distributed TO opslog;

GRANT CLUSTER, REMOTE, CREATE TEMPORARY TABLE ON *.* TO opslog;

-- Parts and disks, for retention and for what the status page shows.
GRANT SELECT ON system.* TO opslog;

-- Who reads cannot write, cannot raise these limits, and cannot take the server with one question.
CREATE SETTINGS PROFILE IF NOT EXISTS opslog_reader SETTINGS
    readonly = 2 CONST,
    max_execution_time = 15 MAX 15,
    max_rows_to_read = 1000000000 MAX 1000000000,
    max_bytes_to_read = 50000000000 MAX 50000000000,
    max_memory_usage = 2147483648 MAX 2147483648,
    max_result_rows = 100000 MAX 100000,
    max_concurrent_queries_for_user = 8 CONST;

-- People and dashboards: everything, reading only.
CREATE ROLE IF NOT EXISTS opslog_reader SETTINGS PROFILE 'opslog_reader';

GRANT SELECT ON opslog.* TO opslog_reader;

-- Tenants of config/multi-tenant.yaml: a user's name is its tenant's, and it sees the rows that carry it. Two sums (rollups,
-- error_days) are of all tenants, so a tenant does not get them.
CREATE ROLE IF NOT EXISTS opslog_tenant SETTINGS PROFILE 'opslog_reader';

GRANT SELECT ON opslog.operations TO opslog_tenant;

GRANT SELECT ON opslog.spans TO opslog_tenant;

GRANT SELECT ON opslog.logs TO opslog_tenant;

GRANT SELECT ON opslog.edges TO opslog_tenant;

GRANT SELECT ON opslog.quality TO opslog_tenant;

CREATE ROW POLICY IF NOT EXISTS opslog_tenant ON opslog.operations USING tenant_id = currentUser() TO opslog_tenant;

CREATE ROW POLICY IF NOT EXISTS opslog_tenant ON opslog.spans USING resource['opslog.tenant'] = currentUser() TO opslog_tenant;

CREATE ROW POLICY IF NOT EXISTS opslog_tenant ON opslog.logs USING resource['opslog.tenant'] = currentUser() TO opslog_tenant;

CREATE ROW POLICY IF NOT EXISTS opslog_tenant ON opslog.edges USING tenant_key = lower(hex(SHA256(currentUser()))) TO opslog_tenant;

CREATE ROW POLICY IF NOT EXISTS opslog_tenant ON opslog.quality USING tenant_key = lower(hex(SHA256(currentUser()))) TO opslog_tenant;

-- A policy for some hides rows from everybody else; these two see all.
CREATE ROW POLICY IF NOT EXISTS opslog_all ON opslog.* USING 1 TO opslog, opslog_reader;

-- opslog itself, for what tenants ask its API: opslog_storage::clickhouse::tenants. A query says in log_comment whose it is;
-- without that, this user sees no row. State holds what tenants save, each under a name made of its own.
CREATE SETTINGS PROFILE IF NOT EXISTS opslog_tenants SETTINGS
    readonly = 2 CONST,
    max_execution_time = 60 MAX 60,
    max_rows_to_read = 1000000000 MAX 1000000000,
    max_bytes_to_read = 50000000000 MAX 50000000000,
    max_memory_usage = 2147483648 MAX 2147483648;

CREATE USER IF NOT EXISTS opslog_tenants NOT IDENTIFIED HOST NONE SETTINGS PROFILE 'opslog_tenants';

GRANT SELECT ON opslog.operations TO opslog_tenants;

GRANT SELECT ON opslog.spans TO opslog_tenants;

GRANT SELECT ON opslog.logs TO opslog_tenants;

GRANT SELECT ON opslog.state TO opslog_tenants;

GRANT SELECT ON opslog.edges TO opslog_tenants;

GRANT SELECT ON opslog.quality TO opslog_tenants;

CREATE ROW POLICY IF NOT EXISTS opslog_tenants ON opslog.operations
    USING startsWith(getSetting('log_comment'), 'tenant ') AND tenant_id = substring(getSetting('log_comment'), 8) TO opslog_tenants;

CREATE ROW POLICY IF NOT EXISTS opslog_tenants ON opslog.spans
    USING startsWith(getSetting('log_comment'), 'tenant ') AND resource['opslog.tenant'] = substring(getSetting('log_comment'), 8) TO opslog_tenants;

CREATE ROW POLICY IF NOT EXISTS opslog_tenants ON opslog.logs
    USING startsWith(getSetting('log_comment'), 'tenant ') AND resource['opslog.tenant'] = substring(getSetting('log_comment'), 8) TO opslog_tenants;

CREATE ROW POLICY IF NOT EXISTS opslog_tenants ON opslog.state
    USING startsWith(getSetting('log_comment'), 'tenant ') AND startsWith(key, concat('tenants/', lower(hex(SHA256(substring(getSetting('log_comment'), 8)))), '/'))
    TO opslog_tenants;

CREATE ROW POLICY IF NOT EXISTS opslog_tenants ON opslog.edges
    USING startsWith(getSetting('log_comment'), 'tenant ') AND tenant_key = lower(hex(SHA256(substring(getSetting('log_comment'), 8)))) TO opslog_tenants;

CREATE ROW POLICY IF NOT EXISTS opslog_tenants ON opslog.quality
    USING startsWith(getSetting('log_comment'), 'tenant ') AND tenant_key = lower(hex(SHA256(substring(getSetting('log_comment'), 8)))) TO opslog_tenants;

CREATE QUOTA IF NOT EXISTS opslog_reader KEYED BY user_name
    FOR INTERVAL 1 minute MAX queries = 300, errors = 60, execution_time = 120
    TO opslog_reader, opslog_tenant;

-- One reader and one tenant.
CREATE USER IF NOT EXISTS dashboards NOT IDENTIFIED HOST NONE DEFAULT ROLE opslog_reader;

GRANT opslog_reader TO dashboards;

CREATE USER IF NOT EXISTS acme NOT IDENTIFIED HOST NONE DEFAULT ROLE opslog_tenant;

GRANT opslog_tenant TO acme;
