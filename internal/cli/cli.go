// Package cli holds opslog's commands. They are clients of the HTTP API and of nothing else; data goes to
// standard output, everything meant for people about it to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/query"
)

// Exit codes of the program.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitUnreachable = 4
	exitCheck       = 5 // a check failed, such as doctor's or --fail-if
)

const defaultServer = "http://localhost:8585"

// Commands are opslog's commands, to be added to the collector's own. read is how files are read, open how a
// configured redaction starts; they come from outside, because the commands know the API only.
func Commands(read ReadFiles, open OpenRedactor) []*cobra.Command {
	return []*cobra.Command{newList(), newShow(), newExplain(read), newBefore(), newDiff(), newReproduce(), newQuery(),
		newTail(), newExport(), newFields(), newOpen(), newSend(), newDoctor(), newRedact(open), newMap(), newQuality(),
		newReplay(), newAlerts(), newErrors(), newCanary(), newErase(), newAudit(), newLatency(), newCommands(), newVerify(), newImport()}
}

// ExitCode says with which code the program ends after err.
func ExitCode(err error) int {
	var problem *api.Problem
	var caret *query.Error
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrUsage), errors.As(err, &caret):
		return exitUsage
	case errors.Is(err, errCheck):
		return exitCheck
	case errors.Is(err, errNotFound):
		return exitNotFound
	case errors.Is(err, api.ErrUnreachable):
		return exitUnreachable
	case errors.As(err, &problem) && problem.Status == http.StatusNotFound:
		return exitNotFound
	case errors.As(err, &problem) && problem.Status == http.StatusBadRequest:
		return exitUsage
	default:
		return exitFailure
	}
}

// ErrUsage marks a mistake in how a command was called.
var ErrUsage = errors.New("usage")

// usageError is a mistake in how the command was called.
type usageError struct{ error }

func (usageError) Is(target error) bool { return target == ErrUsage }

// errNotFound marks that what was asked for is not there.
var errNotFound = errors.New("not found")

// notFound says what is not there.
type notFound struct{ error }

func (notFound) Is(target error) bool { return target == errNotFound }

// errCheck marks that a check failed.
var errCheck = errors.New("check failed")

// checkFailed says which check failed.
type checkFailed struct{ error }

func (checkFailed) Is(target error) bool { return target == errCheck }

// inQuery gives the server's complaint about a query the text that it is about.
func inQuery(err error, text string) error {
	var problem *api.Problem
	if !errors.As(err, &problem) || problem.Type != api.ProblemQuerySyntax || len(problem.Errors) == 0 {
		return err
	}
	out := &query.Error{Text: text}
	for _, part := range problem.Errors {
		out.Problems = append(out.Problems, part.Problem)
	}
	return out
}

// Explain is what a person is told about err: one line, and under it the place in the query where there is one.
func Explain(err error) string {
	var problem *api.Problem
	var caret *query.Error
	if errors.As(err, &caret) {
		return "the query cannot be read\n" + caret.Caret()
	}
	if !errors.As(err, &problem) {
		return strings.TrimPrefix(err.Error(), ErrUsage.Error()+"\n")
	}
	text := problem.Error()
	for _, part := range problem.Errors {
		if part.Hint != "" && !strings.Contains(text, part.Hint) {
			text += " (" + part.Hint + ")"
		}
	}
	if problem.Type == api.ProblemInternal {
		text += " (request_id " + problem.RequestID + ")"
	}
	return text
}

// connection holds the flags of every command that asks the server.
type connection struct {
	server    string
	tokenFile string
	timeout   time.Duration
}

func (c *connection) addFlags(cmd *cobra.Command) {
	server := os.Getenv("OPSLOG_SERVER")
	if server == "" {
		server = defaultServer
	}
	cmd.Flags().StringVar(&c.server, "server", server, "URL of the opslog server (also OPSLOG_SERVER)")
	cmd.Flags().StringVar(&c.tokenFile, "token-file", "", "file that holds a bearer token for the server and its OTLP port")
	cmd.Flags().DurationVar(&c.timeout, "timeout", 30*time.Second, "give up after this time")
}

func (c *connection) client(ctx context.Context) (*api.Client, context.Context, context.CancelFunc, error) {
	token, err := c.token()
	if err != nil {
		return nil, nil, nil, err
	}
	client, err := api.NewClient(c.server, token, http.DefaultClient)
	if err != nil {
		return nil, nil, nil, usageError{fmt.Errorf("--server: %w", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	return client, ctx, cancel, nil
}

// token is what --token-file holds, empty without it.
func (c *connection) token() (string, error) {
	if c.tokenFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(c.tokenFile)
	if err != nil {
		return "", usageError{fmt.Errorf("--token-file: %w", err)}
	}
	return strings.TrimSpace(string(text)), nil
}

// receiver is a client for the OTLP port, which wants to see the same token as the API.
func (c *connection) receiver() (*http.Client, error) {
	token, err := c.token()
	if err != nil || token == "" {
		return http.DefaultClient, err
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the token is for this address
	return &http.Client{Transport: bearer{token}, CheckRedirect: stay}, nil
}

// bearer shows a token with each request.
type bearer struct{ token string }

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return http.DefaultTransport.RoundTrip(r)
}
