package input

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/recording"
)

func TestTurnWriter(t *testing.T) {
	var out bytes.Buffer
	w := &turnWriter{out: &out, come: make(chan struct{})}
	fmt.Fprint(w, "a")
	fmt.Fprint(w, strings.Repeat("b", maxKept-1))
	if out.Len() > 0 {
		t.Error("it writes before its turn")
	}
	written := make(chan struct{})
	go func() {
		fmt.Fprint(w, "c") // waits
		close(written)
	}()
	select {
	case <-written:
		t.Error("it keeps without end")
	case <-time.After(10 * time.Millisecond):
	}
	close(w.come)
	<-written
	fmt.Fprint(w, "d")
	if err := w.flush(); err != nil || out.String() != "a"+strings.Repeat("b", maxKept-1)+"cd" {
		t.Errorf("%d bytes, error %v", out.Len(), err)
	}
}

// Progress is shown only on a terminal.
func TestProgressNeedsTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := &Input{App: cli.NewApp(t.Context(), nil, f, f)}
	in.startProgress([]*file{{size: 3}, {size: 4}})
	if in.App.Stderr != f {
		t.Errorf("%T", in.App.Stderr)
	}
}

func TestSkippedText(t *testing.T) {
	got := skippedText([]recording.Skip{{Reason: "not IP", Packets: 2}, {Reason: "not FTP", Packets: 9, Connections: 1}})
	if want := "2 packets (not IP), 1 connection (not FTP)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
