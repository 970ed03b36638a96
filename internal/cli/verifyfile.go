package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// promise is what must hold of some operations.
type promise struct {
	Name      string `yaml:"name"`
	Service   string `yaml:"service"`
	Operation string `yaml:"operation"`
	Where     string `yaml:"where"`
	Version   string `yaml:"version"`
	Against   string `yaml:"against"`
	MinCount  int    `yaml:"min_count"`
	That      string `yaml:"that"`
	Every     string `yaml:"every"`

	clauses []condition
}

// promiseFile is promises and what they have in common.
type promiseFile struct {
	Service  string    `yaml:"service"`
	Version  string    `yaml:"version"`
	Against  string    `yaml:"against"`
	MinCount int       `yaml:"min_count"`
	Expect   []promise `yaml:"expect"`
}

// readPromises reads a file, or standard input where it is "-".
func readPromises(stdin io.Reader, path string) ([]promise, error) {
	in := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usageError{err}
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	var file promiseFile
	dec := yaml.NewDecoder(in)
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		text := strings.TrimPrefix(inType.ReplaceAllString(err.Error(), " is no key of it"), "yaml: ")
		return nil, usageError{fmt.Errorf("%s: %s", path, strings.Join(strings.Fields(text), " "))}
	}
	if len(file.Expect) == 0 {
		return nil, usageError{fmt.Errorf("%s: expect is empty, want at least one expectation", path)}
	}
	for i := range file.Expect {
		p := &file.Expect[i]
		p.Service, p.Version, p.Against = cmp.Or(p.Service, file.Service), cmp.Or(p.Version, file.Version), cmp.Or(p.Against, file.Against)
		p.MinCount = cmp.Or(p.MinCount, file.MinCount)
		if p.That == "" && p.Every == "" {
			return nil, usageError{fmt.Errorf("%s: expect[%d] has neither that nor every", path, i)}
		}
	}
	return file.Expect, nil
}

var (
	conjunction = regexp.MustCompile(`(?i)\s+and\s+`)
	call        = regexp.MustCompile(`^(avg|min|max|sum|uniq|count|p50|p75|p90|p95|p99|p999)\([A-Za-z0-9_.]+\)$`)
	inType      = regexp.MustCompile(` not found in type \S+`)
	ofDuration  = regexp.MustCompile(`^(avg|min|max|sum|p50|p75|p90|p95|p99|p999)$`)
)

// Measures that are not aggregates of the query language.
const (
	measureErrors    = "errors"
	measureNewErrors = "new_errors"
	measureSlower    = "slower"
)

// parse reads the clauses of That.
func (p *promise) parse() error {
	if strings.TrimSpace(p.That) == "" {
		return nil
	}
	for _, text := range conjunction.Split(strings.TrimSpace(p.That), -1) {
		m := conditionForm.FindStringSubmatch(text)
		if m == nil {
			return usageError{fmt.Errorf("%q is no expectation, want a measure, a comparison and a value, such as 'p95 < 100ms'", printable(text, 80))}
		}
		value, err := amount(m[3])
		if err != nil {
			return usageError{fmt.Errorf("%q compares with %q, want a number, a duration like 1s or a share like 5%%", printable(text, 80), printable(m[3], 40))}
		}
		measure := strings.ToLower(strings.ReplaceAll(m[1], " ", ""))
		if !isMeasure(measure) {
			return usageError{fmt.Errorf("%q is no measure, want count, rate, errors, error_rate, new_errors, slower, p95, avg(db.calls) or the like", printable(m[1], 40))}
		}
		if p.Version == "" && (measure == measureNewErrors || measure == measureSlower) {
			return usageError{fmt.Errorf("%s compares with the version before: name the version, by --since-deploy or in the file", measure)}
		}
		p.clauses = append(p.clauses, condition{text: strings.TrimSpace(text), column: measure, op: m[2], value: value})
	}
	return nil
}

func isMeasure(text string) bool {
	switch text {
	case "count", "rate", "error_rate", measureErrors, measureNewErrors, measureSlower:
		return true
	}
	return call.MatchString(text) || ofDuration.MatchString(text)
}

// aggregate is a measure in the query language; "" for one that the language does not have.
func aggregate(measure string) string {
	switch {
	case measure == measureNewErrors, measure == measureSlower:
		return ""
	case measure == measureErrors:
		return "error_rate"
	case ofDuration.MatchString(measure):
		return measure + "(duration)"
	default:
		return measure
	}
}

// condition selects the operations that the promise is about, of a version or, where it is empty, of all.
func (p *promise) condition(version string) string {
	var parts []string
	for _, one := range [][2]string{{"service", p.Service}, {"name", p.Operation}, {"version", version}} {
		if one[1] != "" {
			parts = append(parts, one[0]+" = "+strconv.Quote(one[1]))
		}
	}
	if p.Where != "" {
		parts = append(parts, "("+p.Where+")")
	}
	return strings.Join(parts, " AND ")
}

// title names the promise for people.
func (p *promise) title() string {
	if p.Name != "" {
		return p.Name
	}
	return orText(strings.TrimSpace(orText(p.Operation, p.Where)), orText(p.Service, "all operations"))
}
