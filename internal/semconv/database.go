package semconv

// Databases.
var (
	DBSystem       = Attribute{Renamed, []string{"db.system.name", "db.system", "db.type"}}
	DBQuery        = Attribute{Renamed, []string{"db.query.text", "db.statement", "sql.query"}}
	DBSummary      = Attribute{Renamed, []string{"db.query.summary"}}
	DBNamespace    = Attribute{Renamed, []string{"db.namespace", "db.name", "db.instance", "db.redis.database_index", "db.mssql.instance_name"}}
	DBOperation    = Attribute{Renamed, []string{"db.operation.name", "db.operation"}}
	DBCollection   = Attribute{Renamed, []string{"db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table", "db.cosmosdb.container", "db.elasticsearch.index"}}
	DBStatus       = Attribute{Renamed, []string{"db.response.status_code", "db.cosmosdb.status_code", "db.sqlstate", "db.error_code"}}
	DBReturnedRows = Attribute{AsSent, []string{"db.response.returned_rows", "db.rows_returned", "db.row_count"}}
	DBAffectedRows = Attribute{AsSent, []string{"db.response.affected_rows", "db.rows_affected", "query.rows_affected"}}
	DBBatchSize    = Attribute{Renamed, []string{"db.operation.batch.size"}}
	DBPlan         = Attribute{AsSent, []string{"db.query.plan.hint", "db.plan.hint", "db.query.hint", "db.query.plan", "db.plan", "query.plan"}}
	DBNoIndex      = Attribute{AsSent, []string{"db.query.no_index_used", "db.no_index_used", "db.mysql.no_index_used"}}
	DBFullScan     = Attribute{AsSent, []string{"db.query.full_scan", "db.full_table_scan", "db.full_scan"}}
	DBIndexUsed    = Attribute{AsSent, []string{"db.query.index_used", "db.index_used"}}
	DBSecret       = Attribute{Dropped, []string{"db.connection_string", "db.user"}}
)

// Caches and files, which no convention names.
var (
	CacheKey       = Attribute{AsSent, []string{"cache.key", "cache.item.key"}}
	CacheSystem    = Attribute{AsSent, []string{"cache.system", "cache.name", "cache.backend"}}
	CacheOperation = Attribute{AsSent, []string{"cache.operation", "cache.op"}}
	FilePath       = Attribute{AsSent, []string{"file.path", "file.name"}}
	FileOperation  = Attribute{AsSent, []string{"file.operation"}}
	FileBytes      = Attribute{AsSent, []string{"file.size"}}
)
