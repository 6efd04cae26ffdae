package control_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
)

// events reads a recording in the format "exchange".
func events(t testing.TB, r io.Reader) (all []transcript.Event) {
	t.Helper()
	reader, err := transcript.Open(r, "exchange")
	if err != nil {
		t.Fatal(err)
	}
	for {
		e, err := reader.Next()
		if err != nil {
			if err != io.EOF && !errors.Is(err, transcript.ErrFormat) {
				t.Fatal(err)
			}
			return all
		}
		e.Bytes = bytes.Clone(e.Bytes)
		all = append(all, e)
	}
}

// sent returns the bytes of one side.
func sent(all []transcript.Event, side transcript.Side) string {
	var b strings.Builder
	for _, e := range all {
		if e.Side == side {
			b.Write(e.Bytes)
		}
	}
	return b.String()
}

// judge makes c report its findings in found.
func judge(c *control.Conn, found *[]string) {
	rules := &lint.Linter{Report: func(d *lint.Diagnostic) {
		_, line, _ := d.Position()
		*found = append(*found, fmt.Sprintf("#%d line %d %v %s: %s", d.Item.Seq, line, d.Severity, d.Rule.Name, d.Message))
	}}
	c.Handle = rules.Item
}

// A party is a control.Conn or a control.Track.
type party interface {
	Server([]byte, time.Time)
	Client([]byte, time.Time)
	HangUp(time.Time)
	ServerHangUp(time.Time)
	Close(control.Ending)
}

func give(p party, e *transcript.Event) {
	switch {
	case e.Kind == transcript.Closed:
		p.Close(control.ConnectionClosed)
	case e.Kind == transcript.HangUp && e.Side == transcript.Client:
		p.HangUp(e.Time)
	case e.Kind == transcript.HangUp:
		p.ServerHangUp(e.Time)
	case e.Side == transcript.Client:
		p.Client(e.Bytes, e.Time)
	default:
		p.Server(e.Bytes, e.Time)
	}
}

// The recording of a session gives the findings that were reported live, whatever the pieces in
// which the bytes arrived.
func TestTrackFindings(t *testing.T) {
	sessions, err := filepath.Glob("../testdata/captures/*/*/exchange.ndjson")
	if err != nil || len(sessions) < 5 {
		t.Fatal(err, len(sessions))
	}
	total := 0
	for _, session := range sessions {
		file, err := os.ReadFile(session)
		if err != nil {
			t.Fatal(err)
		}
		all := events(t, bytes.NewReader(file))
		for _, policy := range []control.SecretPolicy{control.ShowSecrets, control.HashSecrets, control.MaskSecrets} {
			random := mathrand.New(mathrand.NewPCG(1, uint64(len(file))))
			var recording bytes.Buffer
			var live, again []string
			recorder := control.NewRecorder(&recording, policy)
			tracks := map[int]*control.Track{}
			for _, e := range all {
				track := tracks[e.Conn]
				if track == nil {
					track = recorder.Track(netip.AddrPort{}, netip.AddrPort{})
					judge(&track.Conn, &live)
					tracks[e.Conn] = track
				}
				track.Private = e.TLS
				for rest := e.Bytes; len(rest) > 0; {
					n := 1 + random.IntN(min(len(rest), 40))
					e.Bytes, rest = rest[:n], rest[n:]
					give(track, &e)
				}
			}
			for _, conn := range slices.Sorted(maps.Keys(tracks)) {
				tracks[conn].Close(control.ConnectionClosed)
			}
			conns := map[int]*control.Conn{}
			for _, e := range events(t, &recording) {
				c := conns[e.Conn]
				if c == nil {
					c = &control.Conn{Secrets: policy}
					judge(c, &again)
					conns[e.Conn] = c
				}
				c.Private = e.TLS
				give(c, &e)
			}
			total += len(live)
			if diff := cmp.Diff(live, again); diff != "" {
				t.Errorf("%s, policy %d (- live, + recording)\n%s", session, policy, diff)
			}
		}
	}
	if total < 100 {
		t.Errorf("only %d findings", total)
	}
}

