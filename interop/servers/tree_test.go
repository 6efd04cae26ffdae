//go:build unix

package servers

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// work is the directory in which the sessions play, since the root may be locked.
const work = "work"

// tree lists its contents: a name that ends in a slash is a directory, and the others are
// files with that text. Sizes and times are the same in every run.
var tree = map[string]string{
	"readme.txt":   "Nothing but a test.\r\n",
	"big.bin":      strings.Repeat("0123456789abcdef", 1<<16),
	"empty.txt":    "",
	"pub/":         "",
	"pub/a.txt":    "a\n",
	"pub/.message": "Welcome to pub.\n250 This looks like the end.\n250-And this like a start.\n",
	"caf\xc3\xa9":  "UTF-8\n",
	"tricky/":      "",
	// A name with a line ending, followed by text that looks like the end of a reply to STAT.
	"tricky/nl\n213 End in a name": "1",
	"forged/":                      "",
	"forged/nl\n211 End in a name": "1",
	"forged/nl\n212 End in a name": "1",
	"forged/nl\n213 End in a name": "1",
	"tricky/caf\xe9":               "Latin-1\n",
	"tricky/quo\"te":               "",
	"tricky/esc\x1b[31m":           "",
	"tricky/ space":                "",
}

// planted is the modification time of each file.
var planted = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// plant writes the tree to root.
func plant(t *testing.T, root string, locked bool) {
	t.Helper()
	mkdir(t, root)
	if !locked {
		give(t, root)
	}
	root = filepath.Join(root, work)
	mkdir(t, root)
	for name := range tree {
		if strings.HasSuffix(name, "/") {
			mkdir(t, filepath.Join(root, name))
		}
	}
	for name, text := range tree {
		if !strings.HasSuffix(name, "/") {
			if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Larger than the buffers of a connection, but sparse on disk.
	endless := filepath.Join(root, "endless.bin")
	write(t, endless, "")
	if err := os.Truncate(endless, 1<<28); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(root, func(file string, _ fs.DirEntry, err error) error {
		give(t, file)
		if err == nil {
			err = os.Chtimes(file, planted, planted)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// give changes the owner of a file to the user of the servers.
func give(t *testing.T, file string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return // only root may change the owner
	}
	if err := os.Chown(file, uid, gid); err != nil {
		t.Fatal(err)
	}
}
