package cli

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/archive"
)

// audit reads an archive of commands from its files; it asks no server and changes nothing.
type audit struct {
	display
	output  output
	archive string
}

func newAudit() *cobra.Command {
	cmd := &cobra.Command{
		Use: "audit", Short: "Prove and read the archive of commands", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError{fmt.Errorf("audit needs one of verify, ls, show; see %s --help", cmd.CommandPath())}
		},
	}
	cmd.AddCommand(newAuditVerify(), newAuditList(), newAuditShow())
	return cmd
}

func (a *audit) addFlags(cmd *cobra.Command) {
	a.display.addFlags(cmd)
	cmd.Flags().StringVar(&a.archive, "archive", os.Getenv("OPSLOG_ARCHIVE"), "the archive's directory, where it is not the argument (also OPSLOG_ARCHIVE)")
}

// directory is the argument, or else the flag.
func (a *audit) directory(args []string) (string, error) {
	dir := a.archive
	if len(args) > 0 {
		dir = args[0]
	}
	if dir == "" {
		return "", usageError{errors.New("say where the archive is: audit verify DIR, --archive DIR or OPSLOG_ARCHIVE")}
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", usageError{fmt.Errorf("there is no directory %s; name archive::directory of opslog_storage", dir)}
	}
	return dir, nil
}

func newAuditVerify() *cobra.Command {
	a := &audit{}
	var key string
	var heads []string
	cmd := &cobra.Command{
		Use:   "verify [DIR]",
		Short: "Prove that an archive is complete, in order, signed and unchanged",
		Long: `Prove that an archive is complete, in order, signed and unchanged. It needs no secret key, and works on a copy and while
the archive is written to. Entries whose key was destroyed by an erasure prove as before: what is signed is the encrypted text.

Who can write to the archive's machine can replace the public key that lies in the archive, and cut off its end together with
the head. So keep the key and a copy of the head (archive::head_copy) elsewhere and name them here.`,
		Example: `  opslog audit verify /var/lib/opslog/archive
  opslog audit verify /backup/archive --public-key signing.pub --head /safe/head`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.verify(cmd, args, key, heads) },
	}
	a.addFlags(cmd)
	a.output.addFlag(cmd, outputText, outputJSON)
	cmd.Flags().StringVar(&key, "public-key", "", "file with the public key to trust; the one in the archive by default")
	cmd.Flags().StringArrayVar(&heads, "head", nil, "file with a signed head that was kept elsewhere; the archive must still hold it (repeatable)")
	return cmd
}

func (a *audit) verify(cmd *cobra.Command, args []string, key string, heads []string) error {
	dir, err := a.directory(args)
	if err != nil {
		return err
	}
	trusted, err := trustedBy(key, heads)
	if err != nil {
		return usageError{err}
	}
	zone, err := a.location()
	if err != nil {
		return err
	}
	report, err := archive.Verify(dir, trusted)
	if errors.Is(err, archive.ErrDamaged) {
		return checkFailed{fmt.Errorf("the archive is not what was signed: %w", err)}
	}
	if err != nil {
		return err
	}
	if a.output == outputJSON {
		return writeJSON(cmd.OutOrStdout(), report)
	}
	if key == "" {
		a.say(cmd, "the public key is the one in the archive; --public-key names one that was kept elsewhere")
	}
	if len(heads) == 0 {
		a.say(cmd, "the end is the one that the archive's head says; --head names a copy that was kept elsewhere")
	}
	return printReport(cmd.OutOrStdout(), report, zone)
}

func trustedBy(key string, heads []string) (o archive.VerifyOptions, err error) {
	if key != "" {
		var public ed25519.PublicKey
		if public, err = archive.ReadPublicKey(key); err != nil {
			return o, fmt.Errorf("--public-key: %w", err)
		}
		o.PublicKey = public
	}
	for _, path := range heads {
		head, err := archive.ReadCheckpoint(path)
		if err != nil {
			return o, fmt.Errorf("--head: %w", err)
		}
		o.Trusted = append(o.Trusted, head)
	}
	return o, nil
}

