package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/ftpreply/ftpreply/recording"
	"github.com/ftpreply/ftpreply/transcript"
)

// The connections that are made are whole: none begins in the middle, and at most as many
// as were asked for have no end.
func TestConnections(t *testing.T) {
	const size, connections = 1 << 20, 100
	in, _ := filepath.Glob("../../../../recording/testdata/pcap/*.pcap")
	out := filepath.Join(t.TempDir(), "big.pcap")
	if err := run(out, in, size, connections); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		t.Error(err)
	} else if info.Size() < size || info.Size() > size+1<<16 {
		t.Errorf("size %d", info.Size())
	}
	r, err := recording.Open(f, recording.Options{})
	if err != nil {
		t.Fatal(err)
	}
	begun, ended := 0, 0
	for {
		e, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil || e.Kind == transcript.Gap {
			t.Fatal(e, err)
		}
		begun = max(begun, e.Conn)
		if e.Kind == transcript.Closed {
			ended++
		}
	}
	if begun <= connections || begun-ended > connections {
		t.Errorf("%d connections, %d of them ended", begun, ended)
	}
}
