package scan

// message is a message type of OTLP, as far as it matters here. Those from span on are records.
type message uint8

const (
	leaf message = iota // text, bytes and packed numbers; unknown fields
	request
	resourceSpans
	resourceLogs
	resourceMetrics
	resource
	scope
	scopeSpans
	scopeLogs
	scopeMetrics
	metric
	gaugeOrSum
	histograms
	exponentials
	summaries
	event
	link
	exemplar
	buckets
	quantile
	status
	attribute
	anyValue
	arrayValue
	keyValueList
	logRequest
	metricRequest
	entity

	span
	logRecord
	numberPoint
	histogramPoint
	exponentialPoint
	summaryPoint
	messages
)

var roots = [...]message{Traces: request, Logs: logRequest, Metrics: metricRequest}

// schema says what is in a field: opentelemetry-proto 1.x, trace/v1, logs/v1, metrics/v1, common/v1 and resource/v1.
var schema = [messages][16]message{
	request:          {1: resourceSpans},
	logRequest:       {1: resourceLogs},
	metricRequest:    {1: resourceMetrics},
	resourceSpans:    {1: resource, 2: scopeSpans},
	resourceLogs:     {1: resource, 2: scopeLogs},
	resourceMetrics:  {1: resource, 2: scopeMetrics},
	resource:         {1: attribute, 3: entity},
	scopeSpans:       {1: scope, 2: span},
	scopeLogs:        {1: scope, 2: logRecord},
	scopeMetrics:     {1: scope, 2: metric},
	scope:            {3: attribute},
	span:             {9: attribute, 11: event, 13: link, 15: status},
	event:            {3: attribute},
	link:             {4: attribute},
	logRecord:        {5: anyValue, 6: attribute},
	metric:           {5: gaugeOrSum, 7: gaugeOrSum, 9: histograms, 10: exponentials, 11: summaries, 12: attribute},
	gaugeOrSum:       {1: numberPoint},
	histograms:       {1: histogramPoint},
	exponentials:     {1: exponentialPoint},
	summaries:        {1: summaryPoint},
	numberPoint:      {5: exemplar, 7: attribute},
	histogramPoint:   {8: exemplar, 9: attribute},
	exponentialPoint: {1: attribute, 8: buckets, 9: buckets, 11: exemplar},
	summaryPoint:     {6: quantile, 7: attribute},
	exemplar:         {7: attribute},
	attribute:        {2: anyValue},
	anyValue:         {5: arrayValue, 6: keyValueList},
	arrayValue:       {1: anyValue},
	keyValueList:     {1: attribute},
}

func target(kind message, number uint64) message {
	if number < uint64(len(schema[0])) {
		return schema[kind][number]
	}
	return leaf
}
