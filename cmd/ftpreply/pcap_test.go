package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/google/go-cmp/cmp"
)

// parsedReply holds the keys of a reply in the output of parse that do not depend on the recording.
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
	status, out, stderr := runAll("parse", "--secrets", "show", path)
	if status != 0 && !bytes.Contains(stderr, []byte("no FTP control connection found")) {
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
	names, _ := filepath.Glob("../../recording/testdata/pcap/*.pcap")
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

// A capture that ends in a reply says nothing against the server.
func TestPcapEndsInReply(t *testing.T) {
	const fileHeader, recordHeader = 24, 16
	cut := filepath.Join(t.TempDir(), "cut.pcap")
	open := 0
	names, _ := filepath.Glob("../../recording/testdata/pcap/*.pcap")
	for _, name := range names {
		whole, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for end := fileHeader; end < len(whole); { // after each frame
			end += recordHeader + int(binary.LittleEndian.Uint32(whole[end+8:]))
			if err := os.WriteFile(cut, whole[:end], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, out, _ := runAll("lint", "--format", "ndjson", cut); bytes.Contains(out, []byte("unterminated-reply")) {
				t.Errorf("%s, to %d: %s", name, end, out)
			}
			for _, replies := range repliesIn(t, cut) {
				if replies[len(replies)-1].Type == "error" {
					open++
				}
			}
		}
	}
	if open == 0 {
		t.Error("no frame ends in a reply")
	}
}

func TestPcapCompressed(t *testing.T) {
	const name = "../../recording/testdata/pcap/pure-ftpd-tls.pcap"
	plain, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(plain)
	w.Close()
	got := repliesIn(t, clitest.WriteFile(t, "capture", b.Bytes()))
	if diff := cmp.Diff(repliesIn(t, name), got); diff != "" || len(got) == 0 {
		t.Error(diff)
	}
}
