package explain

import (
	"regexp"
	"strings"
)

// Where stack traces name a place: JavaScript, Java, .NET; Python; Ruby and PHP; Go.
var (
	frameAt     = regexp.MustCompile(`^at (.+)$`)
	framePython = regexp.MustCompile(`^File "(.+)", line (\d+), in (.+)$`)
	frameRuby   = regexp.MustCompile("^(?:from )?(.+\\.rb:\\d+:in [`'].+')$")
	framePHP    = regexp.MustCompile(`^#\d+ (.+\.php\(\d+\): .+)$`)
	frameGo     = regexp.MustCompile(`^(/?\S+\.go:\d+)`)
)

// foreign are parts of places in libraries and runtimes, which are not where the mistake is.
var foreign = []string{"node_modules", "node:internal", "site-packages", "/lib/python", "/gems/", "/vendor/", "runtime/", "/usr/lib",
	"/usr/local/go/", "/pkg/mod/", "java.base/", "org.springframework", "System.", "Microsoft.", "<anonymous>", "net/http", "go.opentelemetry.io/"}

// thrownAt is the first place in a stack trace that is the application's own, "" when there is none.
func thrownAt(stack string) string {
	const longest = 400 // lines
	best, before := "", ""
	for i, line := range strings.Split(afterPanic(stack), "\n") {
		if i == longest {
			break
		}
		line = strings.TrimSpace(line)
		frame, python := frameIn(line, before)
		before = line
		if frame == "" || isForeign(line) || best != "" && !python {
			continue
		}
		best = frame // Python names the innermost place last
	}
	return Clean(best, nameLength+valueLength)
}

// afterPanic is what stands behind Go's frame of a panic: above it are those that caught it.
func afterPanic(stack string) string {
	const frame = "\npanic("
	if i := strings.LastIndex(stack, frame); i >= 0 {
		return stack[i+len(frame):]
	}
	return stack
}

func frameIn(line, before string) (frame string, python bool) {
	if m := framePython.FindStringSubmatch(line); m != nil {
		return m[3] + " (" + m[1] + ":" + m[2] + ")", true
	}
	for _, form := range []*regexp.Regexp{frameAt, frameRuby, framePHP} {
		if m := form.FindStringSubmatch(line); m != nil {
			return m[1], false
		}
	}
	if m := frameGo.FindStringSubmatch(line); m != nil {
		function := before[:max(strings.LastIndexByte(before, '('), 0)] // without the arguments
		if function == "" || function == "panic" {
			return "", false
		}
		return function[strings.LastIndexByte(function, '/')+1:] + " (" + tail(m[1]) + ")", false
	}
	return "", false
}

// tail is a file with its folder.
func tail(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[strings.LastIndexByte(path[:i], '/')+1:]
	}
	return path
}

func isForeign(line string) bool {
	for _, part := range foreign {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}
