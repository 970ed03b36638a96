package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/operation"
)

type reproduction struct {
	connection
	display
	as           string
	baseURL      string
	forceCommand bool
	random       io.Reader
}

func newReproduce() *cobra.Command {
	r := &reproduction{random: rand.Reader}
	cmd := &cobra.Command{
		Use:   "reproduce ID",
		Short: "Print the request of an operation so that it can be sent again; opslog itself never sends it",
		Long: `Print the request that an operation was asked with, as a command or as a message.

What redaction took out and what is secret by its name is a placeholder such as $AUTHORIZATION: set it before you run the
command. The request gets a new trace id, an Idempotency-Key made of the operation's id, and the header
X-Opslog-Reproduction. A command that already changed something is refused without --force-command, because sending it
again may do the same a second time.`,
		Example: `  opslog reproduce 019aa4b6450037eb54d676065c356c67 --base-url http://localhost:8080
  opslog reproduce 019aa4b6450037eb54d676065c356c67 --as http`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0]) },
	}
	r.connection.addFlags(cmd)
	r.display.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&r.as, "as", "", "form: curl, http, grpcurl or json; curl, or grpcurl for an RPC, by default")
	flags.StringVar(&r.baseURL, "base-url", "", "where to send it instead of where it was sent, such as http://localhost:8080")
	flags.BoolVar(&r.forceCommand, "force-command", false, "print a command that already changed something, too")
	_ = cmd.RegisterFlagCompletionFunc("as", cobra.FixedCompletions([]string{"curl", "http", "grpcurl", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (r *reproduction) run(cmd *cobra.Command, text string) error {
	id, err := operation.ParseID(text)
	if err != nil {
		return usageError{fmt.Errorf("ID: %w", err)}
	}
	client, ctx, cancel, err := r.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	op, err := find(ctx, client, id)
	if err != nil {
		return err
	}
	printed, err := r.print(op)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(cmd.OutOrStdout(), printed.text); err != nil {
		return err
	}
	for _, warning := range printed.warnings {
		r.say(cmd, "%s", warning)
	}
	return nil
}

// printed is a request in its form, and what the person who runs it must know.
type printed struct {
	text     string
	warnings []string
}

func (r *reproduction) print(op *operation.Operation) (*printed, error) {
	if why := refusal(op); why != "" && !r.forceCommand {
		return nil, fmt.Errorf("%s: sending it again may do so a second time; --force-command prints it all the same", why)
	}
	var trace [24]byte
	if _, err := io.ReadFull(r.random, trace[:]); err != nil {
		return nil, fmt.Errorf("make a trace id: %w", err)
	}
	req, err := requestOf(op, r.baseURL, trace)
	if err != nil {
		return nil, err
	}
	form := r.as
	if form == "" {
		form = "curl"
		if op.Transport == operation.TransportRPC {
			form = "grpcurl"
		}
	}
	write, ok := map[string]func(*request) (string, error){"curl": asCurl, "http": asHTTP, "grpcurl": asGRPCurl, "json": asJSON}[form]
	if !ok {
		return nil, usageError{fmt.Errorf("--as is %q, want curl, http, grpcurl or json", r.as)}
	}
	text, err := write(req)
	if err != nil {
		return nil, err
	}
	return &printed{text: text, warnings: req.warnings()}, nil
}

// refusal says why an operation must not be repeated lightly, "" when it may.
func refusal(op *operation.Operation) string {
	done := ""
	n := 0
	for i := range op.Effects {
		if e := &op.Effects[i]; e.Outcome == operation.EffectDone {
			n++
			if done == "" {
				done = strings.TrimSpace(e.Action + " " + e.Target)
			}
		}
	}
	switch {
	case op.Kind != operation.KindQuery && n == 1:
		return fmt.Sprintf("this operation changed something: %s", printable(done, 80))
	case op.Kind != operation.KindQuery && n > 1:
		return fmt.Sprintf("this operation changed something: %s and %d more", printable(done, 80), n-1)
	case op.Destructive:
		return "this operation destroys data"
	case op.Kind == operation.KindCommand && op.Status == operation.StatusOK:
		return "this operation is a command that succeeded"
	default:
		return ""
	}
}

// errNoRequest is told of operations that nobody asked for over a protocol that can be printed.
var errNoRequest = errors.New("was not asked for over HTTP or RPC, so there is no request to print; --as json prints what is recorded of it")
