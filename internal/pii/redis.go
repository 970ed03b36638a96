package pii

import "strings"

// redisLayout tells what the arguments of a command are: k a key that names the
// value, f a field that names the next value, v a value, - anything else. After
// head, loop is repeated to the end.
type redisLayout struct{ head, loop string }

var redisLayouts = map[string]redisLayout{
	"set": {"kv", "-"}, "setnx": {"kv", ""}, "getset": {"kv", ""}, "append": {"kv", ""}, "setex": {"k-v", ""}, "psetex": {"k-v", ""},
	"mset": {"", "kv"}, "msetnx": {"", "kv"}, "hset": {"k", "fv"}, "hmset": {"k", "fv"}, "hsetnx": {"kfv", ""}, "xadd": {"k-", "fv"},
	"lpush": {"k", "v"}, "rpush": {"k", "v"}, "lpushx": {"k", "v"}, "rpushx": {"k", "v"}, "sadd": {"k", "v"}, "zadd": {"k-", "v-"},
	"publish": {"k", "v"}, "lset": {"k-v", ""}, "setrange": {"k-v", ""}, "pfadd": {"k", "v"}, "echo": {"v", ""},
	"get": {"k", ""}, "hget": {"kf", ""}, "hmget": {"k", "f"}, "hdel": {"k", "f"}, "del": {"", "k"}, "sismember": {"kv", ""}, "srem": {"k", "v"},
}

// maxRedisVerb is the length of the longest verb in the table.
const maxRedisVerb = 9

// redis walks a command with keys and values, and reports whether it is one.
func (w *work) redis(t string, i int) bool {
	end := span(t, i, &isLetter)
	if end-i > maxRedisVerb || end >= len(t) || t[end] != ' ' {
		return false
	}
	layout, ok := redisLayouts[strings.ToLower(t[i:end])]
	if !ok || (hasFold(t, i, "set ") && sqlSetting(t, end)) {
		return false
	}
	w.redisArguments(t, end, layout, false)
	return true
}

// sqlSetting tells SET name = value and SET name TO value from the command.
func sqlSetting(t string, i int) bool {
	_, name := argument(t, i)
	lo, hi := argument(t, name)
	return strings.IndexByte(t[i:name], '=') >= 0 || hi == lo || t[lo] == '=' || strings.EqualFold(t[lo:hi], "to")
}

// redisArguments walks the arguments from i on. In prose, what follows the
// command's own arguments is not its business, and values must look like some.
func (w *work) redisArguments(t string, i int, layout redisLayout, prose bool) {
	var d, key Decision
	for n := 0; ; n++ {
		lo, hi := argument(t, i)
		if lo == hi || (prose && n >= len(layout.head) && layout.loop == "-") {
			return
		}
		kind := byte('-')
		if n < len(layout.head) {
			kind = layout.head[n]
		} else if layout.loop != "" {
			kind = layout.loop[(n-len(layout.head))%len(layout.loop)]
		}
		i = hi
		switch kind {
		case 'v':
			if !prose || shaped(d.rule, t[lo:hi]) && !plainWord(t[lo:hi]) {
				w.redisValue(t, lo, hi, d)
			}
			continue
		case 'k':
			key = w.redisKey(t[lo:hi])
			d = key
		case 'f':
			if d = w.textKey(t[lo:hi]); d.kind != keyHide && key.kind == keyHide {
				d = key
			}
		}
		w.scan(t[:hi], lo)
	}
}

// sessionKeys are the first parts of keys under which frameworks keep sessions.
var sessionKeys = newWordList(`sess session sessions`)

// redisKey decides about user:1:token by its parts: the last ones often are ids.
func (w *work) redisKey(key string) Decision {
	key = strings.Trim(key, `"'`)
	for {
		d := w.textKey(key)
		if part := key[strings.LastIndexByte(key, ':')+1:]; sessionKeys.has(part) {
			d.kind, d.rule = keyHide, ruleSession
		}
		colon := strings.LastIndexByte(key, ':')
		if d.kind == keyHide || colon <= 0 {
			return d
		}
		key = key[:colon]
	}
}

func (w *work) redisValue(t string, lo, hi int, d Decision) {
	if hi-lo > 2 && (t[lo] == '"' || t[lo] == '\'') && t[hi-1] == t[lo] {
		lo, hi = lo+1, hi-1
	}
	switch {
	case w.e.literals == LiteralsAll:
		w.add(ruleSQLLiteral, "", lo, hi)
	case w.e.hides(d, t[lo:hi]):
		if !benign(t[lo:hi]) {
			w.hit(d.rule, "", lo, hi)
		}
	default:
		w.value(t[:hi], lo, d)
	}
}

// argument returns the next word behind i, or what stands in quotes.
func argument(t string, i int) (lo, hi int) {
	lo = span(t, i, &isSpace)
	if lo < len(t) && (t[lo] == '"' || t[lo] == '\'') {
		if end := quotedValue(t, lo, t[lo:lo+1]).hi; end < len(t) {
			return lo, end + 1
		}
		return lo, len(t)
	}
	for hi = lo; hi < len(t) && !isSpace[t[hi]]; hi++ {
	}
	return lo, hi
}
