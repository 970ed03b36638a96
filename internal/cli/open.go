package cli

import (
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/operation"
)

type opener struct {
	connection
	window
	print bool
}

func newOpen() *cobra.Command {
	o := &opener{}
	cmd := &cobra.Command{
		Use:   "open [ID|QUERY]",
		Short: "Open an operation or a query in the web browser",
		Example: `  opslog open 019aa4b6450037eb54d676065c356c67
  opslog open 'status = error' --since 1d --print`,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, strings.Join(args, " ")) },
	}
	o.connection.addFlags(cmd)
	o.window.addFlags(cmd, "")
	cmd.Flags().BoolVar(&o.print, "print", false, "print the link instead")
	return cmd
}

func (o *opener) run(cmd *cobra.Command, text string) error {
	client, ctx, cancel, err := o.client(cmd.Context())
	if err != nil {
		return err
	}
	defer cancel()
	link := client.Server() + "/operations"
	if id, err := operation.ParseID(text); err == nil {
		op, err := find(ctx, client, id)
		if err != nil {
			return err
		}
		link += "/" + op.ID.String()
	} else {
		link += o.search(text)
	}
	if o.print {
		_, err = fmt.Fprintln(cmd.OutOrStdout(), link)
		return err
	}
	if err := browser(link).Start(); err != nil {
		return fmt.Errorf("start a browser (--print prints the link %s): %w", link, err)
	}
	return nil
}

// search is the list's state as the page keeps it.
func (o *opener) search(query string) string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", query)
	if o.from != "" || o.since != "" {
		set("from", o.start())
	}
	set("to", o.to)
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// browser is the command with which this system opens links.
func browser(link string) *exec.Cmd {
	switch runtime.GOOS {
	case "darwin":
		return exec.Command("open", link)
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", link)
	default:
		return exec.Command("xdg-open", link)
	}
}
