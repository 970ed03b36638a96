//go:build cgo && !noduckdb

package embedded

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"maps"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

var edges = table[operation.Edge]{
	name: "edges", time: "minute", tie: "edge_id", columns: flatColumns[operation.Edge](),
	at:         func(e *operation.Edge) operation.Time { return e.Minute },
	home:       func(e *operation.Edge) operation.Time { return e.Minute },
	key:        func(e *operation.Edge) key { return keyOf(e.ID[:], nil) },
	candidates: candidatesByTime,
	version:    func(*operation.Edge) int64 { return 0 },
	order: func(a, b *operation.Edge) int {
		return cmp.Or(cmp.Compare(a.Minute, b.Minute), bytes.Compare(a.ID[:], b.ID[:]))
	},
}

var quality = table[operation.Quality]{
	name: "quality", time: "minute", tie: "quality_id", columns: flatColumns[operation.Quality](),
	at:         func(q *operation.Quality) operation.Time { return q.Minute },
	home:       func(q *operation.Quality) operation.Time { return q.Minute },
	key:        func(q *operation.Quality) key { return keyOf(q.ID[:], nil) },
	candidates: candidatesByTime,
	version:    func(*operation.Quality) int64 { return 0 },
	order: func(a, b *operation.Quality) int {
		return cmp.Or(cmp.Compare(a.Minute, b.Minute), bytes.Compare(a.ID[:], b.ID[:]))
	},
}

// timeColumns are the columns with the time of each kind.
var timeColumns = map[string]string{
	operations.name: operations.time, spans.name: spans.time, logs.name: logs.time, edges.name: edges.time, quality.name: quality.time,
	rollups.name: rollups.time, errorDays.name: errorDays.time,
}

func flatColumns[T any]() []column[T] {
	var out []column[T]
	for _, c := range operation.Columns[T]() {
		out = append(out, column[T]{name: c.Name, ref: c.Ref})
	}
	return out
}

func histogramToDB(h operation.Histogram) driver.Value {
	buckets, counts := make([]int64, len(h)), make([]int64, len(h))
	for i, b := range h {
		buckets[i], counts[i] = b.Index, b.Count
	}
	return map[string]any{"buckets": buckets, "counts": counts}
}

func (s *embedded) WriteEdges(ctx context.Context, records []*operation.Edge) error {
	return write(ctx, s, s.edges, records)
}

func (s *embedded) WriteQuality(ctx context.Context, records []*operation.Quality) error {
	return write(ctx, s, s.quality, records)
}

// edgeName is what makes an edge this one and no other.
type edgeName struct {
	environment, sourceKind, source, sourceOperation, targetKind, target, targetOperation, system string
	inferred, async                                                                               bool
}

// edgeNames are the columns of edgeName.
const edgeNames = "environment, source_kind, source, source_operation, target_kind, target, target_operation, system, inferred, async"

func (n *edgeName) refs() []any {
	return []any{&n.environment, &n.sourceKind, &n.source, &n.sourceOperation, &n.targetKind, &n.target, &n.targetOperation, &n.system,
		&n.inferred, &n.async}
}

