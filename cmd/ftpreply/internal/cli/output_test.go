package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/spf13/cobra"
)

// runWriting runs a program whose only subcommand does this.
func runWriting(t *testing.T, args []string, do func(*App) error) (status int, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	a := NewApp(t.Context(), nil, &out, &complaints)
	command := func(a *App) *cobra.Command {
		return &cobra.Command{Use: "do", RunE: func(*cobra.Command, []string) error { return do(a) }}
	}
	status = a.Run([]Command{command}, append([]string{"do"}, args...))
	return status, complaints.String()
}

// listed returns the names and the contents of the files in a directory.
func listed(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

func TestOutputIsCompleteOrAbsent(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		want   string
	}{
		{"success", nil, ExitClean, "new"},
		{"findings", ErrFindings, ExitFindings, "new"},
		{"not all was read", ErrTrouble, ExitTrouble, "new"},
		{"interrupted", ErrInterrupted, ExitInterrupted, "new"},
		{"failure", errors.New("x"), ExitTrouble, "old"},
	}
	for _, tt := range tests {
		dir := t.TempDir()
		path := filepath.Join(dir, "out")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		status, stderr := runWriting(t, []string{"-o", path}, func(a *App) error {
			a.Out.WriteString("new")
			a.Out.Flush()
			if got := listed(t, dir)["out"]; got != "old" {
				t.Errorf("%s: during the run the file has %q", tt.name, got)
			}
			return tt.err
		})
		if got := listed(t, dir); status != tt.status || len(got) != 1 || got["out"] != tt.want {
			t.Errorf("%s: status %d, %s, files %q", tt.name, status, stderr, got)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, error %v", tt.name, info.Mode(), err)
		}
	}
}

func TestOutputsDoNotShareAName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	link := filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(path, []byte("old"), 0o666), os.Link(path, link)); err != nil {
		t.Skip(err)
	}
	for _, other := range []string{path, filepath.Join(dir, ".", "x", "..", "out"), link} {
		status, stderr := runWriting(t, []string{"-o", path}, func(a *App) error {
			_, err := a.Create(other, 0o666)
			return err
		})
		if got := listed(t, dir); status != ExitTrouble || len(got) != 2 || got["out"] != "old" {
			t.Errorf("%s: status %d, %s, files %q", other, status, stderr, got)
		}
	}
}

func TestIsOutput(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	runWriting(t, []string{"-o", path}, func(a *App) error {
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 3 {
			t.Errorf("%v, error %v", entries, err)
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || a.IsOutput(info) != (e.Name() != "other") {
				t.Errorf("%s: %v, error %v", e.Name(), a.IsOutput(info), err)
			}
		}
		return nil
	})
}

func TestOutputOfDevices(t *testing.T) {
	if _, err := os.Stat(os.DevNull); err != nil {
		t.Skip(err)
	}
	status, stderr := runWriting(t, []string{"-o", os.DevNull}, func(a *App) error {
		_, err := a.Out.WriteString("x")
		return err
	})
	if status != ExitClean {
		t.Errorf("status %d, %s", status, stderr)
	}
	if status, _ := runWriting(t, []string{"-o", t.TempDir()}, func(*App) error { return nil }); status != ExitTrouble {
		t.Errorf("a directory: status %d", status)
	}
}

func TestDiscard(t *testing.T) {
	dir := t.TempDir()
	status, stderr := runWriting(t, nil, func(a *App) error {
		o, err := a.Create(filepath.Join(dir, "out"), 0o666)
		return errors.Join(err, o.Discard(), o.Discard())
	})
	if got := listed(t, dir); status != ExitClean || len(got) > 0 {
		t.Errorf("status %d, %s, files %q", status, stderr, got)
	}
}

// A symbolic link stays, whether its target exists or not.
func TestOutputThroughLinks(t *testing.T) {
	dir := t.TempDir()
	old, link, chain := filepath.Join(dir, "old"), filepath.Join(dir, "link"), filepath.Join(dir, "chain")
	if err := errors.Join(os.Symlink("old", link), os.Symlink("link", chain)); err != nil {
		t.Skip(err)
	}
	for _, text := range []string{"1", "2"} { // the target is missing, then it exists
		status, stderr := runWriting(t, []string{"-o", chain}, func(a *App) error {
			_, err := a.Out.WriteString(text)
			return err
		})
		got, err := os.ReadFile(old)
		if info, _ := os.Lstat(chain); status != ExitClean || string(got) != text || err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("status %d, %s, %q, error %v", status, stderr, got, err)
		}
	}
}
