package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/opslog/opslog/test/clickhouse"
)

// chain is a collector under measurement.
type chain struct {
	name    string
	command []string
	stored  []count // what to find in ClickHouse afterwards
	cpu     string  // where to put a CPU profile; empty for none
}

// count is a number that a query answers.
type count struct{ what, query string }

type comparison struct {
	name, title   string
	goal          float64 // ratio to reach
	load          load
	stock, opslog chain
}

// load is what a comparison sends.
type load int

const (
	loadShop     load = iota // the sample shop's recording
	loadOrdinary             // attribute-rich spans, an error in every fortieth trace
	loadRich                 // the same spans, an error in nearly every trace
)

// comparisons are what to measure, with opslog's binary at the given path.
func comparisons(opslog string) []comparison {
	stock := chain{
		name:    "stock",
		command: []string{stockBinary, "--config", "test/bench/config/stock.yaml"},
		stored:  []count{{"spans", "SELECT count() FROM stock.otel_traces"}},
	}
	ours := chain{
		name:    "opslog",
		command: []string{opslog, "--config", "config/clickhouse.yaml", "--config", "test/bench/config/opslog.yaml"},
		stored: []count{
			{"operations", "SELECT count() FROM opslog.operations FINAL"},
			{"spans in them", "SELECT sum(span_count) FROM opslog.operations FINAL"},
			{"sampled spans", "SELECT count() FROM opslog.spans"},
		},
	}
	return []comparison{
		{name: "full", title: "Full pipeline into ClickHouse", goal: 3, stock: stock, opslog: ours},
		{name: "ordinary", title: "Full pipeline into ClickHouse, attribute-rich spans, 2.5 % of the traces with an error", goal: 3, load: loadOrdinary, stock: stock, opslog: ours},
		{name: "rich", title: "Full pipeline into ClickHouse, attribute-rich spans, an error in nearly every trace", goal: 3, load: loadRich, stock: stock, opslog: ours},
		{
			name: "redaction", title: "Redaction alone, of attribute-rich spans, into nothing", goal: 20, load: loadRich,
			stock: chain{
				name:    "stock",
				command: []string{stockBinary, "--config", "test/bench/config/stock.yaml", "--config", "test/bench/config/stock-redaction.yaml"},
			},
			opslog: chain{
				name:    "opslog",
				command: []string{opslog, "--config", "test/bench/config/opslog-redaction.yaml"},
			},
		},
	}
}

const stockBinary = stockFolder + "/otelcol-stock"

// chosen are the comparisons of the name, or all when it is empty.
func chosen(name, opslog string) ([]comparison, error) {
	all := comparisons(opslog)
	if name == "" {
		return all, nil
	}
	var names []string
	for _, c := range all {
		if c.name == name {
			return []comparison{c}, nil
		}
		names = append(names, c.name)
	}
	return nil, fmt.Errorf("-only is %q, want one of %s", name, strings.Join(names, ", "))
}

// ask runs a query over HTTP and gives its first number; what went wrong is shown in its place.
func (c count) ask(server *clickhouse.Server) string {
	response, err := http.Get("http://" + server.HTTP + "/?query=" + url.QueryEscape(c.query))
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 300))
	if err != nil {
		return err.Error()
	}
	text := strings.TrimSpace(string(body))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return thousands(n)
	}
	return text
}
