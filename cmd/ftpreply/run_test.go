package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
)

// runAll runs the program.
func runAll(args ...string) (status int, stdout, stderr []byte) {
	return clitest.Run(commands.All, args...)
}

// badWriter fails after some bytes.
type badWriter struct{ room int }

var errFull = errors.New("full")

func (w *badWriter) Write(b []byte) (int, error) {
	if w.room -= len(b); w.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// When nothing can be written any more, reading ends, with an error, in all subcommands.
func TestWriteErrorsEndTheRun(t *testing.T) {
	in := clitest.WriteFile(t, "in.raw", bytes.Repeat([]byte("220 \x01\r\n"), 1500))
	for _, args := range [][]string{{"parse"}, {"lint", "-v"}, {"lint", "--format", "ndjson"}, {"lint", "--format", "sarif"}, {"stats"}, {"sessions"}} {
		for _, room := range []int{0, 100, 9000} {
			var stderr bytes.Buffer
			w := &badWriter{room: room}
			a := cli.NewApp(t.Context(), nil, w, &stderr)
			status := a.Run(commands.All, append(args, in, in, in))
			if w.room < 0 && (status != 2 || strings.Count(stderr.String(), "full") != 1) {
				t.Errorf("%v in %d bytes: status %d, %s", args, room, status, &stderr)
			}
		}
	}
}

// neverComing is input that never comes.
type neverComing struct{ cancel func() }

func (w *neverComing) Read([]byte) (int, error) {
	w.cancel()
	select {}
}

// Ctrl-C ends the reading, even of input that never comes, and the input so far is reported.
func TestInterrupt(t *testing.T) {
	greeting := clitest.WriteFile(t, "in.raw", []byte("220 a\r\n"))
	for _, args := range [][]string{{"lint", greeting, "-"}, {"stats", greeting, "-"}, {"sessions", greeting, "-"}} {
		ctx, cancel := context.WithCancel(t.Context())
		var out, stderr bytes.Buffer
		a := cli.NewApp(ctx, io.MultiReader(strings.NewReader("220 b\r\n221 "), &neverComing{cancel}), &out, &stderr)
		if status := a.Run(commands.All, append(args, "--from", "raw", "-j", "1")); status != 130 {
			t.Errorf("%v: status %d", args, status)
		}
		if !strings.Contains(out.String(), "2 files, 2 connections") || !strings.Contains(stderr.String(), "interrupted") {
			t.Errorf("%v: %s%s", args, &out, &stderr)
		}
	}
}

// However many files are read at a time, and however much each has to say, the output is
// the same, totals included.
func TestOrderOfOutput(t *testing.T) {
	const enough = (1 << 20) / 400 // replies, for more than input keeps of a file that waits
	var names []string
	for i, replies := range []int{enough, 1, 0, enough, 2, enough, 3} {
		text := strings.Repeat(fmt.Sprintf("22%d \x01\r\nstray\r\n", i), replies)
		names = append(names, clitest.WriteFile(t, "in.raw", []byte(text)))
	}
	for _, args := range [][]string{{"parse"}, {"lint", "-v"}, {"lint", "--format", "ndjson", "--code", "220,224"}, {"lint", "--format", "junit"},
		{"lint", "--format", "sarif"}, {"stats"}, {"sessions", "--format", "ndjson"}} {
		run := func(jobs string) (int, string) {
			status, out, stderr := runAll(append(append(args, "-j", jobs), names...)...)
			return status, string(out) + string(stderr)
		}
		wantStatus, want := run("1")
		for _, jobs := range []string{"2", "5"} {
			if status, got := run(jobs); status != wantStatus || got != want {
				t.Errorf("%v -j %s: status %d, %d bytes, want %d, %d bytes", args, jobs, status, len(got), wantStatus, len(want))
			}
		}
		if !strings.Contains(want, "empty") {
			t.Errorf("%v does not mention the empty file", args)
		}
	}
}
