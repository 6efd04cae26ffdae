package input

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/google/go-cmp/cmp"
)

func TestLiveReader(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := newLiveReader(ctx, io.MultiReader(strings.NewReader("abc"), strings.NewReader("de")))
	got, err := io.ReadAll(bufio.NewReaderSize(r, 16))
	if string(got) != "abcde" || err != nil {
		t.Errorf("%q, error %v", got, err)
	}
	r = newLiveReader(ctx, &waiting{cancel})
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, ctx.Err()) {
		t.Errorf("error %v", err)
	}
}

// testFiles makes files and links in a directory, and an App that reads and writes there.
func testFiles(t *testing.T) (dir string, a *cli.App) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"d/a", "d/e/b", "d/c"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(name), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("d", filepath.Join(dir, "link")), os.Symlink("a", filepath.Join(dir, "d", "s"))); err != nil {
		t.Skip(err)
	}
	return dir, cli.NewApp(t.Context(), nil, io.Discard, io.Discard)
}

// A symbolic link to a directory stands for the directory; links in it are left out.
func TestListFiles(t *testing.T) {
	dir, a := testFiles(t)
	for _, root := range []string{"d", "link"} {
		root = filepath.Join(dir, root)
		files, dirs, err := listFiles(a, []string{root})
		if err != nil || len(dirs) != 1 || dirs[0].skipped != 1 {
			t.Fatalf("%v, error %v", dirs, err)
		}
		var got []string
		for _, f := range files {
			got = append(got, filepath.ToSlash(strings.TrimPrefix(f.path, root)))
		}
		if diff := cmp.Diff([]string{"/a", "/c", "/e/b"}, got); diff != "" {
			t.Errorf("%s: %s", root, diff)
		}
	}
}

// An output is never read, and an input is never overwritten.
func TestListFilesKnowsOutputs(t *testing.T) {
	dir, a := testFiles(t)
	if _, err := a.Create(filepath.Join(dir, "d", "a"), 0o666); err != nil {
		t.Fatal(err)
	}
	files, _, err := listFiles(a, []string{filepath.Join(dir, "d")})
	if err != nil || len(files) != 2 {
		t.Errorf("%v, error %v", files, err)
	}
	for _, name := range []string{"a", "s"} {
		if _, _, err := listFiles(a, []string{filepath.Join(dir, "d", name)}); err == nil {
			t.Errorf("%s is read and overwritten", name)
		}
	}
}

// waiting is input that never comes.
type waiting struct{ cancel func() }

func (w *waiting) Read([]byte) (int, error) {
	w.cancel()
	select {}
}
