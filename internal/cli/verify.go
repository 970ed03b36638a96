package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
)

const outputJUnit output = "junit"

type verifier struct {
	connection
	display
	window
	output       output
	one          promise // what flags say
	version      string
	against      string
	least        int
	allowUnknown bool
	wait, pause  time.Duration
}

func newVerify() *cobra.Command {
	v := &verifier{}
	cmd := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Check what operations promise, for a range or since a deploy; exit code 5 when it does not hold",
		Long: `Check expectations about operations, of a YAML file, of --expect, or of both:

  service: checkout
  version: latest               # only operations of this version; latest is the one first seen last
  min_count: 30                 # with fewer operations nothing is judged
  expect:
    - operation: POST /checkout
      that: p95 < 400ms and error_rate <= 1% and new_errors = 0
    - operation: GET /orders/:id
      that: avg(db.calls) < 5 and slower = 0
      every: db.calls > 0       # each operation fits this condition
    - where: kind = query
      that: p99 < 2s

Measures are count, rate, errors, error_rate, and avg, min, max, sum, p50, p75, p90, p95, p99 and p999 of the duration or,
as avg(db.calls), of another field. new_errors counts errors that the service did not have before the version, slower
counts operations whose p95 is worse than with the version before it. What cannot be judged fails, too, unless
--allow-unknown is set; --wait waits for more operations first.`,
		Example: `  opslog verify expectations.yaml --since-deploy latest --wait 10m
  opslog verify --service aios-api --op 'GET /api/data' --since-deploy v2 --expect 'p95<100ms and errors=0'
  opslog verify expectations.yaml -o junit > verify.xml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd, strings.Join(args, "")) },
	}
	v.connection.addFlags(cmd)
	v.display.addFlags(cmd)
	v.window.addFlags(cmd, "24h")
	v.output.addFlag(cmd, outputTable, outputJSON, outputNDJSON, outputJUnit)
	flags := cmd.Flags()
	flags.StringVar(&v.one.Service, "service", "", "the service, where the file leaves it open")
	flags.StringVar(&v.one.Operation, "op", "", "with --expect: only operations of this name")
	flags.StringVar(&v.one.Where, "where", "", "with --expect: only operations that fit this condition")
	flags.StringVar(&v.one.That, "expect", "", "what must hold, such as 'p95 < 100ms and errors = 0'")
	flags.StringVar(&v.one.Every, "every", "", "a condition that each operation must fit")
	flags.StringVar(&v.version, "since-deploy", "", "only operations of this version, or of the latest; instead of the file's")
	flags.StringVar(&v.against, "against", "", "the version before it; by itself the one that was first seen before")
	flags.IntVar(&v.least, "min-count", 0, "with fewer operations nothing is judged; 1, or what the file says, by itself")
	flags.BoolVar(&v.allowUnknown, "allow-unknown", false, "what cannot be judged does not fail")
	flags.DurationVar(&v.wait, "wait", 0, "wait so long until all can be judged")
	flags.DurationVar(&v.pause, "pause", 2*time.Second, "with --wait: how long between looks")
	_ = cmd.RegisterFlagCompletionFunc("service", completeService)
	return cmd
}

func (v *verifier) run(cmd *cobra.Command, file string) error {
	promises, err := v.promises(cmd.InOrStdin(), file)
	if err != nil {
		return err
	}
	v.timeout += v.wait
	client, ctx, cancel, err := v.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	found, err := v.judge(ctx, cmd, client, promises)
	if err != nil {
		return err
	}
	if err := v.print(cmd.OutOrStdout(), found); err != nil {
		return err
	}
	return v.verdict(found)
}

// promises are those of the file and the one of the flags.
func (v *verifier) promises(stdin io.Reader, file string) ([]promise, error) {
	var out []promise
	if file != "" {
		var err error
		if out, err = readPromises(stdin, file); err != nil {
			return nil, err
		}
	}
	if v.one.That != "" || v.one.Every != "" {
		out = append(out, v.one)
	} else if v.one.Operation != "" || v.one.Where != "" {
		return nil, usageError{errors.New("--op and --where go with --expect or --every")}
	}
	if len(out) == 0 {
		return nil, usageError{errors.New("nothing is expected: name a file, or use --expect")}
	}
	for i := range out {
		p := &out[i]
		p.Service = orText(p.Service, v.one.Service)
		p.Version = orText(v.version, p.Version)
		p.Against = orText(v.against, p.Against)
		if v.least > 0 {
			p.MinCount = v.least
		}
		p.MinCount = max(p.MinCount, 1)
		if p.Version != "" && p.Service == "" {
			return nil, usageError{fmt.Errorf("version %s needs a service: versions belong to services", printable(p.Version, 40))}
		}
		if err := p.parse(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// judge looks again until all can be judged or the wait is over.
func (v *verifier) judge(ctx context.Context, cmd *cobra.Command, client *api.Client, promises []promise) ([]judgement, error) {
	until := time.Now().Add(v.wait)
	for {
		var all []judgement
		unknown := 0
		for i := range promises {
			found, err := v.judgeOne(ctx, client, &promises[i])
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
		for i := range all {
			if all[i].State == stateUnknown {
				unknown++
			}
		}
		if unknown == 0 || time.Now().After(until) {
			return all, nil
		}
		v.say(cmd, "waiting: %d of %d expectations cannot be judged yet", unknown, len(all))
		select {
		case <-time.After(v.pause):
		case <-ctx.Done():
			return all, nil
		}
	}
}

// verdict fails when something does not hold.
func (v *verifier) verdict(found []judgement) error {
	failed, unknown := 0, 0
	for _, j := range found {
		switch j.State {
		case stateFailed:
			failed++
		case stateUnknown:
			unknown++
		}
	}
	switch {
	case failed > 0:
		return checkFailed{fmt.Errorf("%d of %d expectations do not hold", failed, len(found))}
	case unknown > 0 && !v.allowUnknown:
		return checkFailed{fmt.Errorf("%d of %d expectations cannot be judged; --wait waits for operations, --allow-unknown lets it pass", unknown, len(found))}
	default:
		return nil
	}
}
