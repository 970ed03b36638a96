package pii

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is what this process has used: on a shared machine wall time says little.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func reportCPU(b *testing.B, before time.Duration, bytes int) {
	used := cpuTime() - before
	b.ReportMetric(float64(b.N)*float64(bytes)/1e6/used.Seconds(), "cpuMB/s")
	b.ReportMetric(float64(used.Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// cleanText is what telemetry is mostly made of, with nothing to find.
var cleanText = strings.Repeat(`2024-01-15T10:30:00.123Z INFO http-nio-8080-exec-4 c.e.shop.OrderService: order 4711 for tenant acme placed in 12.5 ms `+
	`(trace 4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7) GET /api/v1/orders/{id}?page=2&limit=50 -> 200; `+
	`at com.example.shop.OrderController.place(OrderController.java:123) id=3f2504e0-4f89-11d3-9a0c-0305e82c3301 `, 4)

var hitText = cleanText + ` mail bob@example.com card 4111 1111 1111 1111 password=hunter2 from 203.0.113.7`

var cleanJSON = `{"order":{"id":4711,"items":[{"sku":"A-1","quantity":2,"price":12.50},{"sku":"B-2","quantity":1,"price":99}],` +
	`"currency":"EUR","note":"leave at the door","createdAt":"2024-01-15T10:30:00.123Z"},"status":"placed","meta":{"region":"eu-west-1",` +
	`"tags":["new","web"],"token_count":12,"version":"1.2.3"}}`

var hitJSON = `{"user":{"email":"bob@example.com","password":"hunter2"},` + cleanJSON[1:]

var cleanSQL = `SELECT o.id, o.status, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.created_at > $1 AND o.status IN ('paid', 'shipped') ORDER BY o.created_at DESC LIMIT 50`

func BenchmarkScanner(b *testing.B) {
	for _, c := range []struct{ name, key, text string }{
		{"clean", "", cleanText},
		{"hits", "", hitText},
		{"json_clean", "", cleanJSON},
		{"json_hits", "", hitJSON},
		{"sql_clean", "db.query.text", cleanSQL},
		{"short_clean", "http.route", "/api/v1/orders/{id}"},
		{"payload_16k", "", "[" + strings.Repeat(hitJSON+",", 33) + hitJSON + "]"},
	} {
		b.Run(c.name, func(b *testing.B) {
			e := newTestEngine(b, nil)
			s := e.Session()
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			before := cpuTime()
			for b.Loop() {
				var d Decision
				if c.key != "" {
					d = e.Key(c.key)
				}
				s.Value(d, c.text)
			}
			reportCPU(b, before, len(c.text))
		})
	}
}

// BenchmarkPayload reports the 99th percentile of the CPU time that a payload of
// 16 KiB with hits in every object takes; what other threads do does not count.
func BenchmarkPayload(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	now := func() time.Duration {
		var t unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
			return 0
		}
		return time.Duration(t.Nano())
	}
	s := newTestEngine(b, nil).Session()
	text := "[" + strings.Repeat(hitJSON+",", 33) + hitJSON + "]"
	var took []time.Duration
	for b.Loop() {
		before := now()
		s.Value(Decision{}, text)
		took = append(took, now()-before)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-cpu-us")
}

func BenchmarkKey(b *testing.B) {
	e := newTestEngine(b, nil)
	b.Run("cached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e.Key("http.request.header.content-type")
		}
	})
	b.Run("decided", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e.keys.decide("http.request.header.content-type")
		}
	})
}

func BenchmarkHashToken(b *testing.B) {
	h := newHasher(Hash{Key: []byte(strings.Repeat("k", MinHashKey)), Version: 1})
	b.ReportAllocs()
	for b.Loop() {
		h.token("em", "bob@example.com")
	}
}

// BenchmarkHostile repeats each piece that leads readers astray over 64 KiB: time
// must grow with the length, whatever the text.
func BenchmarkHostile(b *testing.B) {
	e := newTestEngine(b, nil)
	for _, piece := range hostile {
		text := strings.Repeat(piece, 64<<10/len(piece))
		b.Run(strconv.Quote(piece), func(b *testing.B) {
			s := e.Session()
			b.SetBytes(int64(len(text)))
			before := cpuTime()
			for b.Loop() {
				s.Value(Decision{}, text)
			}
			reportCPU(b, before, len(text))
		})
	}
}

// BenchmarkDictionary looks for 10,000 words and phrases in clean text.
func BenchmarkDictionary(b *testing.B) {
	words := make([]string, 0, 10_000)
	for i := range 10_000 {
		words = append(words, "code"+strconv.Itoa(i)+" heron"+strconv.Itoa(i%7))
	}
	benchmarkOwn(b, func(c *Config) { c.Dictionaries = []Dictionary{{Name: "codes", Words: words}} })
}

// BenchmarkPatterns adds ten expressions of the user's, most with a literal.
func BenchmarkPatterns(b *testing.B) {
	benchmarkOwn(b, func(c *Config) {
		for i, re := range []string{`EMP-\d{6}`, `\bCUST\d{8}\b`, `acme-[a-z]{3}-\d+`, `\bB\d{4}\b`, `(?i)project\s+heron`, `TKT-\d{4,}`,
			`loyalty:\s*\d{10}`, `\bX[A-Z]{2}\d{5}\b`, `badge#\d+`, `internal-[0-9a-f]{12}`} {
			c.Patterns = append(c.Patterns, Pattern{Name: "own" + strconv.Itoa(i), Regex: re})
		}
	})
}

func benchmarkOwn(b *testing.B, change func(*Config)) {
	e := newTestEngine(b, change)
	s := e.Session()
	b.SetBytes(int64(len(cleanText)))
	b.ReportAllocs()
	before := cpuTime()
	for b.Loop() {
		s.Value(Decision{}, cleanText)
	}
	reportCPU(b, before, len(cleanText))
}
