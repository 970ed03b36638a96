package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/opslog/opslog/internal/alert"
)

// Change sends a body as JSON and reads the answer into out.
func (c *Client) Change(ctx context.Context, method, path string, query url.Values, body, out any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode the request: %w", err)
	}
	u := c.base.JoinPath(Prefix, path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w at %s: %w", ErrUnreachable, c.Server(), err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%w at %s: read the answer: %w", ErrUnreachable, c.Server(), err)
	}
	if resp.StatusCode/100 != 2 {
		return problemOf(resp, answer)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("answer of %s is not what this client understands: %w", path, err)
	}
	return nil
}

// Alerts lists alerts; filters are the parameters of GET /alerts.
func (c *Client) Alerts(ctx context.Context, filters url.Values) (*AlertList, error) {
	return get[AlertList](ctx, c, "/alerts", filters)
}

// Alert reads one alert with its history.
func (c *Client) Alert(ctx context.Context, id string) (*AlertDetail, error) {
	return get[AlertDetail](ctx, c, "/alerts/"+url.PathEscape(id), nil)
}

// AlertRules lists the rules of each process that watches.
func (c *Client) AlertRules(ctx context.Context) (*RuleList, error) {
	return get[RuleList](ctx, c, "/alerts/rules", nil)
}

// Acknowledge says that the caller looks after an alert.
func (c *Client) Acknowledge(ctx context.Context, id string) (*alert.Alert, error) {
	out := new(alert.Alert)
	return out, c.Change(ctx, http.MethodPost, "/alerts/"+url.PathEscape(id)+"/ack", nil, struct{}{}, out)
}

// MuteAlert keeps an alert from being told for a time.
func (c *Client) MuteAlert(ctx context.Context, id string, m Mute) (*alert.Alert, error) {
	out := new(alert.Alert)
	return out, c.Change(ctx, http.MethodPost, "/alerts/"+url.PathEscape(id)+"/mute", nil, m, out)
}

// UnmuteAlert ends that.
func (c *Client) UnmuteAlert(ctx context.Context, id string) (*alert.Alert, error) {
	out := new(alert.Alert)
	return out, c.Change(ctx, http.MethodDelete, "/alerts/"+url.PathEscape(id)+"/mute", nil, struct{}{}, out)
}

// TestRule plays stored operations to a rule.
func (c *Client) TestRule(ctx context.Context, t RuleTest) (*RuleTested, error) {
	out := new(RuleTested)
	return out, c.Change(ctx, http.MethodPost, "/alerts/rules/test", nil, t, out)
}

// Errors lists the groups of errors; filters are the parameters of GET /errors.
func (c *Client) Errors(ctx context.Context, filters url.Values) (*ErrorList, error) {
	return get[ErrorList](ctx, c, "/errors", filters)
}

// DecideError says what is to be done about an error of a service, in one environment or, when it is empty, in all.
func (c *Client) DecideError(ctx context.Context, fingerprint, service, environment string, n ErrorNote) (*ErrorNote, error) {
	filters := url.Values{"service": {service}}
	if environment != "" {
		filters.Set("environment", environment)
	}
	out := new(ErrorNote)
	return out, c.Change(ctx, http.MethodPatch, "/errors/"+url.PathEscape(fingerprint), filters, n, out)
}

// MergeErrors puts errors of a service together into the group of the first, and answers all that belong to it.
func (c *Client) MergeErrors(ctx context.Context, service string, fingerprints []string) (*ErrorMerge, error) {
	out := new(ErrorMerge)
	return out, c.Change(ctx, http.MethodPost, "/errors/merge", nil, ErrorMerge{Service: service, Fingerprints: fingerprints}, out)
}

// SplitErrors takes errors out of the group that one belongs to, and answers what is left.
func (c *Client) SplitErrors(ctx context.Context, service, fingerprint string, out []string) (*ErrorMerge, error) {
	left := new(ErrorMerge)
	return left, c.Change(ctx, http.MethodPost, "/errors/"+url.PathEscape(fingerprint)+"/split", nil, ErrorMerge{Service: service, Fingerprints: out}, left)
}
