package derive

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// buildRPC describes an outgoing call: "pkg.Service/Method".
func (d *Deriver) buildRPC(b *callBuilder, f *fields, name string) {
	b.remote = true
	b.begin(operation.CategoryRPC, rpcSystemName(f.str(rpcSystem)))
	service := f.str(rpcService)
	if f.hasAny(peerService, serverAddress, netPeerName) {
		b.appendPeer(f, "")
	} else {
		b.buf = append(b.buf, firstText(service, f.str(peerAddress))...)
	}
	b.end()
	start := len(b.buf)
	b.buf = appendMethod(b.buf, f, name)
	method := b.buf[start:]
	verb, does := verbOf(string(method))
	b.access, b.destructive = does, does == accessWrite && destructiveVerbs[verb]
	b.end()
	b.text(string(method[strings.LastIndexByte(string(method), '/')+1:]))
	b.buf = append(b.buf, method...)
	b.end()
}

// appendMethod writes the fully qualified method. rpc.method has held the whole of it since semconv 1.38, and the
// last part beside rpc.service before that.
func appendMethod(b []byte, f *fields, name string) []byte {
	service, method := f.str(rpcService), f.str(rpcMethod)
	switch {
	case method == "":
		method = strings.TrimPrefix(name, "/")
		if service != "" && !strings.HasPrefix(method, service) {
			b = append(append(b, service...), '/')
		}
	case service != "" && !strings.HasPrefix(method, service+"/"):
		b = append(append(b, service...), '/')
	}
	return appendTemplated(b, strings.TrimPrefix(method, "/"))
}

func rpcSystemName(s string) string {
	switch s {
	case "":
		return ""
	case "connect_rpc":
		return "connectrpc"
	case "apache_dubbo":
		return "dubbo"
	default:
		return s
	}
}

// grpcCodes are the names of the status codes by number.
var grpcCodes = [...]string{"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
	"DATA_LOSS", "UNAUTHENTICATED"}

// rpcCode reads a status: a number, "OK", "NOT_FOUND", "not_found" or "NotFound".
func rpcCode(f *fields) (code int64, known bool) {
	if n, ok := f.num(grpcStatus); ok {
		return n, true
	}
	if n, ok := f.num(rpcStatus); ok {
		return n, true
	}
	text := f.first(rpcStatus, grpcStatus)
	if text == "" {
		return 0, false
	}
	plain := strings.ToUpper(strings.ReplaceAll(text, "_", ""))
	for i, name := range grpcCodes {
		if strings.ReplaceAll(name, "_", "") == plain || plain == "CANCELED" && i == 1 {
			return int64(i), true
		}
	}
	return 2, true
}

// isServerFault tells which codes a server answers for (semconv, RPC spans).
func isServerFault(code int64) bool {
	switch code {
	case 2, 4, 12, 13, 14, 15:
		return true
	}
	return false
}
