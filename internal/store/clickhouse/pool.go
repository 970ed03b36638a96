package clickhouse

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
)

// maxIdle is below the times after which load balancers and servers drop a silent connection.
const maxIdle = time.Minute

// pool keeps connections to the servers of a Config. A connection serves one query at a time. Its database is
// the server's default, which always exists: queries name theirs.
type pool struct {
	options   ch.Options
	addresses []string
	slots     chan struct{}
	comments  bool // queries say whose they are; see comment

	mu     sync.Mutex
	closed bool
	idle   []*conn
	used   map[*conn]struct{}
	next   int // index of the address that answered last
}

type conn struct {
	client *ch.Client
	net    net.Conn
	since  time.Time // when it became idle
	reused bool
}

func newPool(cfg Config) *pool {
	compression := ch.CompressionDisabled
	if cfg.Compression == CompressionLZ4 {
		compression = ch.CompressionLZ4
	}
	return &pool{
		addresses: cfg.Addresses,
		slots:     make(chan struct{}, cfg.MaxConnections),
		used:      map[*conn]struct{}{},
		options: ch.Options{
			User: cfg.Username, Password: cfg.Password, TLS: cfg.TLS, ClientName: "opslog",
			Compression: compression, DialTimeout: cfg.DialTimeout, HandshakeTimeout: cfg.DialTimeout, ReadTimeout: ch.NoTimeout,
		},
	}
}

// do runs the query that build makes. When a connection from an earlier query turns out to be dead, it runs a
// newly built query on a new one: writing twice is safe by the contract of the store.
func (p *pool) do(ctx context.Context, build func() (ch.Query, error)) error {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		q, err := build()
		if err != nil {
			return err
		}
		if p.comments {
			q.Settings = append(q.Settings, comment(ctx)...)
		}
		c, err := p.get(ctx)
		if err != nil {
			return err
		}
		err = c.run(ctx, q)
		p.put(c, err)
		if err == nil || !c.reused || ctx.Err() != nil || ch.IsException(err) || errors.Is(err, errEncoding) {
			return err
		}
	}
}

// run closes the connection when ctx ends, which is how the server learns that nobody wants the answer, and when an insert cannot
// go on. The driver would say so instead, and a server may take what came before that for all of the insert.
func (c *conn) run(ctx context.Context, q ch.Query) error {
	stop := context.AfterFunc(ctx, func() { _ = c.net.Close() })
	defer stop()
	var broken error
	if next := q.OnInput; next != nil {
		q.OnInput = func(ctx context.Context) error {
			err := next(ctx)
			if err != nil && !errors.Is(err, io.EOF) {
				broken = err
				_ = c.net.Close()
			}
			return err
		}
	}
	err := c.client.Do(context.WithoutCancel(ctx), q)
	return cmp.Or(broken, err)
}

func (p *pool) get(ctx context.Context) (*conn, error) {
	if c, err := p.take(); c != nil || err != nil {
		return c, err
	}
	c, err := p.dial(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used[c] = struct{}{}
	if p.closed {
		_ = c.client.Close()
	}
	return c, nil
}

// take answers an idle connection, or nil when there is none.
func (p *pool) take() (*conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, net.ErrClosed
	}
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if time.Since(c.since) < maxIdle {
			c.reused = true
			p.used[c] = struct{}{}
			return c, nil
		}
		_ = c.client.Close()
	}
	return nil, nil
}

// put keeps the connection for the next query. After an error it is dropped: half a block may be on its way.
func (p *pool) put(c *conn, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.used, c)
	if p.closed || err != nil {
		_ = c.client.Close()
		return
	}
	c.since = time.Now()
	p.idle = append(p.idle, c)
}

// close ends all connections, also those in use: their queries fail.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		_ = c.client.Close()
	}
	for c := range p.used {
		_ = c.client.Close()
	}
	p.idle = nil
}
