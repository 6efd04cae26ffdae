package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/spf13/cobra"
)

// input is how recordings are read, the same in all subcommands.
type input struct {
	app        *app
	from       string
	lineEnding choice[ftpreply.LineEnding]
	anyCode    bool
	maxReply   int
	secrets    choice[lint.SecretPolicy]
	verbose    bool
}

func (a *app) newInput(cmd *cobra.Command) *input {
	in := &input{
		app: a,
		lineEnding: newChoice("learned", map[string]ftpreply.LineEnding{
			"learned": ftpreply.Learned, "crlf": ftpreply.CRLF, "lf": ftpreply.AnyLF}),
		secrets: newChoice("mask", map[string]lint.SecretPolicy{
			"mask": lint.MaskSecrets, "hash": lint.HashSecrets, "show": lint.ShowSecrets}),
	}
	f := cmd.Flags()
	f.StringVar(&in.from, "from", "", "format of the input instead of the one it is recognised by: "+formatNames())
	f.Var(&in.lineEnding, "line-ending", "what ends a line: "+in.lineEnding.names())
	f.BoolVar(&in.anyCode, "any-code", false, "let any code and a space end a multi-line reply")
	f.IntVar(&in.maxReply, "max-reply", ftpreply.DefaultMaxReply, "longest reply, in bytes")
	f.Var(&in.secrets, "secrets", "how passwords are shown: "+in.secrets.names())
	f.BoolVarP(&in.verbose, "verbose", "v", false, "show what is left out otherwise")
	return in
}

func formatNames() (names string) {
	for f := range transcript.Formats() {
		if names != "" {
			names += ", "
		}
		names += f.Name
	}
	return names
}

// A sink takes what is read of the recordings, one after the other.
type sink interface {
	// begin starts a recording.
	begin(source string, format *transcript.Format)
	// open prepares a connection of it.
	open(stream int, c *lint.Conn)
	// close has been told all about the connection.
	close(stream int, c *lint.Conn)
}

// read gives all recordings to s. What cannot be read is reported and left out; the
// error is then errTrouble.
func (in *input) read(names []string, s sink) error {
	trouble := false
	complain := func(name string, err error) {
		in.app.out.Flush()
		fmt.Fprintf(in.app.stderr, "ftpreply: %s: %v\n", name, withoutPath(err))
		trouble = true
	}
	for _, name := range names {
		if name == "-" {
			if err := in.readFrom("-", in.app.stdin, s); err != nil {
				complain(name, err)
			}
			continue
		}
		err := filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && (entry.Type().IsRegular() || path == name && !entry.IsDir()) {
				err = in.readFile(path, s)
			}
			if path != name && errors.Is(err, transcript.ErrFormat) {
				in.note(path, err)
				return nil
			}
			if err != nil {
				complain(path, err)
			}
			return nil
		})
		if err != nil {
			complain(name, err)
		}
	}
	if trouble {
		return errTrouble
	}
	return nil
}

// note tells, when asked to, which file of a directory is no recording.
func (in *input) note(path string, err error) {
	if in.verbose {
		in.app.out.Flush()
		fmt.Fprintf(in.app.stderr, "ftpreply: %s: skipped: %v\n", path, err)
	}
}

// withoutPath takes from an error of package os the name of the file.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func (in *input) readFile(path string, s sink) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return in.readFrom(path, f, s)
}

// readFrom gives one recording to s. With an error what came before it has been given.
func (in *input) readFrom(name string, r io.Reader, s sink) error {
	t, err := transcript.Open(r, in.from)
	if err != nil {
		return err
	}
	s.begin(name, t.Format)
	conns := map[int]*lint.Conn{}
	for err == nil {
		var e transcript.Event
		if e, err = t.Next(); err == nil {
			in.give(e, conns, s)
		}
	}
	for _, stream := range slices.Sorted(maps.Keys(conns)) {
		conns[stream].Close()
		s.close(stream, conns[stream])
	}
	if err == io.EOF {
		return nil
	}
	return err
}

func (in *input) give(e transcript.Event, conns map[int]*lint.Conn, s sink) {
	c := conns[e.Conn]
	if c == nil {
		c = &lint.Conn{
			Options: ftpreply.Options{LineEnding: in.lineEnding.value, AnyCode: in.anyCode, MaxReply: in.maxReply},
			Secrets: in.secrets.value,
		}
		s.open(e.Conn, c)
		conns[e.Conn] = c
	}
	if e.Side == transcript.Client {
		c.Client(e.Bytes, e.Time)
	} else {
		c.Server(e.Bytes, e.Time)
	}
}