func newAuditList() *cobra.Command {
	a := &audit{}
	var service, name string
	cmd := &cobra.Command{
		Use: "ls [DIR]", Short: "List the entries of an archive, oldest first", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := a.directory(args)
			if err != nil {
				return err
			}
			zone, err := a.location()
			if err != nil {
				return err
			}
			var entries []archive.Entry
			if err := archive.Read(dir, func(_ int, _ int64, e *archive.Entry) error {
				if (service == "" || e.Service == service) && (name == "" || e.Name == name) {
					entries = append(entries, *e)
				}
				return nil
			}); err != nil {
				return err
			}
			if a.output == outputNDJSON {
				return writeNDJSON(cmd.OutOrStdout(), entries)
			}
			out := cmd.OutOrStdout()
			return printColumns(out, entryColumns(zone), entries, terminalWidth(out), a.paint(out))
		},
	}
	a.addFlags(cmd)
	a.output.addFlag(cmd, outputTable, outputNDJSON)
	cmd.Flags().StringVar(&service, "service", "", "only of this service")
	cmd.Flags().StringVar(&name, "name", "", "only of this name, such as \"POST /orders\"")
	return cmd
}

func entryColumns(zone *time.Location) []column[archive.Entry] {
	return []column[archive.Entry]{
		{name: "START", text: func(e archive.Entry) string {
			return time.Unix(0, e.StartTime).In(zone).Format("2006-01-02 15:04:05.000")
		}},
		{name: "SERVICE", text: func(e archive.Entry) string { return printable(e.Service, 40) }},
		{name: "NAME", left: true, text: func(e archive.Entry) string { return printable(e.Name, 80) }},
		{name: "KIND", text: func(e archive.Entry) string { return printable(e.Kind, 20) }},
		{name: "STATUS", text: func(e archive.Entry) string { return printable(e.Status, 20) }, bad: func(e archive.Entry) bool { return e.Status == "error" }},
		{name: "REVISION", text: func(e archive.Entry) string { return strconv.FormatInt(e.Revision, 10) }},
		{name: "ID", text: func(e archive.Entry) string { return printable(e.OperationID, 40) }},
	}
}

func newAuditShow() *cobra.Command {
	a := &audit{}
	var keys, master string
	cmd := &cobra.Command{
		Use: "show ID [DIR]", Short: "Print an operation of an archive, decrypted", Args: cobra.RangeArgs(1, 2),
		Long: `Print the versions of an operation that are in an archive as JSON, oldest first. It needs the data keys and the master key;
what was erased stays unreadable.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := a.directory(args[1:])
			if err != nil {
				return err
			}
			if keys == "" {
				keys = filepath.Clean(dir) + "-keys"
			}
			if master == "" {
				master = filepath.Join(keys, "master.key")
			}
			return a.show(cmd, dir, args[0], keys, master)
		},
	}
	a.addFlags(cmd)
	cmd.Flags().StringVar(&keys, "key-directory", "", "archive::key_directory of opslog_storage; DIR-keys by default")
	cmd.Flags().StringVar(&master, "master-key", "", "file with the master key; master.key in the key directory by default")
	return cmd
}

func (a *audit) show(cmd *cobra.Command, dir, id, keys, masterFile string) error {
	master, err := archive.ReadMaster(masterFile)
	if errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Errorf("--master-key: %w", err)}
	}
	if err != nil {
		return err
	}
	reader, err := archive.NewReader(keys, master)
	if err != nil {
		return err
	}
	found := 0
	err = archive.Read(dir, func(segment int, _ int64, e *archive.Entry) error {
		if e.OperationID != id {
			return nil
		}
		found++
		text, err := reader.Open(segment, e)
		if errors.Is(err, archive.ErrErased) {
			a.say(cmd, "revision %d was erased; what is readable of it is %s %s", e.Revision, printable(e.Service, 60), printable(e.Name, 80))
			return nil
		}
		if err != nil {
			return err
		}
		return writeJSON(cmd.OutOrStdout(), json.RawMessage(text))
	})
	if err == nil && found == 0 {
		return notFound{fmt.Errorf("operation %s is not in the archive", printable(id, 40))}
	}
	return err
}
