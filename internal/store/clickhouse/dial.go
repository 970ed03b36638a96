package clickhouse

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/ClickHouse/ch-go"
)

// dial tries the addresses in turn, beginning with the one that answered last.
func (p *pool) dial(ctx context.Context) (*conn, error) {
	p.mu.Lock()
	first := p.next
	p.mu.Unlock()
	var errs []error
	for i := range p.addresses {
		at := (first + i) % len(p.addresses)
		c, err := p.connect(ctx, p.addresses[at])
		if err == nil {
			p.mu.Lock()
			p.next = at
			p.mu.Unlock()
			return c, nil
		}
		errs = append(errs, fmt.Errorf("connect to %s: %w", p.addresses[at], err))
	}
	return nil, errors.Join(errs...)
}

func (p *pool) connect(ctx context.Context, address string) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, p.options.DialTimeout)
	defer cancel()
	raw, err := p.dialer().DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	client, err := ch.Connect(ctx, raw, p.options)
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	return &conn{client: client, net: raw}, nil
}

func (p *pool) dialer() ch.Dialer {
	plain := &net.Dialer{Timeout: p.options.DialTimeout}
	if p.options.TLS == nil {
		return plain
	}
	return &tls.Dialer{NetDialer: plain, Config: p.options.TLS}
}
