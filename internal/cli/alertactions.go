package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/api"
)

// onAlerts makes a command that does the same to each of some alerts.
func onAlerts(cmd *cobra.Command, done string, do func(ctx context.Context, c *api.Client, id string) (*alert.Alert, error)) *cobra.Command {
	a := &asking{}
	cmd.Args = cobra.MinimumNArgs(1)
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		client, ctx, cancel, err := a.client(cmd.Context())
		if err != nil {
			return err
		}
		defer cancel()
		for _, id := range ids {
			if _, err := do(ctx, client, id); err != nil {
				return fmt.Errorf("alert %s: %w", printable(id, 40), err)
			}
			a.say(cmd, "%s %s", id, done)
		}
		return nil
	}
	a.connection.addFlags(cmd)
	a.display.addFlags(cmd)
	return cmd
}

func newAlertAck() *cobra.Command {
	return onAlerts(&cobra.Command{Use: "ack ID...", Short: "Say that you look after an alert"}, "is looked after",
		func(ctx context.Context, c *api.Client, id string) (*alert.Alert, error) {
			return c.Acknowledge(ctx, id)
		})
}

func newAlertMute() *cobra.Command {
	var m api.Mute
	cmd := onAlerts(&cobra.Command{
		Use: "mute ID...", Short: "Keep an alert quiet for a time",
		Example: `  opslog alerts mute 3f2a0c5e --for 2h --reason "being mended"`,
	}, "is muted", func(ctx context.Context, c *api.Client, id string) (*alert.Alert, error) {
		return c.MuteAlert(ctx, id, m)
	})
	cmd.Flags().StringVar(&m.Duration, "for", "", "how long, such as 30m or 2h")
	cmd.Flags().StringVar(&m.Until, "until", "", "until when: now+2h or RFC 3339; instead of --for")
	cmd.Flags().StringVar(&m.Reason, "reason", "", "why, for others to read")
	cmd.MarkFlagsMutuallyExclusive("for", "until")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if m.Duration == "" && m.Until == "" {
			return usageError{errors.New("say how long: --for 2h, or --until")}
		}
		return nil
	}
	return cmd
}

func newAlertUnmute() *cobra.Command {
	return onAlerts(&cobra.Command{Use: "unmute ID...", Short: "Let an alert be told again"}, "is told again",
		func(ctx context.Context, c *api.Client, id string) (*alert.Alert, error) {
			return c.UnmuteAlert(ctx, id)
		})
}
