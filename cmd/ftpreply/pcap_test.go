package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parsedReply is what the subcommand parse tells of a reply, whatever the recording.
type parsedReply struct {
	Type       string
	Stream     int
	Offset     int64
	End        int64
	Line       int64
	Code       int
	Text       []string
	Raw        []byte
	Deviations []struct{ Name string }
}

// repliesIn lists the replies and errors that parse finds, by the number of the connection.
func repliesIn(t *testing.T, path string) map[int][]parsedReply {
	t.Helper()
	status, out, stderr := runApp("parse", "--secrets", "show", path)
	if status != 0 {
		t.Fatalf("%s: status %d: %s", path, status, stderr)
	}
	found := map[int][]parsedReply{}
	for line := range bytes.Lines(out) {
		var r parsedReply
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if r.Type == "reply" || r.Type == "error" {
			found[r.Stream] = append(found[r.Stream], r)
		}
	}
	return found
}

// The replies in a packet capture are those in the bytes that the server-PI sent.
func TestPcapIsWhatWasSent(t *testing.T) {
	names, _ := filepath.Glob("testdata/pcap/*.pcap")
	for _, name := range names {
		if strings.Contains(name, "-tls") {
			continue // raw bytes alone do not show that TLS was asked for
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			got := repliesIn(t, name)
			want := map[int][]parsedReply{}
			for stream := range got {
				replies := repliesIn(t, fmt.Sprintf("%s.%d.server", strings.TrimSuffix(name, ".pcap"), stream))[1]
				for i := range replies {
					replies[i].Stream = stream
				}
				want[stream] = replies
			}
			if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
				t.Errorf("%d connections %s", len(got), diff)
			}
		})
	}
}

func TestPcapCompressed(t *testing.T) {
	const name = "testdata/pcap/pure-ftpd-tls.pcap"
	plain, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(plain)
	w.Close()
	got := repliesIn(t, writeFile(t, "capture", b.Bytes()))
	if diff := cmp.Diff(repliesIn(t, name), got); diff != "" || len(got) == 0 {
		t.Error(diff)
	}
}
