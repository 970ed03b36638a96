package derive

import "strings"

// pythonCause is the first traceback where one was raised from another; where one happened while another was
// handled, the later is the error that got out.
func pythonCause(stack string) string {
	const direct = "The above exception was the direct cause of the following exception:"
	const during = "During handling of the above exception, another exception occurred:"
	if i := strings.LastIndex(stack, during); i >= 0 {
		stack = stack[i:]
	}
	if i := strings.Index(stack, direct); i >= 0 {
		stack = stack[:i]
	}
	return stack
}

var pythonLibraries = []string{"site-packages", "dist-packages", "/lib/python", `\lib\python`, `\Lib\`, "<frozen ", "/usr/lib/", "<string>"}

// pythonFrame reads `File "/app/shop/cart.py", line 12, in add`.
func pythonFrame(line string) (frame, bool) {
	line, ok := strings.CutPrefix(strings.TrimSpace(line), `File "`)
	if !ok {
		return frame{}, false
	}
	path, rest, ok := strings.Cut(line, `"`)
	if !ok {
		return frame{}, false
	}
	_, function, _ := strings.Cut(rest, " in ")
	return frame{fileName(path), strings.TrimSpace(function), containsAny(path, pythonLibraries)}, true
}

// isNode tells JavaScript stacks: their lines end in line and column.
func isNode(stack string) bool {
	for line := range strings.SplitSeq(stack, "\n") {
		if _, ok := nodeFrame(line); ok {
			return true
		}
	}
	return false
}

// nodeCause is the innermost cause.
func nodeCause(stack string) string {
	for _, mark := range []string{"[cause]:", "\nCaused by:", "\ncaused by:"} {
		if i := strings.LastIndex(stack, mark); i >= 0 {
			return stack[i:]
		}
	}
	return stack
}

var nodeLibraries = []string{"node_modules/", "node:", "internal/", "<anonymous>", "webpack/runtime", "native"}

// nodeFrame reads "at async Class.fn [as alias] (/app/src/file.js:12:3)", "at /app/file.js:12:3" and Firefox's
// "fn@https://host/file.js:12:3".
func nodeFrame(line string) (frame, bool) {
	line = strings.TrimSpace(line)
	rest, ok := strings.CutPrefix(line, "at ")
	if !ok {
		function, place, found := strings.Cut(line, "@")
		path, positioned := withoutPosition(place)
		return frame{fileName(path), nodeFunction(function), containsAny(place, nodeLibraries)}, found && positioned && strings.Contains(place, "/")
	}
	function, place := "", rest
	if i := strings.LastIndex(rest, " ("); i >= 0 {
		function, place = rest[:i], strings.TrimSuffix(rest[i+2:], ")")
	}
	path, positioned := withoutPosition(place)
	if !positioned {
		return frame{}, false
	}
	return frame{fileName(path), nodeFunction(function), containsAny(path, nodeLibraries)}, true
}

// withoutPosition cuts ":12:3" off.
func withoutPosition(place string) (string, bool) {
	for n := range 2 {
		i := strings.LastIndexByte(place, ':')
		if i <= 0 || i == len(place)-1 || strings.Trim(place[i+1:], "0123456789") != "" {
			return place, n > 0 && strings.ContainsAny(place, "/.")
		}
		place = place[:i]
	}
	return place, true
}

// nodeFunction cuts decorations off a function's name.
func nodeFunction(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "async "), "new ")
	name, _, _ = strings.Cut(name, " [as ")
	for _, prefix := range []string{"Object.", "Function.", "Module.", "exports.", "process."} {
		name = strings.TrimPrefix(name, prefix)
	}
	switch name {
	case "", "<anonymous>", "eval", "anonymous":
		return "anonymous"
	}
	return name
}

var rubyLibraries = []string{"/gems/", "/lib/ruby/", "/rubygems/", "<internal:", "/bundle/ruby/", "/rbenv/", "/.rvm/"}

// rubyFrame reads "/app/models/user.rb:12:in `block in save'" and, since Ruby 3.4, "in 'User#save'".
func rubyFrame(line string) (frame, bool) {
	line = strings.TrimPrefix(strings.TrimSpace(line), "from ")
	place, rest, ok := strings.Cut(line, ":in ")
	if !ok {
		return frame{}, false
	}
	path, positioned := withoutPosition(place)
	if !positioned {
		return frame{}, false
	}
	function := strings.Trim(rest, "`'\"")
	if i := strings.LastIndex(function, " in "); i >= 0 {
		function = function[i+4:]
	}
	if i := strings.LastIndexAny(function, "#."); i >= 0 {
		function = function[i+1:]
	}
	return frame{fileName(path), function, containsAny(path, rubyLibraries)}, true
}

// phpCause is the first exception: what it caused follows behind "Next".
func phpCause(stack string) string {
	if i := strings.Index(stack, "\nNext "); i >= 0 {
		return stack[:i]
	}
	return stack
}

// phpFrame reads "#0 /app/src/Cart.php(12): Shop\Cart->add('x')".
func phpFrame(line string) (frame, bool) {
	line = strings.TrimSpace(line)
	if len(line) < 3 || line[0] != '#' || !isDigit(line[1]) {
		return frame{}, false
	}
	_, rest, _ := strings.Cut(line, " ")
	place, call, ok := strings.Cut(rest, ": ")
	if !ok {
		return frame{}, false
	}
	path := place
	if i := strings.LastIndexByte(place, '('); i > 0 {
		path = place[:i]
	}
	function, _, _ := strings.Cut(call, "(")
	if strings.Contains(function, "{closure") {
		function = "{closure}"
	}
	library := strings.Contains(path, "/vendor/") || strings.HasPrefix(place, "[internal")
	return frame{fileName(path), function, library}, true
}
