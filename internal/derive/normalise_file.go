package derive

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// fileScope is the instrumentation of Node's file system, whose spans have no attributes.
const fileScope = "@opentelemetry/instrumentation-fs"

// buildFile describes a file access: "readFile /etc/{id}".
func (d *Deriver) buildFile(b *callBuilder, f *fields, name string) (values uint64) {
	action := f.str(fileOperation)
	if action == "" {
		action = name[strings.LastIndexByte(name, ' ')+1:]
	}
	path := f.str(filePath)
	b.access = accessByVerb(action)
	b.begin(operation.CategoryFile, "")
	b.text("")
	b.buf = append(b.buf, action...)
	if path != "" {
		b.buf = appendPath(append(b.buf, ' '), path)
	}
	b.end()
	b.text(action)
	if path != "" {
		b.buf = appendPath(b.buf, path)
	}
	b.end()
	return d.valuesOf(f, path, true)
}
