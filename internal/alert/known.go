package alert

import (
	"container/list"

	"github.com/opslog/opslog/internal/operation"
)

// known holds the errors that were seen, the least recently seen behind.
type known struct {
	limit  int
	order  list.List
	groups map[GroupKey]*list.Element
	// printVersions are the versions of the fingerprint algorithm that a service was seen with, and kinds the types of
	// error of each: an upgrade of the algorithm makes no error new.
	kinds map[kindKey]string
	dirty map[GroupKey]bool
	// forgotten are those that gave way.
	forgotten []GroupKey
}

type kindKey struct{ environment, service, errorType, operation string }

func newKnown(limit int) *known {
	return &known{limit: limit, groups: map[GroupKey]*list.Element{}, kinds: map[kindKey]string{}, dirty: map[GroupKey]bool{}}
}

func keyOf(op *operation.Operation) GroupKey {
	return GroupKey{Environment: op.Environment, Service: op.ServiceName, Fingerprint: op.ErrorFingerprint}
}

func kindOf(g *Group) kindKey {
	return kindKey{g.Environment, g.Service, g.ErrorType, g.Operation}
}

func (k *known) get(key GroupKey) *Group {
	e, ok := k.groups[key]
	if !ok {
		return nil
	}
	k.order.MoveToFront(e)
	return e.Value.(*Group)
}

// add makes a group of a first occurrence. upgraded says that only the version of the fingerprint is new.
func (k *known) add(op *operation.Operation) (g *Group, upgraded bool) {
	g = &Group{
		GroupKey: keyOf(op), State: GroupNew, ErrorType: op.ErrorType, Operation: op.Name,
		FirstVersion: op.ServiceVersion, ChangedAt: op.StartTime,
	}
	kind := kindOf(g)
	if before, ok := k.kinds[kind]; ok && fingerprintVersion(before) != fingerprintVersion(g.Fingerprint) {
		upgraded = true
		g.ReplacedPrint = before
		if old := k.get(GroupKey{g.Environment, g.Service, before}); old != nil {
			g.State, g.FirstSeen, g.FirstVersion = old.State, old.FirstSeen, old.FirstVersion
			g.ResolvedAt, g.ResolvedIn, g.IgnoredUntil, g.Expected = old.ResolvedAt, old.ResolvedIn, old.IgnoredUntil, old.Expected
		}
	}
	k.put(g)
	return g, upgraded
}

func (k *known) put(g *Group) {
	if e, ok := k.groups[g.GroupKey]; ok {
		e.Value = g
		return
	}
	k.groups[g.GroupKey] = k.order.PushFront(g)
	k.kinds[kindOf(g)] = g.Fingerprint
	if len(k.groups) > k.limit {
		k.forget()
	}
}

func (k *known) forget() {
	last := k.order.Back()
	g := k.order.Remove(last).(*Group)
	delete(k.groups, g.GroupKey)
	delete(k.dirty, g.GroupKey)
	if k.kinds[kindOf(g)] == g.Fingerprint {
		delete(k.kinds, kindOf(g))
	}
	k.forgotten = append(k.forgotten, g.GroupKey)
}

func (k *known) touch(g *Group) { k.dirty[g.GroupKey] = true }