// A password is in no record, however the bytes of the line and of its echoes are cut.
func TestTrackSecrets(t *testing.T) {
	const secret = "hunter2x9"
	lines := []struct{ client, server string }{
		{"USER joe\r\n", "331 password?\r\n"},
		{"PASS " + secret + "\r\n", "530-no " + secret + "\r\n530 \"PASS " + secret + "\"\r\n"},
		{"pass " + secret + "\r\nNOOP " + secret + "\r\n", "530 no\r\n500 " + secret},
		{"ACCT " + secret + strings.Repeat("y", 9000) + secret + "\r\n", "\r\n500 no\r\n"},
		{"PASS " + secret, "421 " + secret},
	}
	for _, size := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 17, 4096, 5000, 1 << 20} {
		var recording bytes.Buffer
		track := control.NewRecorder(&recording, control.MaskSecrets).Track(netip.AddrPort{}, netip.AddrPort{})
		track.Server([]byte("220 hi\r\n"), time.Time{})
		for _, l := range lines {
			client, server := []byte(l.client), []byte(l.server)
			for len(client) > 0 {
				n := min(size, len(client))
				track.Client(client[:n], time.Time{})
				client = client[n:]
			}
			for len(server) > 0 { // the client speaks while a line of the server is incomplete
				n := min(size, len(server))
				track.Server(server[:n], time.Time{})
				server = server[n:]
				if size < 20 && len(server) > 0 {
					track.Client([]byte("\xff\xf1"), time.Time{})
				}
			}
		}
		track.Close(control.ConnectionClosed)
		all := events(t, &recording)
		for _, side := range []transcript.Side{transcript.Client, transcript.Server} {
			said := sent(all, side)
			for part := range len(secret) - 3 {
				if i := strings.Index(said, secret[part:part+4]); i >= 0 {
					t.Fatalf("pieces of %d bytes: the %v said ...%q", size, side, said[max(0, i-20):min(len(said), i+20)])
				}
			}
		}
		if said := sent(all, transcript.Client); !strings.Contains(said, "USER joe\r\n") || !strings.Contains(said, "PASS ****\r\n") {
			t.Errorf("pieces of %d bytes: the client said %q", size, said)
		}
	}
}

// Memory is bounded although lines have no limit.
func TestTrackLongLines(t *testing.T) {
	var recording bytes.Buffer
	track := control.NewRecorder(&recording, control.MaskSecrets).Track(netip.AddrPort{}, netip.AddrPort{})
	track.Server([]byte("220 a\r\n"), time.Time{})
	recording.Reset()
	piece := bytes.Repeat([]byte("x"), 1000)
	for range 1000 {
		track.Client(piece, time.Time{})
	}
	if recording.Len() > 0 {
		t.Errorf("%d bytes of an incomplete command were written", recording.Len())
	}
	track.Client([]byte("\r\n"), time.Time{})
	if n := recording.Len(); n < 4096 || n > 10000 {
		t.Errorf("%d bytes of a long command were written", n)
	}
	recording.Reset()
	for range 1000 {
		track.Server(piece, time.Time{})
	}
	if n := recording.Len(); n < 1<<20 {
		t.Errorf("only %d bytes of an incomplete line of the server were written", n)
	}
}

