package derive

// attr is what an attribute means, whatever its name.
type attr uint8

const (
	none attr = iota
	httpMethod
	httpMethodOriginal
	httpStatus
	httpRoute
	httpTarget
	urlTemplate
	urlFull
	urlPath
	urlQuery
	urlScheme
	httpHost
	serverAddress
	serverPort
	netHostName
	netHostPort
	netPeerName
	netPeerPort
	peerAddress
	peerPort
	clientAddress
	protocolName
	protocolVersion
	transport
	userAgent
	requestSize
	responseSize
	resendCount
	errorFlag
	errorType
	errorMessage
	errorFingerprint
	statusText
	exceptionType
	exceptionMessage
	exceptionStack
	dbSystem
	dbQuery
	dbSummary
	dbNamespace
	dbOperation
	dbCollection
	dbStatus
	dbReturnedRows
	dbAffectedRows
	dbBatchSize
	dbPlan
	dbNoIndex
	dbFullScan
	dbIndexUsed
	dbSecret
	rpcSystem
	rpcMethod
	rpcService
	rpcStatus
	grpcStatus
	messagingSystem
	messagingTemplate
	messagingDestination
	messagingTemporary
	messagingOperation
	messagingOperationName
	messagingGroup
	messagingPartition
	messagingOffset
	messagingClient
	messagingID
	messagingBodySize
	messagingBatch
	messagingSubscription
	messagingAttempt
	messagingDeadLetter
	codeFunction
	codeNamespace
	codeFile
	codeLine
	codeColumn
	codeStack
	peerService
	graphqlType
	graphqlName
	faasTrigger
	faasName
	jobName
	jobMark
	cacheKey
	cacheSystem
	cacheOperation
	filePath
	fileOperation
	fileBytes
	operationKind

	// The following have no names of their own but those of the configuration.
	requestBody
	responseBody
	userID
	userType
	tenantID
	sessionID
	requestID
	idempotencyKey
	cacheHit

	attrCount
)

// place says where the value of an attribute of an entry span goes.
type place uint8

const (
	toAttributes place = iota // to the record's attributes, under the first name
	asItIs                    // to the record's attributes, under the name it came with: no convention has one
	toField                   // to a field of its own
	toNowhere                 // it is part of something else, or a secret
)

