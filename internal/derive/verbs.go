package derive

import "strings"

// verbs says what the verb of a name does. It decides only where nothing better does.
var verbs = func() map[string]access {
	m := map[string]access{}
	add := func(a access, words string) {
		for word := range strings.FieldsSeq(words) {
			m[word] = a
		}
	}
	add(accessRead, `get list find search count fetch read query describe head show lookup load select scan view browse check exists has is
		stat stats status health ping validate verify calculate compute estimate preview export download render retrieve filter explain
		suggest autocomplete aggregate distinct mget msearch watch poll peek resolve report diff compare print inspect introspect login
		authenticate authorize evaluate predict recommend quote quotes translate detect classify open access readdir lstat readlink
		exist info batchget stream range pull can graphql token getmore keys ttl strlen type match`)
	add(accessWrite, `create update delete insert save send put post patch set add remove process publish write upsert replace merge drop
		truncate cancel submit place pay charge refund approve reject register signup subscribe unsubscribe upload import append unlink
		rename mkdir rmdir rm move copy cp chmod chown store persist enqueue dispatch emit notify execute run start stop restart enable
		disable activate deactivate archive restore reset revoke grant assign unassign apply checkout purchase book reserve release
		confirm complete close reopen lock unlock push commit transfer ship deliver fulfill generate sync migrate purge clear flush evict
		invalidate clean cleanup prune expire schedule trigger retry modify edit change increment decrement touch mark ack bulk reindex
		batchwrite transact del destroy erase index ingest record track log open_account make build deploy provision terminate invoke
		acknowledge respond empty findandmodify bulkwrite createindexes renamecollection dropdatabase deletebyquery updatebyquery insertone insertmany updateone
		updatemany deleteone deletemany replaceone refresh warm fill outfile writefile appendfile truncatefile rollback suspend resume
		unset attach detach link join leave follow unfollow like vote invite accept decline withdraw deposit issue void settle capture`)
	return m
}()

// destructiveVerbs remove what was there.
var destructiveVerbs = map[string]bool{"delete": true, "drop": true, "truncate": true, "purge": true, "destroy": true, "erase": true,
	"deletebyquery": true, "deleteone": true, "deletemany": true, "dropdatabase": true, "flushall": true, "flushdb": true, "wipe": true}

// verbOf finds the verb of a name: the first word that is one, in the last segment of "pkg.Service/GetUser",
// "user.create" or "/orders/search", split at camel humps, underscores and the like; failing that the last word.
func verbOf(name string) (verb string, does access) {
	if i := strings.LastIndexByte(name, '/'); i >= 0 && i < len(name)-1 {
		name = name[i+1:]
	}
	var buf [24]byte
	for rest := name; rest != ""; {
		var word string
		word, rest = nextWord(rest, buf[:])
		if does, ok := verbs[word]; ok {
			return strings.Clone(word), does
		}
	}
	return "", accessUnknown
}

// nextWord cuts the first word off, in lower case; words that do not fit buf are no verbs.
func nextWord(s string, buf []byte) (word, rest string) {
	n, i := 0, 0
	for ; i < len(s); i++ {
		c := s[i]
		upper := c >= 'A' && c <= 'Z'
		letter := upper || c >= 'a' && c <= 'z'
		if !letter && n == 0 {
			continue
		}
		hump := upper && i > 0 && (s[i-1] >= 'a' && s[i-1] <= 'z' || i+1 < len(s) && s[i+1] >= 'a' && s[i+1] <= 'z' && s[i-1] >= 'A' && s[i-1] <= 'Z')
		if !letter || n > 0 && hump {
			break
		}
		if n < len(buf) {
			buf[n] = c | 0x20
		}
		n++
	}
	if n == 0 || n > len(buf) {
		return "", s[i:]
	}
	return string(buf[:n]), s[i:]
}

// accessByVerb judges a name.
func accessByVerb(name string) access {
	_, does := verbOf(name)
	return does
}
