package main

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
	"github.com/ftpreply/ftpreply/control"
)

// costly has exchanges that cost much if work is repeated or memory is not bounded. n is about
// their size in bytes.
var costly = []struct {
	name string
	play func(t *control.Track, n int)
}{
	{"incomplete", func(t *control.Track, n int) { // the client speaks while a reply is incomplete
		t.Server([]byte("220-a\r\n"), time.Time{})
		for range n / 4 {
			t.Server([]byte(" x\n"), time.Time{})
			t.Client([]byte("N"), time.Time{})
		}
	}},
	{"false ends", func(t *control.Track, n int) {
		t.Server([]byte("220-a\r\n"), time.Time{})
		for range n / 14 {
			t.Server([]byte("331 b\r\n"), time.Time{})
			t.Client([]byte("N"), time.Time{})
			t.Server([]byte(" text\r\n"), time.Time{})
		}
	}},
	{"one long reply", func(t *control.Track, n int) {
		t.Server([]byte("220-a\r\n"), time.Time{})
		for range n / 10 {
			t.Server([]byte("123456789\n"), time.Time{})
		}
		t.Server([]byte("\r\n220 b\r\n"), time.Time{})
	}},
	{"findings", func(t *control.Track, n int) {
		for range n / 20 {
			t.Client([]byte("NOOP\r\n"), time.Time{})
			t.Server([]byte("200 \x01\r\njunk\r\n"), time.Time{})
		}
	}},
	{"no replies", func(t *control.Track, n int) {
		t.Server([]byte("220 hi\r\n"), time.Time{})
		for range n / 8 {
			t.Client([]byte("RETR x\r\n"), time.Time{})
		}
	}},
	{"replies that are not asked for", func(t *control.Track, n int) {
		for range n / 8 {
			t.Server([]byte("226 ok\r\n"), time.Time{})
		}
	}},
	{"transfers", func(t *control.Track, n int) {
		for i := range n / 40 {
			t.Client(fmt.Appendf(nil, "RETR %d\r\n", i), time.Time{})
			t.Server([]byte("150 here\r\n226 done\r\n"), time.Time{})
		}
	}},
	{"logins", func(t *control.Track, n int) {
		for i := range n / 50 {
			t.Client(fmt.Appendf(nil, "USER u%d\r\n", i), time.Time{})
			t.Server([]byte("331 x\r\n"), time.Time{})
			t.Client(fmt.Appendf(nil, "PASS word%d\r\n", i), time.Time{})
			t.Server([]byte("530 x\r\n"), time.Time{})
		}
	}},
}

// Work and output of a subcommand grow with the input, and not with its square. Package control
// counts the steps; here the bytes count that are allocated and written.
func TestCost(t *testing.T) {
	const size = 30_000
	for _, c := range costly {
		for _, sub := range []string{"lint", "parse", "sessions", "stats", "show"} {
			t.Run(c.name+"/"+sub, func(t *testing.T) {
				cost := func(n int) (allocated, written uint64) {
					file := filepath.Join(t.TempDir(), "recording.ndjson")
					f, err := os.Create(file)
					if err != nil {
						t.Fatal(err)
					}
					out := bufio.NewWriter(f)
					track := control.NewRecorder(out, control.ShowSecrets).Track(netip.AddrPort{}, netip.AddrPort{})
					c.play(track, n)
					track.Close(control.ConnectionClosed)
					if err := out.Flush(); err != nil {
						t.Fatal(err)
					}
					f.Close()
					var counted counter
					var before, after runtime.MemStats
					runtime.ReadMemStats(&before)
					status := cli.NewApp(t.Context(), nil, &counted, io.Discard).Run(commands.All, []string{sub, file})
					runtime.ReadMemStats(&after)
					if status != cli.ExitClean && status != cli.ExitFindings {
						t.Errorf("exit status %d", status)
					}
					return after.TotalAlloc - before.TotalAlloc, uint64(counted)
				}
				small, smallOut := cost(size)
				large, largeOut := cost(2 * size)
				const slack = 256 << 10    // pools and buffers
				if large > 3*small+slack { // a slice that grows may allocate twice as much
					t.Errorf("%d bytes allocated for %d, and %d for twice as many", small, size, large)
				}
				if largeOut > 2*smallOut+smallOut/4+1000 { // numbers get longer
					t.Errorf("%d bytes written for %d, and %d for twice as many", smallOut, size, largeOut)
				}
			})
		}
	}
}

// A counter counts the bytes that are written to it.
type counter uint64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
