package semconv

// Errors.
var (
	ErrorFlag        = Attribute{Dropped, []string{"error"}}
	ErrorType        = Attribute{Field, []string{"error.type", "error.kind"}}
	ErrorMessage     = Attribute{Field, []string{"error.message", "error.msg"}}
	ErrorFingerprint = Attribute{Dropped, []string{"error.fingerprint"}}
	StatusText       = Attribute{Dropped, []string{"otel.status_code", "otel.status_description"}}
	ExceptionType    = Attribute{Field, []string{"exception.type"}}
	ExceptionMessage = Attribute{Field, []string{"exception.message"}}
	ExceptionStack   = Attribute{Field, []string{"exception.stacktrace"}}
)

// Code, functions and jobs.
var (
	CodeFunction  = Attribute{Renamed, []string{"code.function.name", "code.function"}}
	CodeNamespace = Attribute{Dropped, []string{"code.namespace"}}
	CodeFile      = Attribute{Renamed, []string{"code.file.path", "code.filepath"}}
	CodeLine      = Attribute{Renamed, []string{"code.line.number", "code.lineno"}}
	CodeColumn    = Attribute{Renamed, []string{"code.column.number", "code.column"}}
	CodeStack     = Attribute{Renamed, []string{"code.stacktrace"}}
	PeerService   = Attribute{Renamed, []string{"service.peer.name", "peer.service"}}
	GraphQLType   = Attribute{Renamed, []string{"graphql.operation.type"}}
	GraphQLName   = Attribute{Renamed, []string{"graphql.operation.name"}}
	FaaSTrigger   = Attribute{Renamed, []string{"faas.trigger"}}
	FaaSName      = Attribute{AsSent, []string{"faas.invoked_name", "faas.name"}}
	JobName       = Attribute{AsSent, []string{"job.name", "messaging.sidekiq.job_class", "celery.task_name", "celery.task", "messaging.active_job.job_class", "code.active_job.class", "messaging.resque.job_class", "messaging.delayed_job.name", "hangfire.job.name", "quartz.job.name", "quartz.job.key", "bullmq.job.name", "messaging.bullmq.job.name", "spring.batch.job.name", "cron.name", "cron.job", "scheduled_task.name", "k8s.cronjob.name", "workflow.name"}}
	JobMark       = Attribute{AsSent, []string{"faas.cron", "faas.time", "job.id", "job.system", "scheduling.apache-elasticjob.item", "cron.schedule", "cron.expression", "batch.job"}}
	OperationKind = Attribute{Dropped, []string{"operation.kind", "opslog.kind"}}
)
