package store

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/opslog/opslog/internal/operation"
)

// AppendList writes a list of steps, effects, findings, links or events behind out as JSON text for databases that keep
// it as such; an empty list is "". list is a pointer as Field.Ref gives it. Types of attribute values are kept.
func AppendList(out []byte, list any) ([]byte, error) {
	switch p := list.(type) {
	case *[]operation.Step:
		return appendList(out, *p, appendStep), nil
	case *[]operation.Effect:
		return appendList(out, *p, appendEffect), nil
	case *[]operation.Finding:
		return appendList(out, *p, appendFinding), nil
	case *[]operation.Link:
		return encodeList(out, typedLinks(*p))
	case *[]operation.Event:
		return encodeList(out, typedEvents(*p))
	default:
		return out, fmt.Errorf("encode list: %T is not a list of the record", list)
	}
}

// DecodeList reads what AppendList wrote into the list that the pointer points to.
func DecodeList(text string, list any) error {
	if text == "" {
		return nil
	}
	var err error
	switch p := list.(type) {
	case *[]operation.Link:
		var typed []typedLink
		err = json.Unmarshal([]byte(text), &typed)
		*p = plainLinks(typed)
	case *[]operation.Event:
		var typed []typedEvent
		err = json.Unmarshal([]byte(text), &typed)
		*p = plainEvents(typed)
	default:
		err = json.Unmarshal([]byte(text), list)
	}
	if err != nil {
		return fmt.Errorf("decode list of %T: %w", list, err)
	}
	return nil
}

func encodeList[T any](out []byte, list []T) ([]byte, error) {
	if len(list) == 0 {
		return out, nil
	}
	buf := bytes.NewBuffer(out)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false) // shorter, and people search this text
	if err := enc.Encode(list); err != nil {
		return out, fmt.Errorf("encode list of %T: %w", list, err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// typedAttributes travel as typed JSON.
type typedAttributes operation.Attributes

func (a typedAttributes) MarshalJSON() ([]byte, error) {
	return appendTypedJSON(nil, map[string]any(a)), nil
}

func (a *typedAttributes) UnmarshalJSON(text []byte) error {
	value, err := parseTypedJSON(string(text))
	if err != nil {
		return err
	}
	attrs, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("attributes are a %T, want an object", value)
	}
	*a = attrs
	return nil
}

// typedLink and typedEvent have the names of operation.Link and operation.Event.
type typedLink struct {
	TraceID    operation.TraceID `json:"trace_id"`
	SpanID     operation.SpanID  `json:"span_id"`
	Attributes typedAttributes   `json:"attributes,omitempty"`
}

type typedEvent struct {
	Time       operation.Time  `json:"time"`
	Name       string          `json:"name"`
	Attributes typedAttributes `json:"attributes,omitempty"`
}

func typedLinks(links []operation.Link) []typedLink {
	out := make([]typedLink, len(links))
	for i, l := range links {
		out[i] = typedLink{TraceID: l.TraceID, SpanID: l.SpanID, Attributes: typedAttributes(l.Attributes)}
	}
	return out
}

func plainLinks(links []typedLink) []operation.Link {
	out := make([]operation.Link, len(links))
	for i, l := range links {
		out[i] = operation.Link{TraceID: l.TraceID, SpanID: l.SpanID, Attributes: operation.Attributes(l.Attributes)}
	}
	return out
}

func typedEvents(events []operation.Event) []typedEvent {
	out := make([]typedEvent, len(events))
	for i, e := range events {
		out[i] = typedEvent{Time: e.Time, Name: e.Name, Attributes: typedAttributes(e.Attributes)}
	}
	return out
}

func plainEvents(events []typedEvent) []operation.Event {
	out := make([]operation.Event, len(events))
	for i, e := range events {
		out[i] = operation.Event{Time: e.Time, Name: e.Name, Attributes: operation.Attributes(e.Attributes)}
	}
	return out
}
