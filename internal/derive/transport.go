package derive

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// nameOperation finds how the work came in and gives it its name of few variants.
func (d *Deriver) nameOperation(op *draft, f *fields, s *Span) {
	var scratch [256]byte
	b := scratch[:0]
	switch op.Transport = transportOf(op, f, s); op.Transport {
	case operation.TransportJob:
		b = appendTemplated(append(b, "job "...), strings.TrimPrefix(firstText(f.str(jobName), f.str(faasName), s.Name), "job "))
		op.Method = "run"
		op.Target = f.first(jobName, faasName)
	case operation.TransportMessage:
		b = nameMessage(b, op, f, s)
	case operation.TransportRPC:
		b = appendMethod(b, f, s.Name)
		op.Target = string(b)
		op.Method = op.Target[strings.LastIndexByte(op.Target, '/')+1:]
	case operation.TransportHTTP:
		b = nameRequest(b, op, f, s)
	default:
		b = appendTemplated(b, s.Name)
	}
	if len(b) == 0 {
		b = append(b, "unnamed"...)
	}
	op.Name = cut(string(b), maxName)
}

// transportOf judges by the attributes, and by the kind and the name where there are none.
func transportOf(op *draft, f *fields, s *Span) string {
	serves := s.Kind == ptrace.SpanKindServer
	switch trigger := f.str(faasTrigger); {
	case trigger == "timer" || isJob(f, op.Scope, s.Kind):
		return operation.TransportJob
	case trigger == "pubsub" || s.Kind == ptrace.SpanKindConsumer || s.Kind == ptrace.SpanKindProducer:
		return operation.TransportMessage
	case f.hasAny(messagingSystem, messagingDestination) && !serves:
		return operation.TransportMessage
	case f.hasAny(rpcSystem, rpcService) || f.has(rpcMethod):
		return operation.TransportRPC
	case trigger == "http" || f.hasAny(httpMethod, urlFull, httpTarget) || f.has(urlPath) && !f.hasAny(dbSystem):
		return operation.TransportHTTP
	case serves && isHTTPName(s.Name):
		return operation.TransportHTTP
	case serves:
		return operation.TransportRPC
	default:
		return operation.TransportInternal
	}
}

// jobScopes are instrumentations of schedulers and of queues of jobs.
var jobScopes = []string{"spring-scheduling", "spring-batch", "quartz", "sidekiq", "delayed_job", "active_job", "resque", "hangfire", "celery",
	"apscheduler", "node-cron", "node-schedule", "bullmq", "agenda", "elasticjob", "xxl-job", "powerjob", "rake", "kubernetes-job", "cron"}

// isJob tells scheduled and queued work from other work: by its attributes, or by the instrumentation it comes from.
func isJob(f *fields, scope string, kind ptrace.SpanKind) bool {
	if kind == ptrace.SpanKindServer || kind == ptrace.SpanKindClient || kind == ptrace.SpanKindProducer {
		return false
	}
	if f.hasAny(jobName, jobMark) {
		return true
	}
	scope = strings.ToLower(scope)
	for _, known := range jobScopes {
		if strings.Contains(scope, known) {
			return true
		}
	}
	return false
}

func nameMessage(b []byte, op *draft, f *fields, s *Span) []byte {
	word := "consume "
	if s.Kind == ptrace.SpanKindProducer || messageAction(f, s.Name, false) == messagePublish {
		word = "publish "
	}
	op.Method = strings.TrimSpace(word)
	op.Target = firstText(f.str(messagingDestination), destinationOfName(s.Name))
	op.DeadLettered = op.DeadLettered || word == "publish " && IsDeadLetter(op.Target)
	b = appendDestination(append(b, word...), f, s.Name)
	op.Route = string(b[len(word):])
	return b
}

func nameRequest(b []byte, op *draft, f *fields, s *Span) []byte {
	op.Method = requestMethod(f, s.Name)
	host, path := splitURL(f.str(urlFull))
	if p := firstText(f.str(urlPath), f.str(httpTarget)); p != "" {
		path = p
	}
	if path == "" {
		_, path = methodAndPath(s.Name)
	}
	op.Target, _, _ = strings.Cut(path, "?")
	op.Route = routeOf(f, s, path)
	b = append(append(b, op.Method...), ' ')
	if s.Kind == ptrace.SpanKindClient {
		b = append(b, firstText(f.first(peerService, serverAddress, netPeerName), host)...)
	}
	return append(b, op.Route...)
}

// routeOf is the framework's route; else the template in the span's name, as Go's net/http has it; else the path
// without what identifies something.
func routeOf(f *fields, s *Span, path string) string {
	if route := f.str(httpRoute); route != "" {
		if _, inner := methodAndPath(route); inner != "" {
			return inner
		}
		route = strings.TrimSuffix(route, "(.:format)") // Rails
		if route == "" || route[0] != '/' {
			return "/" + route
		}
		return route
	}
	if template := f.str(urlTemplate); template != "" {
		return template
	}
	if _, named := methodAndPath(s.Name); named != "" {
		path = named
	}
	if path == "" {
		return ""
	}
	return string(appendPath(nil, path))
}

func parseNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
