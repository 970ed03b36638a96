package packedconverter

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func list(ids ...any) []any { return ids }

func pipeline(receivers, processors, exporters []any) map[string]any {
	return map[string]any{"receivers": receivers, "processors": processors, "exporters": exporters}
}

func TestConvert(t *testing.T) {
	ours := pipeline(list("operations"), list("error_alert"), list("opslog"))
	tests := map[string]struct {
		settings  any
		pipelines map[string]any
		want      any // the connector's settings afterwards
	}{
		"nothing but ours":                       {nil, map[string]any{"logs/operations": ours, "metrics": pipeline(list("operations"), nil, list("prometheus"))}, map[string]any{"packed": true}},
		"keeps the rest":                         {map[string]any{"linger": "2s"}, map[string]any{"logs": ours}, map[string]any{"linger": "2s", "packed": true}},
		"says so itself":                         {map[string]any{"packed": false}, map[string]any{"logs": ours}, map[string]any{"packed": false}},
		"a file, too":                            {nil, map[string]any{"logs": pipeline(list("operations"), nil, list("opslog", "file"))}, nil},
		"another pipeline":                       {nil, map[string]any{"logs": ours, "logs/kafka": pipeline(list("operations"), nil, list("kafka"))}, nil},
		"a processor that may look into records": {nil, map[string]any{"logs": pipeline(list("operations"), list("filter"), list("opslog"))}, nil},
		"metrics only":                           {nil, map[string]any{"metrics": pipeline(list("operations"), nil, list("prometheus"))}, nil},
		"another name":                           {nil, map[string]any{"logs": pipeline(list("operations/b"), nil, list("opslog/a"))}, nil},
		"no pipelines":                           {nil, nil, nil},
		"wrong at core":                          {nil, map[string]any{"logs": "wrong"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			conf := confmap.NewFromStringMap(map[string]any{
				"connectors": map[string]any{"operations": tt.settings, "forward": nil}, "service": map[string]any{"pipelines": tt.pipelines},
			})
			require.NoError(t, NewFactory().Create(confmap.ConverterSettings{}).Convert(context.Background(), conf))
			assert.Equal(t, tt.want, conf.ToStringMap()["connectors"].(map[string]any)["operations"])
		})
	}
}

func TestConvertSampling(t *testing.T) {
	journal := pipeline(list("otlp"), list("pii_redaction", "opslog_journal"), list("operations", "forward/spans"))
	ours := pipeline(list("forward/spans"), list("opslog_sampling"), list("opslog"))
	tests := map[string]struct {
		pipelines map[string]any
		want      any
	}{
		"as it ships":               {map[string]any{"traces": journal, "traces/spans": ours}, map[string]any{"encoded": true, "packed": true}},
		"without a journal":         {map[string]any{"traces": pipeline(list("otlp"), list("pii_redaction"), list("forward/spans")), "traces/spans": ours}, map[string]any{"packed": true}},
		"something changes spans":   {map[string]any{"traces": journal, "traces/spans": pipeline(list("forward/spans"), list("transform", "opslog_sampling"), list("opslog"))}, map[string]any{"packed": true}},
		"changes before the hand":   {map[string]any{"traces": pipeline(list("otlp"), list("opslog_journal", "attributes"), list("forward/spans")), "traces/spans": ours}, map[string]any{"packed": true}},
		"from elsewhere, too":       {map[string]any{"traces": journal, "traces/spans": pipeline(list("forward/spans", "otlp"), list("opslog_sampling"), list("opslog"))}, map[string]any{"packed": true}},
		"by another pipeline":       {map[string]any{"traces": journal, "traces/b": pipeline(list("otlp"), nil, list("forward/spans")), "traces/spans": ours}, map[string]any{"packed": true}},
		"into a file":               {map[string]any{"traces": journal, "traces/spans": pipeline(list("forward/spans"), list("opslog_sampling"), list("file"))}, map[string]any{"encoded": true}},
		"something looks into them": {map[string]any{"traces": journal, "traces/spans": pipeline(list("forward/spans"), list("opslog_sampling", "filter"), list("opslog"))}, map[string]any{"encoded": true}},
		"two pipelines, one a file": {map[string]any{"traces": journal, "traces/spans": ours, "traces/2": pipeline(list("forward/spans"), list("opslog_sampling"), list("file"))}, map[string]any{"encoded": true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			conf := confmap.NewFromStringMap(map[string]any{
				"processors": map[string]any{"opslog_sampling": nil, "opslog_journal": nil}, "service": map[string]any{"pipelines": tt.pipelines},
			})
			require.NoError(t, NewFactory().Create(confmap.ConverterSettings{}).Convert(context.Background(), conf))
			assert.Equal(t, tt.want, conf.ToStringMap()["processors"].(map[string]any)["opslog_sampling"])
		})
	}
}
