package cli

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// completionTime is how long the server may take to help with completion; a shell that hangs is worse than none.
const completionTime = 300 * time.Millisecond

// completeService completes the names of services of the last day.
func completeService(cmd *cobra.Command, _ []string, start string) ([]string, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	server, _ := cmd.Flags().GetString("server")
	tokenFile, _ := cmd.Flags().GetString("token-file")
	c := connection{server: server, tokenFile: tokenFile, timeout: completionTime}
	client, ctx, cancel, err := c.client(commandContext(cmd))
	if err != nil {
		return nil, none
	}
	defer cancel()
	services, err := client.Services(ctx, "now-1d", "")
	if err != nil {
		return nil, none
	}
	return matching(names(services), start), none
}

func commandContext(cmd *cobra.Command) context.Context {
	if ctx := cmd.Context(); ctx != nil {
		return ctx
	}
	return context.Background()
}

func names(services *api.ServiceList) []string {
	var out []string
	for _, s := range services.Items {
		if !slices.Contains(out, s.Name) {
			out = append(out, s.Name)
		}
	}
	return out
}

func matching(all []string, start string) []string {
	var out []string
	for _, name := range all {
		if strings.HasPrefix(name, start) {
			out = append(out, name)
		}
	}
	return out
}

// completeQuery completes the word of a query at its end by the grammar, without the server.
func completeQuery(cmd *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
	text := strings.Join(append(slices.Clone(args), start), " ")
	complete := query.Complete
	if scope := cmd.Flags().Lookup("scope"); scope != nil && scope.Value.String() == scopeSpans {
		complete = query.CompleteSpans
	}
	c := complete(text, len(text))
	before := strings.TrimSuffix(text, start)
	var out []string
	for _, item := range c.Items {
		insert := head(text, c.From) + item.Insert
		if rest, ok := strings.CutPrefix(insert, before); ok {
			out = append(out, rest)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeField completes field names of the record.
func completeField(_ *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
	var all []string
	for _, f := range operation.Fields() {
		if len(args) == 0 {
			all = append(all, f.Name)
		}
	}
	return matching(all, start), cobra.ShellCompDirectiveNoFileComp
}

// head is the text before a place that is counted in UTF-16 code units.
func head(text string, place int) string {
	units := utf16.Encode([]rune(text))
	return string(utf16.Decode(units[:min(place, len(units))]))
}
