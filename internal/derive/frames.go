package derive

import (
	"strings"
)

// maxFrames is how many frames of the application make the identity of an error (requirements 4.3).
const maxFrames = 5

// frame is one line of a stack trace: where, without line numbers and generated names.
type frame struct {
	module, function string
	library          bool // not the application's own code
}

// framesOf are the names of the top frames of the application in the stack of the root cause, of all code where
// none is the application's. It answers nil for what is no stack of a language it knows.
func framesOf(stack string) []string {
	language := languageOf(stack)
	if language == nil {
		return nil
	}
	var all, own []string
	for line := range strings.SplitSeq(language.rootCause(stack), "\n") {
		f, ok := language.read(line)
		if !ok {
			continue
		}
		name := f.module + ":" + f.function
		all = appendFrame(all, name, language.lastFirst)
		if !f.library {
			own = appendFrame(own, name, language.lastFirst)
		}
	}
	if len(own) > 0 {
		return own
	}
	return all
}

// appendFrame keeps the top frames and one of a recursion. Where the deepest call is printed last, the last ones
// are the top.
func appendFrame(frames []string, name string, lastFirst bool) []string {
	if n := len(frames); n > 0 && frames[n-1] == name {
		return frames
	}
	if len(frames) < maxFrames {
		return append(frames, name)
	}
	if lastFirst {
		copy(frames, frames[1:])
		frames[maxFrames-1] = name
	}
	return frames
}

// language reads the stack traces of one platform.
type language struct {
	mark      func(stack string) bool
	read      func(line string) (frame, bool)
	rootCause func(stack string) string
	lastFirst bool // the deepest call is printed last
}

var languages = []*language{
	{mark: hasAny("Traceback (most recent call last)", "  File \""), read: pythonFrame, rootCause: pythonCause, lastFirst: true},
	{mark: hasAny(".java:", ".kt:", ".scala:", ".groovy:", ".clj:", "(Native Method)", "(Unknown Source)"), read: javaFrame, rootCause: javaCause},
	{mark: hasAny("goroutine ", ".go:"), read: goFrame, rootCause: whole},
	{mark: hasAny(".rb:", ".erb:"), read: rubyFrame, rootCause: whole},
	{mark: hasAny(".php(", "#0 {main}", "[internal function]"), read: phpFrame, rootCause: phpCause},
	{mark: hasAny(":line ", "--- End of ", ".MoveNext()"), read: dotnetFrame, rootCause: dotnetCause},
	{mark: isNode, read: nodeFrame, rootCause: nodeCause},
	{mark: hasAny("   at "), read: dotnetFrame, rootCause: dotnetCause},
}

func languageOf(stack string) *language {
	for _, l := range languages {
		if l.mark(stack) {
			return l
		}
	}
	return nil
}

func hasAny(parts ...string) func(string) bool {
	return func(s string) bool {
		for _, part := range parts {
			if strings.Contains(s, part) {
				return true
			}
		}
		return false
	}
}

func whole(stack string) string { return stack }

// containsAny tells whether s holds one of the parts.
func containsAny(s string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}

func hasPrefixAny(s string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// fileName is the end of a path that is the same on every machine: folder and file, build hashes out.
func fileName(path string) string {
	path = strings.ReplaceAll(path, `\`, "/")
	path, _, _ = strings.Cut(path, "?")
	i := strings.LastIndexByte(path, '/')
	if i > 0 {
		if j := strings.LastIndexByte(path[:i], '/'); j >= 0 && !isID(path[j+1:i]) {
			i = j
		}
	}
	name := path[i+1:]
	if isID(name) || strings.Count(name, ".") > 1 {
		parts := strings.Split(name, ".")
		for k, part := range parts {
			if isID(part) {
				parts[k] = "*"
			}
		}
		name = strings.Join(parts, ".")
	}
	return name
}

// withoutDigits takes away what compilers number: $1, func2, __3.
func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}
