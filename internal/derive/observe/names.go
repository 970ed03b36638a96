package observe

import (
	"strings"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

const (
	knownVerdicts = 20_000 // names of which it is remembered whether they say anything
	knownServices = 1_000
	namesEach     = 2_000 // names of a service that are remembered; further ones are new every time
)

// nameBook remembers names.
type nameBook struct {
	generic map[string]bool
	seen    map[string]map[string]struct{} // by tenant and service
}

func (b *nameBook) init() {
	b.generic, b.seen = make(map[string]bool), make(map[string]map[string]struct{})
}

// spanNames judges the names that people read: those of entries and of work inside the process.
func (c *Checks) spanNames(h *hot, k hotKey, op *operation.Operation, entry *derive.Span, spans []derive.Span) {
	if entry == nil {
		return
	}
	generic := ""
	if c.names.isGeneric(entry.Name) {
		generic = entry.Name
	}
	for i := range spans {
		if generic == "" && spans[i].Kind == kindInternal && c.names.isGeneric(spans[i].Name) {
			generic = spans[i].Name
		}
	}
	if generic != "" {
		c.count(op, operation.CheckGenericName, generic, true, 0)
	} else {
		c.add(h, slotGeneric, k, operation.CheckGenericName, "", 1, 0, 0, op.TraceID)
	}
	c.add(h, slotNewName, k, operation.CheckHighCardinality, op.Name, 1, one(c.names.isNew(k.tenant+"\x00"+op.ServiceName, entry.Name)), 0, op.TraceID)
}

func (b *nameBook) isGeneric(name string) bool {
	if verdict, ok := b.generic[name]; ok {
		return verdict
	}
	if len(b.generic) >= knownVerdicts {
		clear(b.generic)
	}
	verdict := saysNothing(name)
	b.generic[name] = verdict
	return verdict
}

func (b *nameBook) isNew(service, name string) bool {
	names := b.seen[service]
	if names == nil {
		if len(b.seen) >= knownServices {
			return false
		}
		names = make(map[string]struct{})
		b.seen[service] = names
	}
	if _, ok := names[name]; ok {
		return false
	}
	if len(names) < namesEach {
		names[name] = struct{}{}
	}
	return true
}

// genericWords are names that could stand for anything.
var genericWords = map[string]bool{"": true, "span": true, "unknown": true, "unnamed": true, "anonymous": true, "<anonymous>": true, "function": true,
	"func": true, "method": true, "handler": true, "handle": true, "database": true, "db": true, "query": true, "sql": true, "http": true, "request": true,
	"http request": true, "response": true, "call": true, "operation": true, "op": true, "process": true, "work": true, "task": true, "job": true,
	"run": true, "execute": true, "main": true, "test": true, "api": true, "service": true, "middleware": true, "controller": true, "event": true,
	"lambda": true, "trace": true, "root": true, "internal": true, "do": true, "step": true}

var methods = map[string]bool{"get": true, "head": true, "post": true, "put": true, "patch": true, "delete": true, "options": true, "trace": true,
	"connect": true, "query": true}

// saysNothing tells of a word that could stand for anything, with or without a number, and of a method alone.
func saysNothing(name string) bool {
	word := strings.ToLower(strings.TrimSpace(name))
	if methods[strings.TrimPrefix(word, "http ")] {
		return true
	}
	word = strings.Trim(strings.TrimRight(word, "0123456789"), " _-#.()")
	return genericWords[word]
}
