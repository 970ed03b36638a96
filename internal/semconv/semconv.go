// Package semconv is the one table of the names that attributes go by. What spans say is read by it, and what people
// ask for is understood by it.
package semconv

// Attribute is one meaning.
type Attribute struct {
	Kept Place
	// Names are all names for it, not to be changed: the current one of the OpenTelemetry conventions first (semconv
	// v1.43), then those of earlier ones and of instrumentations in the wild. A name nearer to the front wins where
	// a span carries several.
	Names []string
}

// Name is the current one.
func (a Attribute) Name() string { return a.Names[0] }

// Place says where the record keeps the value.
type Place uint8

// Places.
const (
	Renamed Place = iota // among the attributes, under the first name
	AsSent               // among the attributes, under the name it came with: no convention has one
	Field                // in a field of its own
	Dropped              // it is part of something else, or a secret
)
