package opslogqueryextension

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// How a tail follows the store. An operation is stored when it has ended, so that new ones begin anywhere in the time
// before: each look reads those that began within tailWindow, and every longLook-th those that began earlier and took
// longer.
const (
	tailEvery  = time.Second
	heartbeat  = 15 * time.Second
	tailWindow = operation.Time(2 * time.Minute)
	tailLong   = operation.Time(6 * time.Hour)
	longLook   = 5
	newEvery   = 10   // looks after which it is asked again which errors are new
	tailMost   = 1000 // operations of one look, and those that a resumed tail catches up on; older ones are a gap
)

// tail follows the operations that pass the filter.
func (h *apiHandler) tail(w http.ResponseWriter, r *http.Request) error {
	p := newParameters(r, h.time())
	t := &tail{h: h, w: w, response: http.NewResponseController(w), filter: p.filter(), seen: map[operation.ID]int64{}}
	t.known, t.since = t.filter, p.time("since", "now")
	t.maxRate = p.number("max_rate", tailMost, 1, tailMost)
	resumed := p.eventID(r.Header.Get("Last-Event-ID"))
	if err := p.done(); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	if t.send("ready", "", api.TailReady{Now: p.now, Resumed: resumed != nil}) != nil {
		return nil
	}
	if resumed != nil && t.resume(r.Context(), *resumed) != nil {
		return nil
	}
	t.follow(r.Context())
	return nil
}

// tail is one caller that follows. A slow caller holds back nobody but itself: what it does not take in time is
// counted as dropped, and a caller that takes nothing within writeTime is cut off.
type tail struct {
	h        *apiHandler
	w        http.ResponseWriter
	response *http.ResponseController
	filter   query.Expr
	known    query.Expr     // the filter with the errors that were new when it was last asked
	since    operation.Time // nothing that began earlier and ended earlier is sent
	maxRate  int
	seen     map[operation.ID]int64 // revisions that were sent
	stats    api.TailStats
	looks    int
}

func (t *tail) follow(ctx context.Context) {
	look, stopLook := t.h.ticker(tailEvery)
	defer stopLook()
	beat, stopBeat := t.h.ticker(heartbeat)
	defer stopBeat()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-t.h.closing:
			return
		case <-look:
			err = t.look(ctx)
		case <-beat:
			err = t.write(":hb\n\n")
		}
		if err != nil {
			return
		}
	}
}

// look sends what is new. The database's errors end nothing: it may be back for the next look.
func (t *tail) look(ctx context.Context) error {
	now := t.h.time()
	if t.looks%newEvery == 0 {
		t.know(ctx, store.Range{From: now - tailLong})
	}
	ops, more := t.read(ctx, store.Range{From: max(t.since, now) - tailWindow}, t.known)
	if t.looks++; t.looks%longLook == 0 {
		long := query.Compare{Field: query.Field{Name: "duration", Type: operation.TypeDuration}, Op: query.Ge, Value: operation.Duration(tailWindow)}
		late, _ := t.read(ctx, store.Range{From: now - tailLong, To: now - tailWindow}, allOf(t.known, long))
		ops = append(ops, late...)
		t.forget(now - tailLong)
	}
	fresh := slices.DeleteFunc(ops, t.knows)
	if more && len(fresh) == tailMost {
		if err := t.send("gap", "", api.TailGap{From: max(t.since, now-tailWindow), To: fresh[len(fresh)-1].StartTime}); err != nil {
			return err
		}
	}
	if err := t.emit(fresh); err != nil {
		return err
	}
	return t.send("stats", "", t.stats)
}

// know asks which errors are new, where the filter is about them.
func (t *tail) know(ctx context.Context, within store.Range) {
	ctx, cancel := context.WithTimeout(ctx, t.h.cfg.QueryTimeout)
	defer cancel()
	known, err := store.ResolveNew(ctx, t.h.reader, t.filter, within, t.h.limits())
	if err != nil {
		t.stats.Errors++
		return // what was known before stays
	}
	t.known = known
}

// knows tells that an operation was sent, or ended before the tail began.
func (t *tail) knows(op *operation.Operation) bool {
	revision, sent := t.seen[op.ID]
	return sent && revision >= op.Revision || op.StartTime+operation.Time(op.Duration) < t.since
}

// read lists the newest operations, newest first; more tells that there are others.
func (t *tail) read(ctx context.Context, r store.Range, filter query.Expr) (ops []*operation.Operation, more bool) {
	ctx, cancel := context.WithTimeout(ctx, t.h.cfg.QueryTimeout)
	defer cancel()
	ops, err := t.h.reader.Operations(ctx, store.OperationQuery{Range: r, Filter: filter, Limit: tailMost + 1, Limits: t.h.limits()})
	if err != nil {
		t.stats.Errors++
		return nil, false
	}
	return ops[:min(len(ops), tailMost)], len(ops) > tailMost
}

// emit sends operations, which come newest first, in the order of time: the newest maxRate of them.
func (t *tail) emit(fresh []*operation.Operation) error {
	t.stats.Seen += int64(len(fresh))
	for _, op := range fresh {
		t.seen[op.ID] = op.Revision
	}
	if n := len(fresh) - t.maxRate; n > 0 {
		t.stats.Dropped += int64(n)
		fresh = fresh[:t.maxRate]
	}
	for _, op := range slices.Backward(fresh) {
		if err := t.send("op", encodeEventID(store.CursorAt(op, nil)), op); err != nil {
			return err
		}
		t.stats.Sent++
	}
	return nil
}

// forget drops what is too old to be read again.
func (t *tail) forget(before operation.Time) {
	for id := range t.seen {
		if id.Start() < before {
			delete(t.seen, id)
		}
	}
}

// resume sends what came while the caller was away; of what is too much, the newest.
func (t *tail) resume(ctx context.Context, after store.Cursor) error {
	ops, more := t.read(ctx, store.Range{From: after.StartTime}, t.filter)
	ops = slices.DeleteFunc(ops, func(op *operation.Operation) bool {
		if op.ID == after.ID {
			t.seen[op.ID] = op.Revision // the caller has it
		}
		return op.ID == after.ID
	})
	if more {
		if err := t.send("gap", "", api.TailGap{From: after.StartTime, To: ops[len(ops)-1].StartTime}); err != nil {
			return err
		}
	}
	t.since = min(t.since, after.StartTime)
	rate := t.maxRate
	t.maxRate = tailMost
	err := t.emit(ops)
	t.maxRate = rate
	return err
}

func (t *tail) send(event, id string, body any) error {
	text, err := encode(body)
	if err != nil {
		return err
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	return t.write(fmt.Sprintf("event: %s\n%sdata: %s\n", event, id, text)) // the encoder ends its text with a line's end
}

func (t *tail) write(text string) error {
	if err := t.response.SetWriteDeadline(time.Now().Add(writeTime)); err != nil { // of the socket: by the real clock
		return err
	}
	if _, err := t.w.Write([]byte(text)); err != nil {
		return err
	}
	return t.response.Flush()
}

func encodeEventID(c store.Cursor) string {
	text, _ := json.Marshal(c) // holds numbers only
	return base64.RawURLEncoding.EncodeToString(text)
}

// eventID reads where a caller was; nil when it was nowhere.
func (p *parameters) eventID(text string) *store.Cursor {
	if text == "" {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	c := &store.Cursor{}
	if err != nil || json.Unmarshal(raw, c) != nil {
		p.wrong("", "header Last-Event-ID cannot be read; use the id of an event as it is")
		return nil
	}
	return c
}
