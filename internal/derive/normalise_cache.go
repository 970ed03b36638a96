package derive

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// keyValueVerbs are the commands of Redis and its kin, and of memcached. What is not here is judged as a read.
var keyValueVerbs = func() map[string]access {
	m := map[string]access{}
	add := func(a access, words string) {
		for word := range strings.FieldsSeq(words) {
			m[word] = a
		}
	}
	add(accessWrite, `SET SETEX PSETEX SETNX MSET MSETNX GETSET GETDEL GETEX APPEND SETRANGE DEL UNLINK EXPIRE PEXPIRE EXPIREAT PEXPIREAT
		PERSIST RENAME RENAMENX MOVE COPY RESTORE INCR INCRBY INCRBYFLOAT DECR DECRBY HSET HSETNX HMSET HDEL HINCRBY HINCRBYFLOAT SADD SREM
		SPOP SMOVE SINTERSTORE SUNIONSTORE SDIFFSTORE ZADD ZREM ZINCRBY ZPOPMIN ZPOPMAX ZREMRANGEBYSCORE ZREMRANGEBYRANK ZUNIONSTORE
		ZINTERSTORE LSET LTRIM LREM LINSERT PFADD PFMERGE GEOADD SETBIT BITOP FLUSHALL FLUSHDB XDEL XTRIM XACK JSON.SET JSON.DEL ADD
		REPLACE CAS TOUCH DELETE STORE PUT INVALIDATE EVICT UPDATE REFRESH FILL WRITE CLEAR REMOVE INCREMENT DECREMENT FLUSH_ALL PREPEND`)
	add(accessControl, `AUTH SELECT PING ECHO QUIT HELLO CLIENT CONFIG INFO COMMAND CLUSTER READONLY READWRITE ASKING RESET WATCH UNWATCH
		SUBSCRIBE PSUBSCRIBE UNSUBSCRIBE SCRIPT MONITOR ROLE WAIT CONNECT MULTI EXEC DISCARD PIPELINE`)
	return m
}()

// queueVerbs of Redis hand something over to somebody else: no cache, a message.
var queueVerbs = map[string]bool{"XADD": true, "PUBLISH": true, "SPUBLISH": true, "LPUSH": true, "RPUSH": true, "LPUSHX": true, "RPUSHX": true, "RPOPLPUSH": true, "LMOVE": true}

// buildCache describes a call of a key-value store or of a cache inside the process: "GET user:{id}".
func (d *Deriver) buildCache(b *callBuilder, f *fields, name, system string) (values uint64) {
	query := f.str(dbQuery)
	action, key := f.first(dbOperation, cacheOperation), f.str(cacheKey)
	if query != "" {
		verb, rest := cutWord(query)
		if action == "" {
			action = verb
		}
		if key == "" && strings.EqualFold(verb, action) {
			key, _ = cutWord(rest)
		}
	}
	if action == "" {
		action = cacheVerb(name)
	}
	action = upperASCII(action)
	b.remote = system != "" && (f.hasAny(dbSystem, serverAddress, netPeerName, peerAddress))
	b.category(action)
	b.text(system)
	b.text(f.first(peerService, serverAddress, netPeerName, peerAddress, dbNamespace))
	b.buf = append(b.buf, action...)
	if key != "" {
		b.buf = appendTemplated(append(b.buf, ' '), unquoteKey(key))
	}
	b.end()
	b.text(action)
	b.buf = appendTemplated(b.buf, unquoteKey(key))
	b.end()
	return d.valuesOf(f, firstText(query, f.str(cacheKey)), true)
}

// category begins the call and sets what the command does.
func (b *callBuilder) category(action string) {
	if queueVerbs[action] {
		b.access, b.publishes = accessWrite, true
		b.text(operation.CategoryMessaging)
		return
	}
	b.text(operation.CategoryCache)
	b.access = keyValueVerbs[action]
	b.touches = b.access == accessWrite
	if b.access == accessUnknown {
		b.access = accessRead
	}
	b.destructive = action == "FLUSHALL" || action == "FLUSHDB"
	if b.destructive {
		b.touches = false
	}
}

// cacheVerb reads "Update Cache" and "cache.get" as commands.
func cacheVerb(name string) string {
	switch verb, does := verbOf(name); {
	case does == accessUnknown:
		return "GET"
	case does == accessRead:
		return "GET"
	case destructiveVerbs[verb] || verb == "evict" || verb == "invalidate" || verb == "clear" || verb == "remove":
		return "DELETE"
	default:
		return "SET"
	}
}

// cutWord cuts the first word off.
func cutWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, " \t\r\n"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

func unquoteKey(key string) string { return strings.Trim(key, "\"'`") }

// upperASCII allocates nothing for what is in capitals already.
func upperASCII(s string) string {
	for i := range len(s) {
		if s[i] >= 'a' && s[i] <= 'z' {
			return strings.ToUpper(s)
		}
	}
	return s
}
