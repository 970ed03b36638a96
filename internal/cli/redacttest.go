package cli

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/pii"
)

type redactTest struct {
	connection
	otlp  string
	allow []string
}

func newRedactTest() *cobra.Command {
	r := &redactTest{}
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Send specimens of personal data and secrets through the running opslog, and search what is stored for them",
		Long: "Send specimens of every kind to the OTLP port, in every field of a span and of log records, then read what " +
			"opslog stored of them through its API. Ends with code 5 when one survived. The specimens are nobody's data. " +
			"Metrics are not stored, so they are not searched.",
		Example: "  opslog redact test\n  opslog redact test --allow ip,mac",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return r.run(cmd) },
	}
	r.connection.addFlags(cmd)
	cmd.Flags().StringVar(&r.otlp, "otlp", otlpEndpoint(), "URL of the OTLP/HTTP receiver (also OTEL_EXPORTER_OTLP_ENDPOINT)")
	cmd.Flags().StringSliceVar(&r.allow, "allow", nil, "specimens that may survive, because the configuration says so: "+canaryNames())
	return cmd
}

func canaryNames() string {
	var names []string
	for _, c := range pii.Canaries() {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

func (r *redactTest) run(cmd *cobra.Command) error {
	for _, name := range r.allow {
		if !slices.ContainsFunc(pii.Canaries(), func(c pii.Canary) bool { return c.Name == name }) {
			return usageError{fmt.Errorf("--allow has %q; accepted: %s", name, canaryNames())}
		}
	}
	client, ctx, cancel, err := r.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	var trace operation.TraceID
	if _, err := rand.Read(trace[:]); err != nil {
		return fmt.Errorf("make a trace id: %w", err)
	}
	receiver, err := r.receiver()
	if err != nil {
		return err
	}
	now := time.Now()
	for _, signal := range []string{"traces", "logs"} {
		if err := postJSON(ctx, receiver, r.otlp+"/v1/"+signal, canaryDocument(signal, trace, now)); err != nil {
			return err
		}
	}
	places, err := stored(ctx, client, trace)
	if err != nil {
		return err
	}
	return r.judge(cmd.OutOrStdout(), places)
}

// judge prints one line for every specimen and fails when one is still there.
func (r *redactTest) judge(w io.Writer, places map[string]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "SPECIMEN\tRESULT")
	var survived []string
	for _, c := range pii.Canaries() {
		result := "hidden"
		if found := survivesIn(places, c); len(found) > 0 {
			result = "SURVIVED in " + strings.Join(found, ", ")
			if slices.Contains(r.allow, c.Name) {
				result = "allowed, in " + strings.Join(found, ", ")
			} else {
				survived = append(survived, c.Name)
			}
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\n", c.Name, result)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	switch {
	case len(survived) == 0:
		return nil
	case len(survived) == len(pii.Canaries()):
		return checkFailed{fmt.Errorf("all %d specimens survived: is pii_redaction in the pipelines that receive traces and logs, with `mode: enforce`?", len(survived))}
	}
	return checkFailed{fmt.Errorf("%d of %d specimens survived redaction: %s", len(survived), len(pii.Canaries()), strings.Join(survived, ", "))}
}

// survivesIn names the places that hold the secret, also as bytes in base64.
func survivesIn(places map[string]string, c pii.Canary) []string {
	var found []string
	encoded := base64.StdEncoding.EncodeToString([]byte(c.Text))
	for _, place := range canaryPlaces {
		if strings.Contains(places[place], c.Secret) || strings.Contains(places[place], encoded) {
			found = append(found, place)
		}
	}
	return found
}

// canaryPlaces are what the API shows of a trace.
var canaryPlaces = []string{"operations", "spans", "logs"}

// stored waits until everything that was sent has arrived and returns it as JSON, by place.
func stored(ctx context.Context, client *api.Client, trace operation.TraceID) (map[string]string, error) {
	var missing string
	for {
		places, err := readPlaces(ctx, client, trace)
		switch {
		case err == nil && len(places) == len(canaryPlaces):
			return places, nil
		case err == nil:
			missing = missingPlaces(places)
		case ctx.Err() == nil:
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the specimens were accepted, but after the --timeout these do not hold them: %s; "+
				"nothing can be said", missing)
		case <-time.After(250 * time.Millisecond):
		}
	}
}

func missingPlaces(places map[string]string) string {
	var out []string
	for _, place := range canaryPlaces {
		if places[place] == "" {
			out = append(out, place)
		}
	}
	return strings.Join(out, ", ")
}

// readPlaces reads what is stored of the trace; places where nothing is yet are missing.
func readPlaces(ctx context.Context, client *api.Client, trace operation.TraceID) (map[string]string, error) {
	places := map[string]string{}
	operations, err := client.TraceOperations(ctx, trace, api.Around{})
	if err != nil {
		return nil, err
	}
	for _, item := range operations.Items {
		op, err := client.Operation(ctx, item.ID)
		if err != nil {
			return nil, err
		}
		places["operations"] += jsonText(op)
	}
	spans, err := client.Spans(ctx, trace, api.Around{})
	if err != nil {
		return nil, err
	}
	if len(spans.Items) > 0 {
		places["spans"] = jsonText(spans)
	}
	logs, err := client.Logs(ctx, trace, api.Around{})
	if err != nil {
		return nil, err
	}
	if len(logs.Items) >= len(pii.Canaries()) {
		places["logs"] = jsonText(logs)
	}
	return places, nil
}

// jsonText writes v without escaping &, < and >, which the secrets may hold.
func jsonText(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // what came as JSON can be written as JSON
	return b.String()
}

func postJSON(ctx context.Context, client *http.Client, url string, document any) error {
	body, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("write the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(string(body)))
	if err != nil {
		return usageError{fmt.Errorf("--otlp: %w", err)}
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("%w: send to %s: %w", api.ErrUnreachable, url, errors.Unwrap(err))
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("send to %s: the answer is %s", url, resp.Status)
	}
	return nil
}

func randomSpanID() string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails, since Go 1.24
	return hex.EncodeToString(id[:])
}
