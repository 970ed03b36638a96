// Command sbom lists what a Go program is made of as a CycloneDX 1.6 document: the modules that the linker wrote into it,
// and the npm packages that its web UI was bundled from. The same input gives the same bytes.
package main

import (
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl"`
	Hashes  []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type document struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

func main() {
	version := flag.String("version", "", "version of the program")
	flag.Parse()
	if err := run(*version, flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(version, program, lock string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return fmt.Errorf("read the program: %w", err)
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return fmt.Errorf("read the program: %w", err)
	}
	sum := sha256.Sum256(content)
	out := document{Format: "CycloneDX", Spec: "1.6", Version: 1}
	out.Metadata.Component = component{Type: "application", Name: "opslog", Version: version}
	out.Metadata.Component.Ref = "pkg:golang/" + info.Main.Path + "@" + version
	out.Metadata.Component.PURL = out.Metadata.Component.Ref
	out.Metadata.Component.Hashes = []hash{{"SHA-256", hex.EncodeToString(sum[:])}}
	out.Components = []component{library("golang", "stdlib", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		out.Components = append(out.Components, library("golang", m.Path, m.Version))
	}
	bundled, err := packages(lock)
	if err != nil {
		return err
	}
	out.Components = append(out.Components, bundled...)
	slices.SortFunc(out.Components, func(a, b component) int { return cmp.Compare(a.Ref, b.Ref) })
	w := json.NewEncoder(os.Stdout)
	w.SetIndent("", "  ")
	return w.Encode(out)
}

func library(kind, name, version string) component {
	ref := "pkg:" + kind + "/" + strings.ReplaceAll(name, "@", "%40") + "@" + version
	return component{Type: "library", Ref: ref, Name: name, Version: version, PURL: ref}
}

// packages are those of a package-lock.json that are not for development only.
func packages(path string) ([]component, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the lock of the web UI: %w", err)
	}
	var lock struct {
		Packages map[string]struct {
			Version, Integrity string
			Dev, DevOptional   bool
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var out []component
	for at, p := range lock.Packages {
		name, inside := at, false
		if i := strings.LastIndex(at, "node_modules/"); i >= 0 {
			name, inside = at[i+len("node_modules/"):], true
		}
		if !inside || p.Dev || p.DevOptional {
			continue
		}
		c := library("npm", name, p.Version)
		if encoded, ok := strings.CutPrefix(p.Integrity, "sha512-"); ok {
			if sum, err := base64.StdEncoding.DecodeString(encoded); err == nil {
				c.Hashes = []hash{{"SHA-512", hex.EncodeToString(sum)}}
			}
		}
		out = append(out, c)
	}
	return out, nil
}
