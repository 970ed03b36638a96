package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
)

// erasePoll is how often a command asks how far an erasure is.
const erasePoll = 250 * time.Millisecond

type erase struct {
	asking
	who    map[string]*string // kind and id
	dryRun bool
	wait   time.Duration
}

func newErase() *cobra.Command {
	e := &erase{who: map[string]*string{"user": new(string), "tenant": new(string), "subject": new(string)}}
	cmd := &cobra.Command{
		Use:   "erase",
		Short: "Erase a person from everything that is stored",
		Long: `Erase a person: all traces with something of theirs go from the database, from what waits on disk, from dead
letters and from alerts; in the archive their keys are destroyed. The server goes on with it in the background, also after a
restart. It looks a second time when what was in memory has come to the disk (erasure::settle of opslog_storage, 2m).

The id is the one that applications send, or the one that is stored: a token or a label. With - it is read from standard
input, so that it stays out of the shell's history.`,
		Example: `  opslog erase --user 4711 --dry-run
  opslog erase --user 4711 --wait
  echo ann@example.com | opslog erase --subject - --wait=1h
  opslog erase ls`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.run(cmd) },
	}
	e.flags(cmd)
	cmd.Flags().StringVar(e.who["user"], "user", "", "a user, by the user_id of operations and spans")
	cmd.Flags().StringVar(e.who["tenant"], "tenant", "", "a tenant, by the tenant_id")
	cmd.Flags().StringVar(e.who["subject"], "subject", "", "anybody: a word of at least 6 characters that is looked for in everything")
	cmd.MarkFlagsMutuallyExclusive("user", "tenant", "subject")
	cmd.Flags().BoolVar(&e.dryRun, "dry-run", false, "only count what would be erased")
	cmd.AddCommand(newEraseList(), newEraseShow())
	return cmd
}

func (e *erase) flags(cmd *cobra.Command) {
	e.connection.addFlags(cmd)
	e.display.addFlags(cmd)
	e.output.addFlag(cmd, outputTable, outputJSON)
	cmd.Flags().DurationVar(&e.wait, "wait", 0, "wait until it is done, for as long as this; alone for an hour")
	cmd.Flags().Lookup("wait").NoOptDefVal = "1h"
}

func (e *erase) run(cmd *cobra.Command) error {
	request, err := e.request(cmd.InOrStdin())
	if err != nil {
		return err
	}
	if e.dryRun && e.wait == 0 {
		e.wait = time.Hour // it is its answer that is wanted
	}
	client, ctx, cancel, err := e.patient(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	job, err := client.Erase(ctx, request)
	if err != nil {
		return err
	}
	return e.follow(ctx, cmd, client, job)
}

// patient is a client for as long as is waited.
func (e *erase) patient(ctx context.Context) (*api.Client, context.Context, context.CancelFunc, error) {
	e.timeout = max(e.timeout, e.wait)
	return e.client(ctx)
}

// request is what the flags say.
func (e *erase) request(in io.Reader) (r api.ErasureRequest, err error) {
	r.DryRun = e.dryRun
	for kind, id := range e.who {
		if *id != "" {
			r.Kind, r.ID = kind, *id
		}
	}
	if r.Kind == "" {
		return r, usageError{errors.New("say who: --user, --tenant or --subject")}
	}
	if r.ID == "-" {
		line, err := bufio.NewReader(in).ReadString('\n')
		if r.ID = strings.TrimRight(line, "\r\n"); r.ID == "" {
			return r, usageError{fmt.Errorf("--%s is -, and standard input has no line: %w", r.Kind, err)}
		}
	}
	return r, nil
}

// follow waits for the end of a job, if that is wanted, and prints it.
func (e *erase) follow(ctx context.Context, cmd *cobra.Command, client *api.Client, job *api.Erasure) error {
	job, err := e.untilDone(ctx, cmd, client, job)
	if err != nil {
		return err
	}
	if err := e.print(cmd.OutOrStdout(), job); err != nil {
		return err
	}
	switch {
	case job.State == api.ErasureDone && job.DryRun:
		e.say(cmd, "nothing is erased: this was a dry run")
	case job.State == api.ErasureDone && job.Result == (api.Erasure{}).Result:
		e.say(cmd, "there was nothing to erase")
	case job.State != api.ErasureDone && e.wait > 0:
		return fmt.Errorf("the erasure is not done after %v; it goes on, see `opslog erase show %s`", e.wait, job.ID)
	case job.State != api.ErasureDone:
		e.say(cmd, "it goes on in the background; see `opslog erase show %s`", job.ID)
	}
	return nil
}

func (e *erase) untilDone(ctx context.Context, cmd *cobra.Command, client *api.Client, job *api.Erasure) (*api.Erasure, error) {
	if e.wait == 0 {
		return job, nil
	}
	ticker := time.NewTicker(erasePoll)
	defer ticker.Stop()
	said := ""
	for job.State != api.ErasureDone {
		if now := strings.TrimSuffix(job.State+": "+printable(job.Error, 200), ": "); now != said {
			said = now
			e.say(cmd, "%s", now)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return job, nil
		}
		next, err := client.Erasure(ctx, job.ID)
		if errors.Is(err, context.DeadlineExceeded) {
			return job, nil
		}
		if err != nil {
			return nil, err
		}
		job = next
	}
	return job, nil
}
