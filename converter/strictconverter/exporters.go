package strictconverter

import (
	"fmt"
	"time"
)

// sending are the exporters that send to somewhere that may be away. The opslog exporter checks itself.
var sending = []string{"otlp", "otlp_grpc", "otlphttp", "otlp_http", "kafka"}

func exportersRetry(c *configuration) (out []string) {
	for _, id := range c.of("exporters", sending...) {
		retry := lookup(c.raw, "exporters", id, "retry_on_failure")
		if falsy(lookup(retry, "enabled")) {
			out = append(out, fmt.Sprintf("exporters::%s::retry_on_failure::enabled: is false, want true; a receiver that is away for a moment loses data", id))
			continue
		}
		const stock = 5 * time.Minute
		if d := duration(lookup(retry, "max_elapsed_time"), stock); d != 0 {
			out = append(out, fmt.Sprintf("exporters::%s::retry_on_failure::max_elapsed_time: is %v, want 0; after that time waiting data would be thrown away", id, d))
		}
	}
	return out
}

func exportersWait(c *configuration) (out []string) {
	for _, id := range c.of("exporters", sending...) {
		queue := lookup(c.raw, "exporters", id, "sending_queue")
		if !falsy(lookup(queue, "enabled")) && !truthy(lookup(queue, "block_on_overflow")) {
			out = append(out, fmt.Sprintf("exporters::%s::sending_queue::block_on_overflow: is false, want true; a full queue would throw data away", id))
		}
	}
	return out
}

// queuesSurvive looks at all exporters, those of which opslog knows nothing too.
func queuesSurvive(c *configuration) (out []string) {
	for id := range mapOf(c.raw["exporters"]) {
		place, ok := lookup(c.raw, "exporters", id, "sending_queue", "storage").(string)
		if ok && typeOf(place) != "opslog_storage" && c.used("exporters", id) {
			out = append(out, fmt.Sprintf("exporters::%s::sending_queue::storage: is %s, want an opslog_storage; with other storages a second kill, or a full disk, during a start loses what was being sent", id, place))
		}
	}
	return out
}

func kafkaMarksAfter(c *configuration) (out []string) {
	for _, id := range c.of("receivers", "kafka") {
		kafka := lookup(c.raw, "receivers", id)
		if !truthy(lookup(kafka, "message_marking", "after")) {
			out = append(out, fmt.Sprintf("receivers::%s::message_marking::after: is false, want true; messages would count as done before they are kept", id))
		}
		if truthy(lookup(kafka, "message_marking", "on_error")) {
			out = append(out, fmt.Sprintf("receivers::%s::message_marking::on_error: is true, want false; messages that could not be kept would count as done", id))
		}
		if offset := lookup(kafka, "initial_offset"); offset != "earliest" {
			out = append(out, fmt.Sprintf("receivers::%s::initial_offset: is %v, want earliest; what came before the first start would be skipped", id, orLatest(offset)))
		}
	}
	return out
}

func orLatest(offset any) any {
	if offset == nil {
		return "latest"
	}
	return offset
}
