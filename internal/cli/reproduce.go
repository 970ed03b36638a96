package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/reproduce"
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
	_ = cmd.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(reproduce.Forms, cobra.ShellCompDirectiveNoFileComp))
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
	printed, err := r.write(op)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(cmd.OutOrStdout(), printed.Text); err != nil {
		return err
	}
	for _, warning := range printed.Warnings {
		r.say(cmd, "%s", warning)
	}
	return nil
}

// write words the errors as this command's flags.
func (r *reproduction) write(op *operation.Operation) (*reproduce.Text, error) {
	text, err := reproduce.Write(op, reproduce.Options{As: r.as, BaseURL: r.baseURL, Force: r.forceCommand, Random: r.random})
	var wrong reproduce.InputError
	var refused reproduce.RefusedError
	switch {
	case errors.As(err, &wrong):
		return nil, usageError{fmt.Errorf("--%w", wrong)}
	case errors.As(err, &refused):
		return nil, fmt.Errorf("%w; --force-command prints it all the same", refused)
	}
	return text, err
}
