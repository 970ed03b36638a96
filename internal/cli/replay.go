package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/opslog/opslog/internal/spool"
)

type replay struct {
	spool  string
	dryRun bool
	wait   time.Duration
}

func newReplay() *cobra.Command {
	r := &replay{}
	cmd := &cobra.Command{
		Use:   "replay [FILE...]",
		Short: "Write dead letters again: records that the database had refused",
		Long: `Write dead letters again: records that the database had refused, for example because its schema was changed.

The files are handed to the opslog that owns the spool directory; when it is not running, it takes them at its next
start. Without FILE, all dead letters are replayed. Replaying a record that is stored already changes nothing; a
record that is refused again becomes a dead letter again.`,
		Example: `  opslog replay --dry-run
  opslog replay
  opslog replay opslog-data/spool/dead-letters/20260310T120000.000000000Z.ndjson`,
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args) },
	}
	dir := "opslog-data"
	if data := os.Getenv("OPSLOG_DATA"); data != "" {
		dir = data
	}
	cmd.Flags().StringVar(&r.spool, "spool", filepath.Join(dir, "spool"), "the spool directory of opslog_storage (also OPSLOG_DATA, without /spool)")
	cmd.Flags().BoolVar(&r.dryRun, "dry-run", false, "only say what would be replayed")
	cmd.Flags().DurationVar(&r.wait, "wait", 30*time.Second, "how long to wait until it is done; 0 does not wait")
	return cmd
}

func (r *replay) run(cmd *cobra.Command, files []string) error {
	info, err := os.Stat(r.spool)
	if err != nil || !info.IsDir() {
		return usageError{fmt.Errorf("--spool: there is no directory %s; name the one of opslog_storage", r.spool)}
	}
	if len(files) == 0 {
		if files, err = spool.LetterFiles(r.spool); err != nil {
			return err
		}
	}
	summary, err := spool.Summarize(files)
	if err != nil {
		return usageError{err}
	}
	_, _ = fmt.Fprint(cmd.OutOrStdout(), summary)
	if r.dryRun || summary.Total() == 0 {
		_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%d dead letters in %d files\n", summary.Total(), len(files))
		return nil
	}
	if err := mayHandIn(r.spool, info, os.Geteuid()); err != nil {
		return err
	}
	handed, err := spool.HandIn(r.spool, files)
	if err != nil {
		return err
	}
	if r.wait > 0 && !gone(cmd.Context(), handed, r.wait) {
		return fmt.Errorf("%d dead letters are handed in and not written yet: opslog is not running on %s, or its database is away; they are written as soon as both are there", summary.Total(), r.spool)
	}
	_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%d dead letters are replayed; what was refused again is in %s\n", summary.Total(), filepath.Join(r.spool, "dead-letters"))
	return nil
}

// mayHandIn wants the caller to be the user whom the spool belongs to: opslog could not read what another one, root for instance, puts there.
func mayHandIn(dir string, info fs.FileInfo, caller int) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) == caller {
		return nil
	}
	owner := strconv.Itoa(int(stat.Uid))
	if known, err := user.LookupId(owner); err == nil {
		owner = known.Username
	}
	return usageError{fmt.Errorf("--spool: %s belongs to user %s, and opslog could not read what another one puts there; run this as that user, such as with sudo -u %s", dir, owner, owner)}
}

// gone waits until none of the files is there.
func gone(ctx context.Context, files []string, longest time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for len(files) > 0 {
		if _, err := os.Stat(files[0]); errors.Is(err, fs.ErrNotExist) {
			files = files[1:]
			continue
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
