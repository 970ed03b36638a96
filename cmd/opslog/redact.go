package main

import (
	"context"

	"github.com/opslog/opslog/internal/cli"
	"github.com/opslog/opslog/internal/redactor"
)

// openRedactor starts the redaction of a collector configuration for the commands.
func openRedactor(ctx context.Context, o cli.RedactorOptions) (cli.Redactor, error) {
	r, err := redactor.Open(ctx, providers(), redactor.Options{URIs: o.Config, Component: o.Processor, Mode: o.Mode})
	if err != nil {
		return nil, err
	}
	return reporting{r}, nil
}

// reporting gives a redactor's findings to the commands, which do not know the collector.
type reporting struct{ *redactor.Redactor }

func (r reporting) Report(ctx context.Context) ([]cli.RedactionFinding, error) {
	found, err := r.Findings(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]cli.RedactionFinding, len(found))
	for i, f := range found {
		out[i] = cli.RedactionFinding(f)
	}
	return out, nil
}
