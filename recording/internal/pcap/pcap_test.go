package pcap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
)

// events renders the events of a capture, one line for each turn of a side. Data is quoted,
// and joined, because the cuts of a stream have no meaning.
func events(r io.Reader, ports ...uint16) (lines []string, err error) {
	reader, err := NewReader(r, ports...)
	if err != nil {
		return nil, err
	}
	var who string
	var said []byte
	flush := func() {
		if len(said) > 0 {
			lines = append(lines, who+strconv.Quote(string(said)))
			said = said[:0]
		}
	}
	for {
		e, err := reader.Next()
		if err != nil {
			flush()
			if err == io.EOF {
				err = nil
			}
			return lines, err
		}
		now := fmt.Sprintf("%d %v ", e.Conn, e.Side)
		if now != who || e.Kind != transcript.Data {
			flush()
		}
		who = now
		switch e.Kind {
		case transcript.Data:
			said = append(said, e.Bytes...)
		case transcript.Gap:
			lines = append(lines, who+"gap "+strconv.FormatInt(e.Lost, 10))
		case transcript.HangUp:
			lines = append(lines, who+"hangs up")
		case transcript.Closed:
			lines = append(lines, fmt.Sprint(e.Conn, " closed"))
		}
	}
}

// eventsOf renders packets that are recorded plainly.
func eventsOf(t testing.TB, list []packet, ports ...uint16) []string {
	t.Helper()
	lines, err := events(bytes.NewReader(plainly.write(t, list)), ports...)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// streams joins the bytes of each side of each connection, by the names of the files that
// have them.
func streams(t *testing.T, name string) map[string]string {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for {
		e, err := r.Next()
		if err == io.EOF {
			return said
		}
		if err != nil || e.Kind == transcript.Gap {
			t.Fatal(e, err)
		}
		if e.Kind == transcript.Data {
			said[fmt.Sprintf("%s.%d.%v", strings.TrimSuffix(name, ".pcap"), e.Conn, e.Side)] += string(e.Bytes)
		}
	}
}

// The bytes read from a capture are those that a proxy saw of the same session.
func TestRealSessions(t *testing.T) {
	names, _ := filepath.Glob(captures + "*.pcap")
	if len(names) < 7 {
		t.Fatal("too few captures: ", names)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			want := map[string]string{}
			files, _ := filepath.Glob(strings.TrimSuffix(name, ".pcap") + ".[0-9]*")
			for _, file := range files {
				b, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				want[file] = string(b)
			}
			if diff := cmp.Diff(want, streams(t, name)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRecordings(t *testing.T) {
	list := session(t)
	want := eventsOf(t, list)
	if len(want) != 22 {
		t.Fatalf("the session has %d turns: %q", len(want), want)
	}
	for i, link := range linkLayers {
		for _, file := range fileFormats {
			if i > 0 && file.name != plainly.file.name {
				continue // the file format and the link layer have nothing to do with each other
			}
			for ip, addressing := range map[string]addressing{"IPv4": ipv4, "IPv6": ipv6} {
				for _, divided := range []int{0, 24, 64} {
					t.Run(fmt.Sprint(link.name, ", ", file.name, ", ", ip, ", fragments of ", divided), func(t *testing.T) {
						how := recording{ip: addressing, link: link, file: file, divided: divided}
						got, err := events(bytes.NewReader(how.write(t, list)))
						if err != nil {
							t.Fatal(err)
						}
						if diff := cmp.Diff(want, got); diff != "" {
							t.Error(diff)
						}
					})
				}
			}
		}
	}
}

func TestReadInPieces(t *testing.T) {
	list := session(t)
	want := eventsOf(t, list)
	for _, file := range fileFormats {
		how := plainly
		how.file = file
		got, err := events(iotest.OneByteReader(bytes.NewReader(how.write(t, list))))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", file.name, err, diff)
		}
	}
}

// An event has its place in the capture.
func TestPlaces(t *testing.T) {
	list := session(t)
	r, err := NewReader(bytes.NewReader(plainly.write(t, list)))
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	first := slices.IndexFunc(list, func(p packet) bool { return p.payload != "" })
	if e.Record != int64(first+1) || !e.Time.Equal(list[first].at) {
		t.Errorf("frame %d at %v, want %d at %v", e.Record, e.Time, first+1, list[first].at)
	}
	if got, want := fmt.Sprint(e.Server, " ", e.Client), fmt.Sprint("192.0.2.1:21 192.0.2.9:", list[0].client); got != want {
		t.Errorf("addresses %s, want %s", got, want)
	}
}

func TestRecognise(t *testing.T) {
	for _, file := range fileFormats {
		if !Recognise(file.write(t, layers.LinkTypeRaw, nil)) {
			t.Errorf("%s is not recognised", file.name)
		}
	}
	for _, head := range []string{"", "\xd4\xc3\xb2", "220 a\r\n", "{}", "\x0a\x0d\x0d"} {
		if Recognise([]byte(head)) {
			t.Errorf("%q is recognised", head)
		}
	}
}

func TestErrors(t *testing.T) {
	list := session(t)
	whole := plainly.write(t, list)
	ngWhole := recording{ip: ipv4, link: linkLayers[0], file: fileFormats[6]}.write(t, list)
	foreign := fileFormats[6].write(t, 147, []record{{[]byte("abc"), 3, time.Unix(1, 0)}})
	long := bytes.Clone(whole[:24+16])
	copy(long[24+8:], "\xff\xff\xff\x7f\xff\xff\xff\x7f")
	tests := []struct{ name, input, want string }{
		{"empty", "", "EOF"},
		{"cut in the header", string(whole[:20]), "unexpected EOF"},
		{"cut in the header of a frame", string(whole[:24+10]), "frame 1: unexpected EOF"},
		{"cut in a frame", string(whole[:len(whole)-1]), fmt.Sprintf("frame %d: unexpected EOF", len(list))},
		{"cut in a block", string(ngWhole[:len(ngWhole)-20]), fmt.Sprintf("frame %d: unexpected EOF", len(list)+1)},
		{"link type", string(fileFormats[0].write(t, 147, nil)), "link type 147 is not supported"},
		{"link types of pcapng", string(foreign), "link type 147 is not supported"},
		{"a frame too long", string(long), "frame 1: captured length 2147483647 is more than 262144"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := events(strings.NewReader(tt.input))
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

// The events before the end of a file that is cut are not lost.
func TestCutFile(t *testing.T) {
	list := session(t)
	whole := plainly.write(t, list)
	want := eventsOf(t, list[:len(list)-1])
	r, err := NewReader(bytes.NewReader(whole[:len(whole)-1]))
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for {
		if _, err = r.Next(); err != nil {
			break
		}
		said++
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) || said < len(want) {
		t.Errorf("%d events, error %v", said, err)
	}
	if _, again := r.Next(); again != err {
		t.Errorf("the error comes once: then %v", again)
	}
}
