package pii

import "strings"

// directive looks at the sign at i of commands to a build server that say
// themselves that what follows is secret: ##vso[…;issecret=true]x, ::add-mask::x.
func (w *work) directive(t string, i int) int {
	const mask, mark = "::add-mask::", "issecret=true"
	switch {
	case hasFold(t, i, mask):
		return w.restOfLine(t, i+len(mask))
	case t[i] == '=' && i >= 8 && hasFold(t, i-8, mark):
		end := strings.IndexAny(t[i:min(len(t), i+maxKey)], "]\r\n")
		if end < 0 || t[i+end] != ']' {
			return 0
		}
		return w.restOfLine(t, i+end+1)
	}
	return 0
}

// restOfLine hides everything from i to the end of the line.
func (w *work) restOfLine(t string, i int) int {
	end := i
	for end < len(t) && t[end] != '\r' && t[end] != '\n' && t[end] != '\\' {
		end++
	}
	if benign(t[i:end] + " ") {
		return 0
	}
	return w.hit(ruleCredential, "", i, end)
}
