package piiredactionprocessor

import "github.com/opslog/opslog/internal/pii"

// The kinds of fields that findings are counted by.
const (
	placeResource pii.Place = iota
	placeScope
	placeName
	placeStatus
	placeTraceState
	placeAttributes
	placeEvent
	placeLink
	placeBody
	placeMetric
	placeExemplar
	placeKey
)

var placeNames = [...]string{
	placeResource:   "resource",
	placeScope:      "scope",
	placeName:       "name",
	placeStatus:     "status",
	placeTraceState: "trace_state",
	placeAttributes: "attributes",
	placeEvent:      "event",
	placeLink:       "link",
	placeBody:       "body",
	placeMetric:     "metric",
	placeExemplar:   "exemplar",
	placeKey:        "key",
}
