package derive

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// Words for what is done with messages.
const (
	messagePublish = "publish"
	messageReceive = "receive"
	messageProcess = "process"
	messageSettle  = "settle"
	messageCreate  = "create"
	messageGiveUp  = "dead_letter"
)

// messageAction puts the words of all conventions into five.
func messageAction(f *fields, name string, produces bool) string {
	word := f.first(messagingOperation, messagingOperationName)
	if word == "" {
		word = lastWord(name)
	}
	switch strings.ToLower(word) {
	case "publish", "send", "produce", "enqueue":
		return messagePublish
	case "create":
		return messageCreate
	case "receive", "poll", "consume", "fetch":
		return messageReceive
	case "process", "deliver", "handle":
		return messageProcess
	case "settle", "ack", "nack", "reject", "commit", "complete", "abandon", "defer", "delete":
		return messageSettle
	case messageGiveUp, "deadletter", "dead-letter":
		return messageGiveUp
	}
	if produces {
		return messagePublish
	}
	return ""
}

func lastWord(s string) string {
	if i := strings.LastIndexByte(s, ' '); i >= 0 && i < len(s)-1 {
		if first, _, _ := strings.Cut(s, " "); messageWord(first) {
			return first
		}
		return s[i+1:]
	}
	return ""
}

func messageWord(s string) bool {
	switch s {
	case "publish", "send", "receive", "process", "consume", "create", "settle", "ack":
		return true
	}
	return false
}

// appendDestination writes the low-cardinality name of queue or topic.
func appendDestination(b []byte, f *fields, name string) []byte {
	if template := f.str(messagingTemplate); template != "" {
		return append(b, template...)
	}
	if temporary, _ := f.truth(messagingTemporary); temporary {
		return append(b, "(temporary)"...)
	}
	destination := f.str(messagingDestination)
	if destination == "" {
		destination = destinationOfName(name)
	}
	return appendTemplated(b, destination)
}

// destinationOfName reads "orders publish", "publish orders" and "Kafka Topic orders Send" as their topic would be
// said; what is no such name stays whole.
func destinationOfName(name string) string {
	first, rest, found := strings.Cut(name, " ")
	if !found {
		return name
	}
	if messageWord(strings.ToLower(first)) {
		return rest
	}
	if i := strings.LastIndexByte(name, ' '); messageWord(strings.ToLower(name[i+1:])) {
		return name[:i]
	}
	return name
}

// buildMessaging describes publishing, receiving or settling.
func (d *Deriver) buildMessaging(b *callBuilder, f *fields, name, action string) (values uint64) {
	b.remote = true
	b.begin(operation.CategoryMessaging, f.str(messagingSystem))
	start := len(b.buf)
	b.buf = appendDestination(b.buf, f, name)
	destination := b.buf[start:]
	b.end()
	switch action {
	case messagePublish:
		b.access, b.publishes = accessWrite, true
	case messageReceive:
		b.access = accessRead
	case messageSettle, messageGiveUp:
		b.access = accessSettle
	default:
		b.access = accessControl
	}
	b.buf = append(append(append(b.buf, action...), ' '), destination...)
	b.end()
	b.text(action)
	b.buf = append(b.buf, destination...)
	b.end()
	return d.valuesOf(f, f.str(messagingID), true)
}

// DeadLetterMarks are in the usual names of queues for messages that nobody could process, in lower case.
var DeadLetterMarks = []string{"dlq", "dead-letter", "dead_letter", "deadletter", "dead.letter", ".dlt", "-dlt", "poison"}

// IsDeadLetter tells such a name.
func IsDeadLetter(destination string) bool {
	lower := strings.ToLower(destination)
	for _, part := range DeadLetterMarks {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}
