package guard

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Refuse answers a request that goes no further.
type Refuse func(w http.ResponseWriter, r *http.Request)

// Hosts lets through requests for the given names, for localhost and for IP addresses. Any other name may be one that
// a hostile page has pointed at this server to read from it with a visitor's browser (DNS rebinding); an address
// cannot be. The name "*" lets all through.
func Hosts(next http.Handler, names []string, refuse Refuse) http.Handler {
	if slices.Contains(names, "*") {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !known(r.Host, names) {
			refuse(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func known(host string, names []string) bool {
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	name = strings.TrimSuffix(strings.ToLower(strings.Trim(name, "[]")), ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return name != "" && slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// IsLoopback tells whether only this machine can reach a server that listens at host:port. A name other than
// localhost counts as reachable: what it stands for is not known before the start.
func IsLoopback(endpoint string) bool {
	host, _, err := net.SplitHostPort(endpoint)
	if err != nil {
		host = endpoint
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
