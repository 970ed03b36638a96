//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// engine is the name in Stats.
const engine = "duckdb"

// readers bounds the connections that read at the same time; more queries wait.
const readers = 8

// embedded is the opened store. It is a store.Backend.
type embedded struct {
	cfg  Config
	log  *slog.Logger
	now  func() time.Time
	gate *gate

	dir      *directory
	db       *sql.DB
	segments *segments
	guard    *guard

	operations *writer[operation.Operation]
	spans      *writer[operation.Span]
	logs       *writer[operation.LogRecord]
	edges      *writer[operation.Edge]
	quality    *writer[operation.Quality]
	rollups    *writer[operation.Rollup]
	errorDays  *writer[operation.ErrorDay]

	changing sync.Mutex   // held while an entry of the state changes
	metaUse  sync.RWMutex // held for writing while the file of the state is exchanged
	erasing  sync.Mutex   // one erasure at a time: they share the name of the copy

	background sync.WaitGroup
	stop       context.CancelFunc // of the background work
}

// Open opens the data directory, or makes it, and owns it until Close. Errors to decide by: store.ErrLocked when
// another process owns it, store.ErrForeign when it holds other things, store.ErrSchemaNewer.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (store.Backend, error) {
	return open(ctx, cfg, log, time.Now)
}

func open(ctx context.Context, cfg Config, log *slog.Logger, now func() time.Time) (_ *embedded, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &embedded{cfg: cfg, log: log, now: now, gate: newGate(), guard: &guard{keep: cfg.Retention, now: now, log: log}}
	if s.dir, err = openDirectory(cfg.Directory); err != nil {
		return nil, err
	}
	if s.db, err = openDatabase(ctx, cfg, s.dir); err != nil {
		return nil, errors.Join(err, s.dir.close())
	}
	s.segments = newSegments(s.dir, s.db)
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.db.Close(), s.dir.close())
	}
	return s, nil
}

// openDatabase opens an empty database in memory, locked down; the files are attached to it.
func openDatabase(ctx context.Context, cfg Config, dir *directory) (*sql.DB, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("open DuckDB: %w", err)
	}
	db := sql.OpenDB(connector)
	const writers = 7
	db.SetMaxOpenConns(readers + writers)
	db.SetMaxIdleConns(readers + writers)
	settings := render("settings", fields{
		"MemoryLimit": cfg.MemoryLimit, "Threads": cfg.Threads,
		"Directory": literal(dir.path + string(os.PathSeparator)), "TempDirectory": literal(dir.file(tempDir)),
	})
	if _, err := db.ExecContext(ctx, settings); err != nil {
		return nil, errors.Join(fmt.Errorf("configure DuckDB: %w", err), db.Close())
	}
	return db, nil
}

// start opens the files and the writers and begins the background work.
func (s *embedded) start(ctx context.Context) (err error) {
	if err := s.openMeta(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, s.db, nowhere, operations.name); err != nil {
		return err
	}
	if err := s.segments.load(ctx); err != nil {
		return err
	}
	if s.operations, err = newWriter(ctx, searchable(s.cfg.PayloadSearch), s.segments, s.now); err != nil {
		return err
	}
	if s.spans, err = newWriter(ctx, &spans, s.segments, s.now); err != nil {
		return err
	}
	if s.logs, err = newWriter(ctx, &logs, s.segments, s.now); err != nil {
		return err
	}
	if s.edges, err = newWriter(ctx, &edges, s.segments, s.now); err != nil {
		return err
	}
	if s.quality, err = newWriter(ctx, &quality, s.segments, s.now); err != nil {
		return err
	}
	if s.rollups, err = newWriter(ctx, &rollups, s.segments, s.now); err != nil {
		return err
	}
	if s.errorDays, err = newWriter(ctx, &errorDays, s.segments, s.now); err != nil {
		return err
	}
	var background context.Context
	background, s.stop = context.WithCancel(context.Background())
	s.background.Go(func() { s.maintainForever(background) })
	return nil
}

// openMeta opens the file that says that the directory is ours, or makes it.
func (s *embedded) openMeta(ctx context.Context) error {
	const name = "meta"
	if _, err := os.Stat(s.dir.file(metaFile)); errors.Is(err, os.ErrNotExist) {
		if err := create(ctx, s.dir, s.db, metaFile, name, name); err != nil {
			return err
		}
	}
	if err := refuseOtherFiles(s.dir.file(metaFile)); err != nil {
		return err
	}
	if err := attachFile(ctx, s.db, s.dir.file(metaFile), name, name); err != nil {
		return err
	}
	var product string
	if err := s.db.QueryRowContext(ctx, render("identity", fields{"Segment": name})).Scan(&product); err != nil {
		return fmt.Errorf("read whose data this is: %w", err)
	}
	if product != "opslog" {
		return fmt.Errorf("%w: directory %s belongs to %q", store.ErrForeign, s.dir.path, product)
	}
	return nil
}

func (s *embedded) WriteOperations(ctx context.Context, ops []*operation.Operation) error {
	return write(ctx, s, s.operations, ops)
}

func (s *embedded) WriteSpans(ctx context.Context, spans []*operation.Span) error {
	return write(ctx, s, s.spans, spans)
}

func (s *embedded) WriteLogs(ctx context.Context, logs []*operation.LogRecord) error {
	return write(ctx, s, s.logs, logs)
}

func write[T any](ctx context.Context, s *embedded, w *writer[T], records []*T) error {
	ctx, leave, err := s.gate.enter(ctx)
	if err != nil {
		return fmt.Errorf("write %s: %w", w.table.name, err)
	}
	defer leave()
	return explain(ctx, "write "+w.table.name, w.write(ctx, accepted(s.guard, w.table, records)))
}

// explain says what failed, and why a cancelled call ended.
func explain(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// Close waits for the calls that run, interrupts them when ctx ends, and puts everything into the files.
func (s *embedded) Close(ctx context.Context) error {
	if err := s.gate.close(ctx); err != nil {
		return err
	}
	s.stop()
	s.background.Wait()
	return errors.Join(s.segments.checkpointAll(context.WithoutCancel(ctx)), s.closeWriters(), s.db.Close(), s.dir.close())
}

func (s *embedded) closeWriters() error {
	return errors.Join((<-s.operations.conn).Close(), (<-s.spans.conn).Close(), (<-s.logs.conn).Close(),
		(<-s.edges.conn).Close(), (<-s.quality.conn).Close(), (<-s.rollups.conn).Close(), (<-s.errorDays.conn).Close())
}
