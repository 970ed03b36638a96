package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// ErrUnreachable wraps every failure to talk to the server at all.
var ErrUnreachable = errors.New("cannot reach the opslog server")

// maxAnswer bounds what the client reads of one answer.
const maxAnswer = 256 << 20

// Client asks an opslog server. Its errors are *Problem when the server answered, ErrUnreachable when it did not.
type Client struct {
	base   *url.URL
	token  string
	client *http.Client
	wait   func(context.Context, time.Duration) error
}

// NewClient makes a client of the server at the given URL, such as http://localhost:8585. token, when not empty,
// is sent as a bearer token.
func NewClient(server, token string, client *http.Client) (*Client, error) {
	base, err := url.Parse(server)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("server %q is not a URL like http://localhost:8585", server)
	}
	return &Client{base: base, token: token, client: client, wait: wait}, nil
}

// Server is the URL of the server, without a slash at the end.
func (c *Client) Server() string { return strings.TrimSuffix(c.base.String(), "/") }

// ListOptions select operations; empty values leave the choice to the server.
type ListOptions struct {
	Query, From, To, Service, Status, Kind, Sort, Cursor, Scope string
	Limit                                                       int
}

func (o ListOptions) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"q": o.Query, "from": o.From, "to": o.To, "service": o.Service, "status": o.Status, "kind": o.Kind, "sort": o.Sort, "cursor": o.Cursor, "scope": o.Scope,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if o.Limit > 0 {
		v.Set("limit", strconv.Itoa(o.Limit))
	}
	return v
}

// Status asks what runs and what the store holds.
func (c *Client) Status(ctx context.Context) (*Status, error) {
	return get[Status](ctx, c, "/status", nil)
}

// Operations lists one page of operations, newest first.
func (c *Client) Operations(ctx context.Context, o ListOptions) (*OperationPage, error) {
	return get[OperationPage](ctx, c, "/operations", o.values())
}

// ListSpans lists one page of kept spans, newest first.
func (c *Client) ListSpans(ctx context.Context, o ListOptions) (*SpanPage, error) {
	o.Scope = "spans"
	return get[SpanPage](ctx, c, "/operations", o.values())
}

// Operation reads one operation whole.
func (c *Client) Operation(ctx context.Context, id operation.ID) (*operation.Operation, error) {
	return get[operation.Operation](ctx, c, "/operations/"+id.String(), nil)
}

// TraceOperations lists the operations of a trace.
func (c *Client) TraceOperations(ctx context.Context, id operation.TraceID, around Around) (*OperationList, error) {
	return get[OperationList](ctx, c, "/traces/"+id.String()+"/operations", around.values())
}

// Spans lists the kept spans of a trace.
func (c *Client) Spans(ctx context.Context, id operation.TraceID, around Around) (*SpanList, error) {
	return get[SpanList](ctx, c, "/traces/"+id.String()+"/spans", around.values())
}

// Logs lists the log records of a trace.
func (c *Client) Logs(ctx context.Context, id operation.TraceID, around Around) (*LogList, error) {
	return get[LogList](ctx, c, "/traces/"+id.String()+"/logs", around.values())
}

// Before tells what happened before an operation failed, or ended.
func (c *Client) Before(ctx context.Context, id operation.ID) (*Before, error) {
	return get[Before](ctx, c, "/operations/"+id.String()+"/before", nil)
}

// Error tells of the groups of errors that have a fingerprint.
func (c *Client) Error(ctx context.Context, fingerprint string, within Around) (*ErrorDetail, error) {
	return get[ErrorDetail](ctx, c, "/errors/"+url.PathEscape(fingerprint), within.values())
}

// Fields lists the names that a query can use and that begin with prefix.
func (c *Client) Fields(ctx context.Context, prefix string, o ListOptions) (*FieldList, error) {
	return get[FieldList](ctx, c, "/fields", prefixed(prefix, o))
}

// FieldValues lists the most frequent values of a field that begin with prefix.
func (c *Client) FieldValues(ctx context.Context, name, prefix string, o ListOptions) (*ValueList, error) {
	return get[ValueList](ctx, c, "/fields/"+url.PathEscape(name)+"/values", prefixed(prefix, o))
}

func prefixed(prefix string, o ListOptions) url.Values {
	v := o.values()
	if prefix != "" {
		v.Set("prefix", prefix)
	}
	return v
}

// Services sums up the services of a range.
func (c *Client) Services(ctx context.Context, from, to string) (*ServiceList, error) {
	return get[ServiceList](ctx, c, "/services", ListOptions{From: from, To: to}.values())
}

// Around says where in time to look for the parts of a trace; zero values are everywhere.
type Around struct{ From, To operation.Time }

func (a Around) values() url.Values {
	o := ListOptions{}
	if a.From != 0 {
		o.From = strconv.FormatInt(int64(a.From), 10)
	}
	if a.To != 0 {
		o.To = strconv.FormatInt(int64(a.To), 10)
	}
	return o.values()
}

// Get asks for something and reads the answer into out.
func (c *Client) Get(ctx context.Context, path string, query url.Values, out any) error {
	stream, err := c.Stream(ctx, path, query, nil)
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	body, err := io.ReadAll(io.LimitReader(stream, maxAnswer))
	if err != nil {
		return fmt.Errorf("%w at %s: read the answer: %w", ErrUnreachable, c.Server(), err)
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("answer of %s is not what this client understands: %w", path, err)
	}
	return nil
}

// Stream asks for something and gives the body of the answer, which the caller closes.
func (c *Client) Stream(ctx context.Context, path string, query url.Values, header http.Header) (io.ReadCloser, error) {
	u := c.base.JoinPath(Prefix, path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.patient(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w at %s: %w", ErrUnreachable, c.Server(), err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%w at %s: read the answer: %w", ErrUnreachable, c.Server(), err)
	}
	return nil, problemOf(resp, body)
}

func get[T any](ctx context.Context, c *Client, path string, query url.Values) (*T, error) {
	out := new(T)
	if err := c.Get(ctx, path, query, out); err != nil {
		return nil, err
	}
	return out, nil
}

func problemOf(resp *http.Response, body []byte) error {
	p := &Problem{}
	if err := json.Unmarshal(body, p); err != nil || p.Title == "" {
		return &Problem{Type: "about:blank", Title: resp.Status, Status: resp.StatusCode}
	}
	return p
}
