package semconv

// Remote procedure calls.
var (
	RPCSystem  = Attribute{Renamed, []string{"rpc.system.name", "rpc.system"}}
	RPCMethod  = Attribute{Field, []string{"rpc.method"}}
	RPCService = Attribute{Field, []string{"rpc.service"}}
	RPCStatus  = Attribute{Field, []string{"rpc.response.status_code", "rpc.connect_rpc.error_code", "rpc.jsonrpc.error_code"}}
	GRPCStatus = Attribute{Field, []string{"rpc.grpc.status_code", "grpc.status_code"}}
)

// Messages.
var (
	MessagingSystem        = Attribute{Renamed, []string{"messaging.system"}}
	MessagingTemplate      = Attribute{Renamed, []string{"messaging.destination.template"}}
	MessagingDestination   = Attribute{Field, []string{"messaging.destination.name", "messaging.destination", "messaging.source.name", "messaging.destination_publish.name", "messaging.topic", "message_bus.destination"}}
	MessagingTemporary     = Attribute{Renamed, []string{"messaging.destination.temporary", "messaging.temp_destination"}}
	MessagingOperation     = Attribute{Renamed, []string{"messaging.operation.type", "messaging.operation"}}
	MessagingOperationName = Attribute{Renamed, []string{"messaging.operation.name"}}
	MessagingGroup         = Attribute{Renamed, []string{"messaging.consumer.group.name", "messaging.kafka.consumer.group", "messaging.kafka.consumer_group", "messaging.eventhubs.consumer.group", "messaging.rocketmq.client_group", "messaging.consumer.id"}}
	MessagingPartition     = Attribute{Renamed, []string{"messaging.destination.partition.id", "messaging.kafka.destination.partition", "messaging.kafka.partition"}}
	MessagingOffset        = Attribute{Renamed, []string{"messaging.kafka.offset", "messaging.kafka.message.offset"}}
	MessagingClient        = Attribute{Renamed, []string{"messaging.client.id", "messaging.client_id", "messaging.kafka.client_id"}}
	MessagingID            = Attribute{Field, []string{"messaging.message.id", "messaging.message_id"}}
	MessagingBodySize      = Attribute{Field, []string{"messaging.message.body.size", "messaging.message.payload_size_bytes", "messaging.message_payload_size_bytes"}}
	MessagingBatch         = Attribute{Renamed, []string{"messaging.batch.message_count"}}
	MessagingSubscription  = Attribute{Renamed, []string{"messaging.destination.subscription.name", "messaging.servicebus.destination.subscription_name"}}
	MessagingAttempt       = Attribute{Field, []string{"messaging.message.delivery_count", "messaging.servicebus.message.delivery_count", "messaging.gcp_pubsub.message.delivery_attempt", "messaging.delivery_attempt", "messaging.message.delivery_attempt", "messaging.retry.attempt", "job.attempt", "retry.attempt"}}
	MessagingDeadLetter    = Attribute{Field, []string{"messaging.dead_lettered", "messaging.message.dead_lettered", "messaging.dead_letter"}}
)
