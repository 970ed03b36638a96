package watch

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/store"
)

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }

// Known is an error as it is known.
type Known struct {
	alert.Group
	revision int64 // of what is stored of it
}

// Errors are the known errors with a fingerprint, or all for the empty one; at most maxKnown.
func (d Desk) Errors(ctx context.Context, fingerprint string) ([]Known, error) {
	prefix := ErrorPrefix
	if fingerprint != "" {
		prefix = errorsOf(fingerprint)
	}
	said, err := d.actions(ctx)
	if err != nil {
		return nil, err
	}
	decided := map[alert.GroupKey][]Action{}
	for _, a := range said {
		if a.Error != nil && a.Change != nil {
			decided[*a.Error] = append(decided[*a.Error], a)
		}
	}
	var out []Known
	err = entries(ctx, d.Store, prefix, maxKnown, func(e store.Entry) {
		k := Known{revision: e.Revision}
		if json.Unmarshal(e.Value, &k.Group) != nil {
			return // not ours
		}
		for _, a := range decided[k.GroupKey] {
			k.Decide(*a.Change, a.At)
		}
		out = append(out, k)
	})
	return out, err
}

// maxKnown bounds the errors that are read at once; processes remember as many by default.
const maxKnown = 20_000

// attempts bounds how often a decision is stored again because somebody else wrote the error meanwhile.
const attempts = 10

// Decide stores what a person says of an error. The group is what the error is taken to be where nobody has stored it
// yet; expected is the number of decisions that the person has seen, or store.AnyRevision.
func (d Desk) Decide(ctx context.Context, group alert.Group, c alert.ErrorChange, expected int64) (alert.Group, error) {
	for range attempts {
		k, err := d.known(ctx, group)
		if err != nil {
			return group, err
		}
		if expected != store.AnyRevision && expected != k.Decisions {
			return k.Group, store.ErrConflict
		}
		now := max(d.now(), k.DecidedAt+1) // each decision is later than the one before
		k.Decide(c, now)
		err = put(ctx, d.Store, ErrorKey(k.GroupKey), k.Group, k.revision)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return k.Group, err
		}
		return k.Group, d.say(ctx, Action{By: c.By, At: now, Error: &k.GroupKey, Change: &c})
	}
	return group, store.ErrConflict
}

// known is what is stored of an error, or the group as it is given.
func (d Desk) known(ctx context.Context, group alert.Group) (Known, error) {
	list, err := d.Errors(ctx, group.Fingerprint)
	for _, k := range list {
		if k.GroupKey == group.GroupKey {
			return k, err
		}
	}
	return Known{Group: group}, err
}
