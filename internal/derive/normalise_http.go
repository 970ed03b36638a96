package derive

import (
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// buildHTTP describes an outgoing request: "GET /users/{id}" to a host.
func (d *Deriver) buildHTTP(b *callBuilder, f *fields, name string) (values uint64) {
	raw := f.str(urlFull)
	host, path := splitURL(raw)
	if path == "" {
		path = firstText(f.str(urlPath), f.str(httpTarget))
	}
	method := requestMethod(f, name)
	b.remote = true
	b.begin(operation.CategoryHTTP, "http")
	b.appendPeer(f, host)
	b.end()
	b.buf = append(append(b.buf, method...), ' ')
	start := len(b.buf)
	switch {
	case f.has(urlTemplate):
		_, template := splitURL(f.str(urlTemplate))
		b.buf = append(b.buf, firstText(template, f.str(urlTemplate))...)
	default:
		b.buf = appendPath(b.buf, path)
	}
	template := b.buf[start:]
	b.access = accessOfRequest(method, path)
	b.destructive = method == "DELETE"
	b.end()
	b.text(method)
	b.buf = append(b.buf, template...)
	b.end()
	return d.valuesOf(f, firstText(raw, path), true)
}

// accessOfRequest is what a request does by the safety of its method (RFC 9110); paths that name a question make a
// POST a read, and a GraphQL end point does not say.
func accessOfRequest(method, path string) access {
	switch {
	case isSafe(method):
		return accessRead
	case strings.HasSuffix(strings.TrimRight(path, "/"), "graphql"):
		return accessUnknown
	case method == "POST" && asksOnly(path):
		return accessRead
	default:
		return accessWrite
	}
}

func isSafe(method string) bool {
	switch method {
	case "GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH":
		return true
	}
	return false
}

// asksOnly tells whether the last word of a path is a reading verb: /orders/search, /_msearch, /oauth/token.
func asksOnly(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	path = strings.TrimRight(path, "/")
	if path == "" {
		return false
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	if last == path[1:] && !strings.HasPrefix(last, "_") && last != "search" && last != "query" && last != "login" && last != "token" {
		return false // a whole collection may be called /reports or /status
	}
	return accessByVerb(last) == accessRead
}

// requestMethod is the method in capitals, "HTTP" when the span does not tell.
func requestMethod(f *fields, name string) string {
	method := f.str(httpMethod)
	if method == "_OTHER" {
		method = f.str(httpMethodOriginal)
	}
	if method == "" {
		method, _ = methodAndPath(name)
	}
	if method == "" {
		return "HTTP"
	}
	return upperASCII(method)
}

// methodAndPath reads span names such as "GET /users/{id}", "HTTP GET /dispatch" and "GET".
func methodAndPath(name string) (method, path string) {
	name = strings.TrimPrefix(name, "HTTP ")
	word, rest, _ := strings.Cut(name, " ")
	if !isMethod(word) {
		return "", ""
	}
	if rest = strings.TrimSpace(rest); strings.HasPrefix(rest, "/") {
		return word, rest
	}
	if i := strings.IndexByte(rest, '/'); i > 0 && !strings.ContainsAny(rest[:i], " {") { // a pattern with a host
		return word, rest[i:]
	}
	return word, ""
}

func isMethod(word string) bool {
	switch word {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY":
		return true
	}
	return false
}

// splitURL cuts "https://user@host:1/path?query" into host and path with query; a path alone is all path.
func splitURL(url string) (host, path string) {
	i := strings.Index(url, "://")
	if i < 0 {
		if strings.HasPrefix(url, "/") {
			return "", url
		}
		return "", ""
	}
	rest := url[i+3:]
	host, path = rest, "/"
	if j := strings.IndexAny(rest, "/?#"); j >= 0 {
		host, path = rest[:j], rest[j:]
	}
	return host[strings.LastIndexByte(host, '@')+1:], path
}

// appendPeer writes the name of the other side: the service if the span knows it, else the host with its port if
// that is not the usual one.
func (b *callBuilder) appendPeer(f *fields, urlHost string) {
	if service := f.str(peerService); service != "" {
		b.buf = append(b.buf, service...)
		return
	}
	host := f.first(serverAddress, netPeerName, httpHost)
	if host == "" {
		host = firstText(urlHost, f.str(peerAddress))
	}
	b.buf = append(b.buf, host...)
	if strings.HasSuffix(host, ":80") || strings.HasSuffix(host, ":443") {
		b.buf = b.buf[:len(b.buf)-len(host)+strings.LastIndexByte(host, ':')]
	}
	port, ok := f.num(serverPort)
	if !ok {
		port, ok = f.num(netPeerPort)
	}
	if ok && port != 80 && port != 443 && host != "" && strings.IndexByte(host, ':') < 0 {
		b.buf = strconv.AppendInt(append(b.buf, ':'), port, 10)
	}
}
