package cli

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

type sender struct {
	connection
	display
	output   output
	otlp     string
	name     string
	service  string
	attrs    []string
	failure  string
	n        int
	duration time.Duration
	wait     bool
}

func newSend() *cobra.Command {
	s := &sender{}
	cmd := &cobra.Command{
		Use:   "send",
		Short: "Send test operations to the OTLP port and print their ids",
		Example: `  opslog send
  opslog send --name 'POST /orders' --service shop --attr http.response.status_code=500 --error 'card declined' --wait
  opslog show $(opslog send --wait)`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	s.connection.addFlags(cmd)
	s.display.addFlags(cmd)
	s.output.addFlag(cmd, outputID, outputJSON, outputNDJSON)
	flags := cmd.Flags()
	flags.StringVar(&s.otlp, "otlp", otlpEndpoint(), "URL of the OTLP/HTTP receiver (also OTEL_EXPORTER_OTLP_ENDPOINT)")
	flags.StringVar(&s.name, "name", "GET /opslog-test", "name of the span")
	flags.StringVar(&s.service, "service", "opslog-test", "name of the service")
	flags.StringArrayVar(&s.attrs, "attr", nil, "attribute as key=value; may be repeated")
	flags.StringVar(&s.failure, "error", "", "let it fail with this message")
	flags.IntVarP(&s.n, "n", "n", 1, "how many operations")
	flags.DurationVar(&s.duration, "duration", 25*time.Millisecond, "how long each operation takes")
	flags.BoolVar(&s.wait, "wait", false, "wait until the last one can be seen")
	return cmd
}

// sent is one operation that was sent.
type sent struct {
	OperationID string `json:"operation_id"`
	TraceID     string `json:"trace_id"`
}

func (s *sender) run(cmd *cobra.Command) error {
	const most = 10_000
	if s.n < 1 || s.n > most {
		return usageError{fmt.Errorf("--n is %d, want 1 to %d", s.n, most)}
	}
	attributes := []otlpAttribute{}
	for _, text := range s.attrs {
		a, err := attributeOf(text)
		if err != nil {
			return err
		}
		attributes = append(attributes, a)
	}
	client, ctx, cancel, err := s.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	start := time.Now().Add(-s.duration)
	var spans []testSpan
	var ids []sent
	var last [24]byte
	for range s.n {
		if _, err := rand.Read(last[:]); err != nil {
			return fmt.Errorf("make a trace id: %w", err)
		}
		span := newTestSpan(s.name, last, start, s.duration)
		span.Attributes = attributes
		if s.failure != "" {
			span.fail(s.failure)
		}
		spans = append(spans, span)
		ids = append(ids, sent{OperationID: operationID(last, start).String(), TraceID: span.TraceID})
	}
	receiver, err := s.receiver()
	if err != nil {
		return err
	}
	if err := export(ctx, receiver, s.otlp, s.service, spans); err != nil {
		return err
	}
	if s.wait {
		if _, err := await(ctx, client, operationID(last, start)); err != nil {
			return err
		}
	}
	w := cmd.OutOrStdout()
	switch s.output {
	case outputJSON:
		return writeJSON(w, ids)
	case outputNDJSON:
		return writeNDJSON(w, ids)
	}
	for _, id := range ids {
		if _, err := fmt.Fprintln(w, id.OperationID); err != nil {
			return err
		}
	}
	return nil
}