func (n *edgeName) compare(o *edgeName) int {
	return cmp.Or(strings.Compare(n.environment, o.environment), strings.Compare(n.sourceKind, o.sourceKind), strings.Compare(n.source, o.source),
		strings.Compare(n.sourceOperation, o.sourceOperation), strings.Compare(n.targetKind, o.targetKind), strings.Compare(n.target, o.target),
		strings.Compare(n.targetOperation, o.targetOperation), strings.Compare(n.system, o.system), compareBool(n.inferred, o.inferred),
		compareBool(n.async, o.async))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

func (n *edgeName) edge() *operation.Edge {
	return &operation.Edge{Environment: n.environment, SourceKind: n.sourceKind, Source: n.source, SourceOperation: n.sourceOperation,
		TargetKind: n.targetKind, Target: n.target, TargetOperation: n.targetOperation, System: n.system, Inferred: n.inferred, Async: n.async}
}

func (s *embedded) Edges(ctx context.Context, q store.EdgeQuery) ([]*operation.Edge, error) {
	return call(ctx, s, "sum up edges", func(ctx context.Context) ([]*operation.Edge, error) {
		where := rangeCondition("minute", q.Range)
		if q.Environment != "" {
			where.and("environment = ?", q.Environment)
		}
		if q.Service != "" {
			where.and("(source = ? OR target = ?)", q.Service, q.Service)
		}
		if q.Tenant != "" {
			where.and("tenant_key = ?", q.Tenant)
		}
		sums := map[edgeName]*operation.Edge{}
		err := s.each(ctx, edges.name, q.Range, func(seg *segment) error { return s.addEdges(ctx, seg, where, sums) })
		if err != nil {
			return nil, err
		}
		names := slices.SortedFunc(maps.Keys(sums), func(a, b edgeName) int { return a.compare(&b) })
		out := make([]*operation.Edge, len(names))
		for i, name := range names {
			out[i] = sums[name]
		}
		return out, nil
	})
}

// each calls do for every file of a kind that holds something in the range, the oldest first.
func (s *embedded) each(_ context.Context, kind string, r store.Range, do func(*segment) error) error {
	held, err := s.segments.within(kind, r)
	if err != nil {
		return err
	}
	defer release(held)
	for _, seg := range held {
		if err := do(seg); err != nil {
			return s.segments.judge(seg, err)
		}
	}
	return nil
}

// addEdges adds what one file knows.
func (s *embedded) addEdges(ctx context.Context, seg *segment, where *condition, sums map[edgeName]*operation.Edge) error {
	values := fields{"Names": edgeNames, "Segment": seg.name(), "Where": where.sql.String()}
	err := s.rows(ctx, render("edges", values), where.args, func(rows *sql.Rows) error {
		var name edgeName
		var e operation.Edge
		var example []byte
		if err := rows.Scan(append(name.refs(), &e.Calls, &e.Errors, &e.Unpaired, &e.Retries, &e.CircuitOpen, &e.ClientTime, &e.ServerTime, &e.NetworkTime,
			&e.LastSeen, &example)...); err != nil {
			return err
		}
		copy(e.Example[:], example)
		if sums[name] == nil {
			sums[name] = name.edge()
		}
		sums[name].Add(&e)
		return nil
	})
	if err != nil {
		return err
	}
	for column, of := range map[string]func(*operation.Edge) *operation.Histogram{
		"client_durations": func(e *operation.Edge) *operation.Histogram { return &e.ClientDurations },
		"server_durations": func(e *operation.Edge) *operation.Histogram { return &e.ServerDurations },
	} {
		values["Durations"] = column
		err := s.rows(ctx, render("edge_durations", values), where.args, func(rows *sql.Rows) error {
			var name edgeName
			var bucket, n int64
			if err := rows.Scan(append(name.refs(), &bucket, &n)...); err != nil {
				return err
			}
			if e := sums[name]; e != nil { // else the edge came between the two queries
				of(e).AddCount(bucket, n)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rows runs a query and calls do for each row.
func (s *embedded) rows(ctx context.Context, query string, args []any, do func(*sql.Rows) error) error {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *embedded) Quality(ctx context.Context, q store.QualityQuery) ([]*store.QualitySum, error) {
	return call(ctx, s, "sum up trace quality", func(ctx context.Context) ([]*store.QualitySum, error) {
		where := rangeCondition("minute", q.Range)
		if q.Service != "" {
			where.and("service_name = ?", q.Service)
		}
		if q.Tenant != "" {
			where.and("tenant_key = ?", q.Tenant)
		}
		type name struct{ service, environment, check, subject string }
		sums := map[name]*store.QualitySum{}
		err := s.each(ctx, quality.name, q.Range, func(seg *segment) error {
			query := render("quality", fields{"Segment": seg.name(), "Where": where.sql.String()})
			return s.rows(ctx, query, where.args, func(rows *sql.Rows) error {
				var one store.QualitySum
				var example []byte
				if err := rows.Scan(&one.ServiceName, &one.Environment, &one.Check, &one.Subject, &one.Total, &one.Failed, &one.Value,
					&one.FirstFailed, &one.LastFailed, &example); err != nil {
					return err
				}
				copy(one.ExampleTrace[:], example)
				n := name{one.ServiceName, one.Environment, one.Check, one.Subject}
				if sums[n] == nil {
					sums[n] = &one
				} else {
					addQuality(sums[n], &one)
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
		out := slices.AppendSeq(make([]*store.QualitySum, 0, len(sums)), maps.Values(sums))
		slices.SortFunc(out, func(a, b *store.QualitySum) int {
			return cmp.Or(strings.Compare(a.ServiceName, b.ServiceName), strings.Compare(a.Environment, b.Environment),
				strings.Compare(a.Check, b.Check), strings.Compare(a.Subject, b.Subject))
		})
		return out, nil
	})
}

// addQuality adds the sum of a later file.
func addQuality(sum, later *store.QualitySum) {
	sum.Total += later.Total
	sum.Failed += later.Failed
	sum.Value += later.Value
	if sum.FirstFailed == 0 {
		sum.FirstFailed = later.FirstFailed
	}
	sum.LastFailed = max(sum.LastFailed, later.LastFailed)
	if !later.ExampleTrace.IsZero() {
		sum.ExampleTrace = later.ExampleTrace
	}
}
