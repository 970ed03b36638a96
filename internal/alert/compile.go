package alert

import (
	"container/list"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/query"
)

// rule is a Rule that is ready to be evaluated.
type rule struct {
	Rule
	match query.Matcher // of the rules that look at single operations
	times int           // of a latency rule: its place in series.times
}

// compileRules makes populations of the rules that count, and lists the others.
func compileRules(cfg *Config) (populations []*population, single []*rule, err error) {
	byKey := map[string]*population{}
	for _, configured := range cfg.Rules {
		r := &rule{Rule: configured.withDefaults()}
		if r.match, err = selector(r.Match); err != nil {
			return nil, nil, fmt.Errorf("rule %s: %w", r.Name, err)
		}
		switch r.Type {
		case TypeNewError, TypeRegression, TypeDestructive, TypeQuery:
			single = append(single, r)
			continue
		}
		key := fmt.Sprint(r.Match, "\x00", r.External, "\x00", r.By)
		p := byKey[key]
		if p == nil {
			p = &population{
				id: key, match: r.match, external: r.External, byName: slices.Contains(r.By, "operation"),
				limit: cfg.MaxSeries, series: map[seriesKey]*list.Element{},
			}
			byKey[key] = p
			populations = append(populations, p)
		}
		for _, other := range p.rules {
			if other.Type == TypeLatency {
				r.times++
			}
		}
		p.long = p.long || r.Type == TypeBurnRate && slices.ContainsFunc(r.Burn, func(b Burn) bool { return b.Long > midWidth*midBuckets })
		p.rules = append(p.rules, r)
	}
	return populations, single, nil
}

// override is the first that fits the series.
func (r *rule) override(key seriesKey) Override {
	for _, o := range r.Overrides {
		if Fits(o.Service, key.service) && Fits(o.Operation, key.operation) {
			return o
		}
	}
	return Override{}
}

// Fits compares with * and ?; a slash is nothing special. An empty pattern fits everything.
func Fits(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	flat := strings.NewReplacer("/", "\x01")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(text))
	return err == nil && ok
}