// vocabulary lists every name that an attribute goes by: the current one of the OpenTelemetry conventions first
// (semconv v1.43), then those of earlier ones and of instrumentations in the wild. A name nearer to the front wins
// when a span carries several.
var vocabulary = [attrCount]struct {
	place place
	names []string
}{
	httpMethod:         {toField, []string{"http.request.method", "http.method"}},
	httpMethodOriginal: {toNowhere, []string{"http.request.method_original"}},
	httpStatus:         {toField, []string{"http.response.status_code", "http.status_code"}},
	httpRoute:          {toField, []string{"http.route", "next.route", "aspnetcore.route", "express.route"}},
	httpTarget:         {toNowhere, []string{"http.target"}},
	urlTemplate:        {toAttributes, []string{"url.template"}},
	urlFull:            {toAttributes, []string{"url.full", "http.url"}},
	urlPath:            {toField, []string{"url.path"}},
	urlQuery:           {toAttributes, []string{"url.query"}},
	urlScheme:          {toAttributes, []string{"url.scheme", "http.scheme"}},
	httpHost:           {toNowhere, []string{"http.host", "http.server_name"}},
	serverAddress:      {toAttributes, []string{"server.address"}},
	serverPort:         {toAttributes, []string{"server.port"}},
	netHostName:        {toNowhere, []string{"net.host.name"}},
	netHostPort:        {toNowhere, []string{"net.host.port"}},
	netPeerName:        {toNowhere, []string{"net.peer.name"}},
	netPeerPort:        {toNowhere, []string{"net.peer.port"}},
	peerAddress:        {toAttributes, []string{"network.peer.address", "net.sock.peer.addr", "net.peer.ip"}},
	peerPort:           {toAttributes, []string{"network.peer.port", "net.sock.peer.port"}},
	clientAddress:      {toField, []string{"client.address", "http.client_ip"}},
	protocolName:       {toAttributes, []string{"network.protocol.name", "net.protocol.name", "net.app.protocol.name"}},
	protocolVersion:    {toAttributes, []string{"network.protocol.version", "net.protocol.version", "net.app.protocol.version", "http.flavor"}},
	transport:          {toAttributes, []string{"network.transport", "net.transport"}},
	userAgent:          {toField, []string{"user_agent.original", "http.user_agent"}},
	requestSize:        {toField, []string{"http.request.body.size", "http.request_content_length"}},
	responseSize:       {toField, []string{"http.response.body.size", "http.response_content_length"}},
	resendCount:        {toAttributes, []string{"http.request.resend_count", "http.resend_count", "http.retry_count"}},

	errorFlag:        {toNowhere, []string{"error"}},
	errorType:        {toField, []string{"error.type", "error.kind"}},
	errorMessage:     {toField, []string{"error.message", "error.msg"}},
	errorFingerprint: {toNowhere, []string{"error.fingerprint"}},
	statusText:       {toNowhere, []string{"otel.status_code", "otel.status_description"}},
	exceptionType:    {toField, []string{"exception.type"}},
	exceptionMessage: {toField, []string{"exception.message"}},
	exceptionStack:   {toField, []string{"exception.stacktrace"}},

	dbSystem:       {toAttributes, []string{"db.system.name", "db.system", "db.type"}},
	dbQuery:        {toAttributes, []string{"db.query.text", "db.statement", "sql.query"}},
	dbSummary:      {toAttributes, []string{"db.query.summary"}},
	dbNamespace:    {toAttributes, []string{"db.namespace", "db.name", "db.instance", "db.redis.database_index", "db.mssql.instance_name"}},
	dbOperation:    {toAttributes, []string{"db.operation.name", "db.operation"}},
	dbCollection:   {toAttributes, []string{"db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table", "db.cosmosdb.container", "db.elasticsearch.index"}},
	dbStatus:       {toAttributes, []string{"db.response.status_code", "db.cosmosdb.status_code", "db.sqlstate", "db.error_code"}},
	dbReturnedRows: {asItIs, []string{"db.response.returned_rows", "db.rows_returned", "db.row_count"}},
	dbAffectedRows: {asItIs, []string{"db.response.affected_rows", "db.rows_affected", "query.rows_affected"}},
	dbBatchSize:    {toAttributes, []string{"db.operation.batch.size"}},
	dbPlan:         {asItIs, []string{"db.query.plan.hint", "db.plan.hint", "db.query.hint", "db.query.plan", "db.plan", "query.plan"}},
	dbNoIndex:      {asItIs, []string{"db.query.no_index_used", "db.no_index_used", "db.mysql.no_index_used"}},
	dbFullScan:     {asItIs, []string{"db.query.full_scan", "db.full_table_scan", "db.full_scan"}},
	dbIndexUsed:    {asItIs, []string{"db.query.index_used", "db.index_used"}},
	dbSecret:       {toNowhere, []string{"db.connection_string", "db.user"}},

	rpcSystem:  {toAttributes, []string{"rpc.system.name", "rpc.system"}},
	rpcMethod:  {toField, []string{"rpc.method"}},
	rpcService: {toField, []string{"rpc.service"}},
	rpcStatus:  {toField, []string{"rpc.response.status_code", "rpc.connect_rpc.error_code", "rpc.jsonrpc.error_code"}},
	grpcStatus: {toField, []string{"rpc.grpc.status_code", "grpc.status_code"}},

	messagingSystem:        {toAttributes, []string{"messaging.system"}},
	messagingTemplate:      {toAttributes, []string{"messaging.destination.template"}},
	messagingDestination:   {toField, []string{"messaging.destination.name", "messaging.destination", "messaging.source.name", "messaging.destination_publish.name", "messaging.topic", "message_bus.destination"}},
	messagingTemporary:     {toAttributes, []string{"messaging.destination.temporary", "messaging.temp_destination"}},
	messagingOperation:     {toAttributes, []string{"messaging.operation.type", "messaging.operation"}},
	messagingOperationName: {toAttributes, []string{"messaging.operation.name"}},
	messagingGroup: {toAttributes, []string{"messaging.consumer.group.name", "messaging.kafka.consumer.group", "messaging.kafka.consumer_group",
		"messaging.eventhubs.consumer.group", "messaging.rocketmq.client_group", "messaging.consumer.id"}},
	messagingPartition:    {toAttributes, []string{"messaging.destination.partition.id", "messaging.kafka.destination.partition", "messaging.kafka.partition"}},
	messagingOffset:       {toAttributes, []string{"messaging.kafka.offset", "messaging.kafka.message.offset"}},
	messagingClient:       {toAttributes, []string{"messaging.client.id", "messaging.client_id", "messaging.kafka.client_id"}},
	messagingID:           {toField, []string{"messaging.message.id", "messaging.message_id"}},
	messagingBodySize:     {toField, []string{"messaging.message.body.size", "messaging.message.payload_size_bytes", "messaging.message_payload_size_bytes"}},
	messagingBatch:        {toAttributes, []string{"messaging.batch.message_count"}},
	messagingSubscription: {toAttributes, []string{"messaging.destination.subscription.name", "messaging.servicebus.destination.subscription_name"}},
	messagingAttempt: {toField, []string{"messaging.message.delivery_count", "messaging.servicebus.message.delivery_count", "messaging.gcp_pubsub.message.delivery_attempt",
		"messaging.delivery_attempt", "messaging.message.delivery_attempt", "messaging.retry.attempt", "job.attempt", "retry.attempt"}},
	messagingDeadLetter: {toField, []string{"messaging.dead_lettered", "messaging.message.dead_lettered", "messaging.dead_letter"}},

	codeFunction:  {toAttributes, []string{"code.function.name", "code.function"}},
	codeNamespace: {toNowhere, []string{"code.namespace"}},
	codeFile:      {toAttributes, []string{"code.file.path", "code.filepath"}},
	codeLine:      {toAttributes, []string{"code.line.number", "code.lineno"}},
	codeColumn:    {toAttributes, []string{"code.column.number", "code.column"}},
	codeStack:     {toAttributes, []string{"code.stacktrace"}},
	peerService:   {toAttributes, []string{"service.peer.name", "peer.service"}},
	graphqlType:   {toAttributes, []string{"graphql.operation.type"}},
	graphqlName:   {toAttributes, []string{"graphql.operation.name"}},
	faasTrigger:   {toAttributes, []string{"faas.trigger"}},
	faasName:      {asItIs, []string{"faas.invoked_name", "faas.name"}},
	jobName: {asItIs, []string{"job.name", "messaging.sidekiq.job_class", "celery.task_name", "celery.task", "messaging.active_job.job_class",
		"code.active_job.class", "messaging.resque.job_class", "messaging.delayed_job.name", "hangfire.job.name", "quartz.job.name",
		"quartz.job.key", "bullmq.job.name", "messaging.bullmq.job.name", "spring.batch.job.name", "cron.name", "cron.job", "scheduled_task.name",
		"k8s.cronjob.name", "workflow.name"}},
	jobMark:        {asItIs, []string{"faas.cron", "faas.time", "job.id", "job.system", "scheduling.apache-elasticjob.item", "cron.schedule", "cron.expression", "batch.job"}},
	cacheKey:       {asItIs, []string{"cache.key", "cache.item.key"}},
	cacheSystem:    {asItIs, []string{"cache.system", "cache.name", "cache.backend"}},
	cacheOperation: {asItIs, []string{"cache.operation", "cache.op"}},
	filePath:       {asItIs, []string{"file.path", "file.name"}},
	fileOperation:  {asItIs, []string{"file.operation"}},
	fileBytes:      {asItIs, []string{"file.size"}},
	operationKind:  {toNowhere, []string{"operation.kind", "opslog.kind"}},

	requestBody:    {place: toField},
	responseBody:   {place: toField},
	userID:         {place: toField},
	userType:       {place: toField},
	tenantID:       {place: toField},
	sessionID:      {place: toField},
	requestID:      {place: toField},
	idempotencyKey: {place: toField},
	cacheHit:       {place: asItIs},
}

// spelling is one name's meaning and its place in the order of preference, from 1.
type spelling struct {
	attr attr
	rank uint8
}

// dictionary is the vocabulary by name, with the names that the configuration adds. A configured name takes
// precedence over the vocabulary's meaning.
func dictionary(k *Keys) map[string]spelling {
	dict := map[string]spelling{}
	add := func(a attr, names []string) {
		for i, name := range names {
			if _, taken := dict[name]; !taken {
				dict[name] = spelling{a, uint8(min(i, 253) + 1)}
			}
		}
	}
	add(requestBody, k.RequestBody)
	add(responseBody, k.ResponseBody)
	add(userID, k.UserID)
	add(userType, k.UserType)
	add(tenantID, k.TenantID)
	add(sessionID, k.SessionID)
	add(requestID, k.RequestID)
	add(idempotencyKey, k.IdempotencyKey)
	add(cacheHit, k.CacheHit)
	for a := range attrCount {
		add(a, vocabulary[a].names)
	}
	return dict
}
