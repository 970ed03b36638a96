package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

// Bounds of one exchange with a receiver.
const (
	sendTimeout = 10 * time.Second
	replyLimit  = 64 << 10
)

// SendError is a message that did not arrive. Its text has no address in it: addresses hold secrets.
type SendError struct {
	Status     int           // of HTTP; 0 when there was no answer
	RetryAfter time.Duration // what the receiver asked for; 0 for nothing
	reason     string
}

func (e *SendError) Error() string { return e.reason }

// errPrivate is told by the dialer.
var errPrivate = errors.New("the address is private, and allow_private_addresses is off")

// newClient follows no redirects, uses no proxy that the environment names for a moment's convenience, and, unless
// told otherwise, connects to public addresses only: what an address resolves to is checked at the time of connecting.
func newClient(allowPrivate bool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if !allowPrivate {
		dialer.Control = refusePrivate
	}
	return &http.Client{
		Timeout: sendTimeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: sendTimeout,
			MaxIdleConns: 4, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: replyLimit,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func refusePrivate(_, address string, _ syscall.RawConn) error {
	host, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if ip := host.Addr().Unmap(); !ip.IsGlobalUnicast() || ip.IsPrivate() || carrierNAT.Contains(ip) {
		return errPrivate
	}
	return nil
}

// carrierNAT is the shared address space of RFC 6598.
var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

// do sends a request and reads the answer up to a limit. Anything but 2xx is a SendError.
func do(ctx context.Context, client *http.Client, req *http.Request, now time.Time) error {
	resp, err := client.Do(req.WithContext(ctx))
	if err != nil {
		return &SendError{reason: withoutAddress(err)}
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, replyLimit)) // an answer that breaks off has been given
	if resp.StatusCode/100 == 2 {
		return nil
	}
	e := &SendError{Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"), now)}
	e.reason = fmt.Sprintf("the receiver answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if resp.StatusCode/100 == 3 {
		e.reason += "; redirects are not followed"
	}
	return e
}

// withoutAddress takes the address out of an error of net/http and net.
func withoutAddress(err error) string {
	if errors.Is(err, errPrivate) {
		return errPrivate.Error()
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		if wrapped.Timeout() {
			return fmt.Sprintf("no answer within %s", sendTimeout)
		}
		err = wrapped.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return "the receiver's name does not resolve"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op + ": " + op.Err.Error()
	}
	return "the exchange broke off"
}

// longestRetry bounds what a receiver can ask for.
const longestRetry = time.Hour

// retryAfter reads seconds or a date.
func retryAfter(header string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(max(n, 0), int(longestRetry/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), 0), longestRetry)
	}
	return 0
}