// certificate returns a self-signed certificate for "localhost".
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Both ends record a connection that turns into TLS and then half closes. The recordings have the
// same bytes.
func TestRecordedConn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	defer listener.Close()
	var recordings [2]bytes.Buffer
	cert := certificate(t)
	served := make(chan error, 1)
	go func() {
		served <- func() error {
			conn, err := listener.Accept()
			if err != nil {
				return err
			}
			c := control.NewRecorder(&recordings[0], control.MaskSecrets).Server(conn)
			defer c.Close()
			io.WriteString(c, "220 hi\r\n")
			expect(t, c, "AUTH TLS\r\n")
			io.WriteString(c, "234 go\r\n")
			secured := tls.Server(c.NetConn(), &tls.Config{Certificates: []tls.Certificate{cert}})
			if err := secured.Handshake(); err != nil {
				return err
			}
			c.Upgrade(secured)
			expect(t, c, "PASS s3cret\r\n")
			io.WriteString(c, "230 in, s3cret\r\n")
			if _, err := c.Read(make([]byte, 1)); err != io.EOF {
				return fmt.Errorf("the read after the client's end returned %v", err)
			}
			io.WriteString(c, "221 bye\r\n")
			return nil
		}()
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := control.NewRecorder(&recordings[1], control.MaskSecrets).Client(conn)
	expect(t, c, "220 hi\r\n")
	io.WriteString(c, "AUTH ")
	io.WriteString(c, "TLS\r\n")
	expect(t, c, "234 go\r\n")
	secured := tls.Client(c.NetConn(), &tls.Config{InsecureSkipVerify: true})
	if err := secured.Handshake(); err != nil {
		t.Fatal(err)
	}
	c.Upgrade(secured)
	io.WriteString(c, "PASS s3")
	io.WriteString(c, "cret\r\n")
	expect(t, c, "230 in, s3cret\r\n")
	if err := c.CloseWrite(); err != nil {
		t.Error(err)
	}
	expect(t, c, "221 bye\r\n")
	if _, err := c.Read(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	c.Close()
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	const client, server = "AUTH TLS\r\nPASS ****\r\n", "220 hi\r\n234 go\r\n230 in, ****\r\n221 bye\r\n"
	for i := range recordings {
		all := events(t, &recordings[i])
		if sent(all, transcript.Client) != client || sent(all, transcript.Server) != server {
			t.Errorf("recording %d: %q, %q", i, sent(all, transcript.Client), sent(all, transcript.Server))
		}
		if all[0].Server.String() != listener.Addr().String() || !all[0].Client.IsValid() {
			t.Errorf("recording %d has the addresses %v, %v", i, all[0].Server, all[0].Client)
		}
		var ends []string
		for _, e := range all {
			if e.TLS != (strings.Contains(string(e.Bytes), "****") || strings.Contains(string(e.Bytes), "bye") || e.Kind != transcript.Data) {
				t.Errorf("recording %d marks %q: %t", i, e.Bytes, e.TLS)
			}
			if e.Kind == transcript.HangUp {
				ends = append(ends, e.Side.String())
			}
		}
		if all[len(all)-1].Kind != transcript.Closed {
			ends = append(ends, "not closed")
		}
		if diff := cmp.Diff([]string{"client", "server"}, ends); diff != "" {
			t.Errorf("recording %d\n%s", i, diff)
		}
	}
}

// expect reads the text from the connection.
func expect(t *testing.T, r io.Reader, text string) {
	t.Helper()
	b := make([]byte, len(text))
	if _, err := io.ReadFull(r, b); err != nil || string(b) != text {
		t.Errorf("read %q, %v, want %q", b, err, text)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

// An error of the writer is kept, and the connection goes on.
func TestRecorderError(t *testing.T) {
	r := control.NewRecorder(brokenWriter{}, control.MaskSecrets)
	here, there := net.Pipe()
	c := r.Client(here)
	go io.WriteString(there, "220 hi\r\n")
	expect(t, c, "220 hi\r\n")
	if !errors.Is(r.Err(), os.ErrClosed) {
		t.Errorf("the error is %v", r.Err())
	}
}

// FuzzTrack cuts random bytes of both sides: if nothing is secret, they are all in the recording.
func FuzzTrack(f *testing.F) {
	f.Add([]byte("220 hi\r\n331 x\r\n"), []byte("USER a\r\nPASS b\r\n"), uint64(1))
	f.Add([]byte("220-a\r\n331 b\n"), []byte("\x16\x03\x01\x00\x05abcdePASS x\n"), uint64(2))
	f.Fuzz(func(t *testing.T, server, client []byte, seed uint64) {
		if len(client) > 4096 {
			return
		}
		var recording bytes.Buffer
		random := mathrand.New(mathrand.NewPCG(seed, 0))
		track := control.NewRecorder(&recording, control.ShowSecrets).Track(netip.AddrPort{}, netip.AddrPort{})
		for s, c := server, client; len(s)+len(c) > 0; {
			if len(s) > 0 && (len(c) == 0 || random.IntN(2) == 0) {
				n := 1 + random.IntN(len(s))
				track.Server(s[:n], time.Time{})
				s = s[n:]
			} else {
				n := 1 + random.IntN(len(c))
				track.Client(c[:n], time.Time{})
				c = c[n:]
			}
		}
		track.Close(control.ConnectionClosed)
		all := events(t, &recording)
		if got := sent(all, transcript.Server); got != string(server) {
			t.Errorf("the server said %q, recorded as %q", server, got)
		}
		if got := sent(all, transcript.Client); got != string(client) {
			t.Errorf("the client said %q, recorded as %q", client, got)
		}
	})
}

// A gap keeps the incomplete lines, and the lines after it are complete.
func TestTrackGap(t *testing.T) {
	var recording bytes.Buffer
	track := control.NewRecorder(&recording, control.MaskSecrets).Track(netip.AddrPort{}, netip.AddrPort{})
	track.Server([]byte("220-a"), time.Time{})
	track.Client([]byte("PASS hunter2x9"), time.Time{})
	track.Gap()
	track.Client([]byte("NOOP\r\n"), time.Time{})
	track.Server([]byte("200 ok\r\n"), time.Time{})
	track.Close(control.RecordingEnds)
	var got []string
	for _, e := range events(t, &recording) {
		got = append(got, fmt.Sprintf("%d %v %s", e.Kind, e.Side, e.Bytes))
	}
	// The empty record says that the client spoke inside the reply.
	want := []string{"0 server 220-a", "0 client ", "0 client PASS ****", "1 server ", "0 client NOOP\r\n", "0 server 200 ok\r\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
