package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
)

type importer struct {
	connection
	display
	output output
	otlp   string
	look   bool
	sender *http.Client // to the OTLP port
}

func newImport() *cobra.Command {
	i := &importer{}
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Bring traces and log records of files into opslog",
		Long: `Send what files hold to the OTLP port, where it is redacted, derived and stored as if services had sent it now. Files are OTLP as
JSON or JSON lines, one OTLP request of spans as protobuf (*.pb, *.binpb), or the JSON that Jaeger exports; also compressed with gzip. "-" is standard
input. Bringing the same file twice changes nothing: operations have the ids that their spans give them.

With --look nothing is stored: the traces can be looked at for an hour, under ids that cannot be guessed.
They are redacted by the rules that pii_redaction has by itself.`,
		Example: `  opslog import traces.jsonl
  opslog import --look jaeger-trace.json
  opslog import --look -o id trace.json | xargs -n 1 opslog open --print`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return i.run(cmd, args) },
	}
	i.connection.addFlags(cmd)
	i.display.addFlags(cmd)
	i.output.addFlag(cmd, outputTable, outputJSON, outputNDJSON, outputID)
	flags := cmd.Flags()
	const patience = 10 * time.Minute
	i.timeout, flags.Lookup("timeout").DefValue = patience, patience.String()
	flags.StringVar(&i.otlp, "otlp", otlpEndpoint(), "URL of the OTLP/HTTP receiver (also OTEL_EXPORTER_OTLP_ENDPOINT)")
	flags.BoolVar(&i.look, "look", false, "store nothing: look at the traces for an hour")
	return cmd
}

// brought is what became of a trace of a file, or of all of it where it is stored.
type brought struct {
	File     string `json:"file"`
	TraceID  string `json:"trace_id,omitempty"`
	Original string `json:"original_trace_id,omitempty"`
	Spans    int    `json:"spans"`
	Logs     int    `json:"log_records"`
}

func (i *importer) run(cmd *cobra.Command, files []string) error {
	client, ctx, cancel, err := i.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	if i.sender, err = i.receiver(); err != nil {
		return err
	}
	all := []brought{}
	for n, file := range files {
		if !i.quiet && isTerminal(cmd.ErrOrStderr()) && len(files) > 1 {
			i.say(cmd, "%d of %d: %s", n+1, len(files), printable(file, 100))
		}
		requests, err := readRequests(cmd.InOrStdin(), file)
		if err != nil {
			return err
		}
		got, err := i.bring(ctx, client, file, requests)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, got...)
	}
	return printList(cmd.OutOrStdout(), i.output, &i.display, all, broughtColumns(i.look), func(b brought) string { return b.TraceID })
}

func (i *importer) bring(ctx context.Context, client *api.Client, file string, requests []otlpRequest) ([]brought, error) {
	if i.look {
		return look(ctx, client, file, requests)
	}
	sum := brought{File: file}
	for _, r := range requests {
		if r.jaeger {
			spans, err := i.convert(ctx, client, r)
			if err != nil {
				return nil, err
			}
			sum.Spans += spans
			continue
		}
		if err := postOTLP(ctx, i.sender, i.otlp, r); err != nil {
			return nil, err
		}
		sum.Spans, sum.Logs = sum.Spans+r.spans, sum.Logs+r.logs
	}
	return []brought{sum}, nil
}

// convert lets the server read what Jaeger wrote, and sends the same as OTLP, under the ids of the file.
func (i *importer) convert(ctx context.Context, client *api.Client, r otlpRequest) (spans int, err error) {
	got, err := look(ctx, client, "", []otlpRequest{r})
	if err != nil {
		return 0, err
	}
	for _, trace := range got {
		var text json.RawMessage
		if err := client.Get(ctx, "/traces/"+trace.TraceID+"/export", values("format", "otlp_json"), &text); err != nil {
			return 0, err
		}
		body := strings.ReplaceAll(string(text), trace.TraceID, trace.Original)
		if err := postOTLP(ctx, i.sender, i.otlp, otlpRequest{body: []byte(body), path: pathTraces}); err != nil {
			return 0, err
		}
		spans += trace.Spans
	}
	return spans, nil
}

// look brings files to the server's memory.
func look(ctx context.Context, client *api.Client, file string, requests []otlpRequest) ([]brought, error) {
	var out []brought
	for _, r := range requests {
		switch {
		case r.path == pathLogs:
			continue
		case r.binary:
			return nil, usageError{errors.New("--look reads JSON only")}
		}
		var got api.Imported
		if err := client.Change(ctx, http.MethodPost, "/traces/import", nil, json.RawMessage(r.body), &got); err != nil {
			return nil, err
		}
		for _, t := range got.Traces {
			out = append(out, brought{File: file, TraceID: t.TraceID.String(), Original: t.Original.String(), Spans: t.Spans})
		}
	}
	return out, nil
}
