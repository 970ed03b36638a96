package opslogqueryextension

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed all:web/dist
var dist embed.FS

// baseMarker stands in index.html for the path under which the UI is shown.
const baseMarker = `<base href="/"`

// newUI serves the built bundle: files by name, and index.html for every page of the application.
func newUI(basePath string) (http.Handler, error) {
	files, err := fs.Sub(dist, "web/dist")
	if err != nil {
		return nil, err
	}
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("the web UI is not in this binary: %w", err)
	}
	index = bytes.Replace(index, []byte(baseMarker), []byte(`<base href="`+basePath+`"`), 1)
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if info, err := fs.Stat(files, name); err == nil && !info.IsDir() && name != "index.html" {
			if strings.HasPrefix(name, "assets/") { // names carry a hash of the content
				w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			server.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(index)
	}), nil
}
