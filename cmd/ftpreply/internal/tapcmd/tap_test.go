package tapcmd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/ftpreply/ftpreply/transcript"
	"github.com/google/go-cmp/cmp"
)

var long = flag.Bool("long", false, "pass a million replies")

func TestMain(m *testing.M) {
	flag.Parse()
	pauseTime = time.Hour
	os.Exit(m.Run())
}

// A running tap is under test.
type running struct {
	t       *testing.T
	address string
	output  chan string // the lines of standard output
	stop    context.CancelFunc
	status  chan int
}

// start runs "ftpreply tap" in front of a server, which serve implements for each connection.
func start(t *testing.T, serve func(net.Conn), flags ...string) *running {
	t.Helper()
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return startBefore(t, server.Addr().String(), flags...)
}

// startBefore runs "ftpreply tap" in front of a server.
func startBefore(t *testing.T, server string, flags ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	output, stdout := io.Pipe()
	messages, stderr := io.Pipe()
	r := &running{t: t, output: make(chan string, 1<<16), stop: stop, status: make(chan int, 1)}
	go func() {
		args := append([]string{"tap", "127.0.0.1:0", server}, flags...)
		r.status <- cli.NewApp(ctx, nil, stdout, stderr).Run([]cli.Command{New}, args)
		stdout.Close()
		stderr.Close()
	}()
	go func() {
		defer close(r.output)
		for s := bufio.NewScanner(output); s.Scan(); {
			r.output <- s.Text()
		}
	}()
	lines := bufio.NewReader(messages)
	for r.address == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the tap ended with status %d, %s", <-r.status, line)
		}
		if _, rest, ok := strings.Cut(line, "listening on "); ok {
			r.address, _, _ = strings.Cut(rest, ",")
		}
	}
	go func() {
		for s := bufio.NewScanner(lines); s.Scan(); {
			t.Log("standard error:", s.Text())
		}
	}()
	return r
}

func (r *running) dial() net.Conn {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { conn.Close() })
	return conn
}

// end stops the tap and returns the rest of its output.
func (r *running) end(status int) (rest []string) {
	r.t.Helper()
	r.stop()
	if got := <-r.status; got != status {
		r.t.Errorf("exit status %d, want %d", got, status)
	}
	for line := range r.output {
		rest = append(rest, line)
	}
	return rest
}

// wait waits for a line of output that contains text.
func (r *running) wait(text string) {
	r.t.Helper()
	for line := range r.output {
		if strings.Contains(line, text) {
			return
		}
	}
	r.t.Errorf("the output has no %q", text)
}

// expect reads the text from a connection.
func expect(t *testing.T, r io.Reader, text string) {
	t.Helper()
	b := make([]byte, len(text))
	if n, err := io.ReadFull(r, b); err != nil || string(b) != text {
		t.Errorf("read %q, %v, want %q", b[:n], err, text)
	}
}

// A finding is written before the server sends its next byte.
func TestFindingIsLive(t *testing.T) {
	told := make(chan bool)
	r := start(t, func(conn net.Conn) {
		io.WriteString(conn, "220 hi\r\n")
		bufio.NewReader(conn).ReadString('\n')
		io.WriteString(conn, "200 \x01\r\n")
		<-told
		io.WriteString(conn, "junk\r\n")
		<-told
		io.WriteString(conn, "221 bye\r\n")
	}, "-v")
	conn := r.dial()
	expect(t, conn, "220 hi\r\n")
	io.WriteString(conn, "NOOP\r\n")
	r.wait("[control-byte]")
	told <- true
	r.wait("[stray-line]")
	told <- true
	expect(t, conn, "200 \x01\r\njunk\r\n221 bye\r\n")
	expectEnd(t, conn)
	conn.Close()
	r.wait("closed after 3 replies")
	if rest := r.end(0); rest[0] != "1 connection, 3 replies: 0 errors, 1 warning, 2 info" {
		t.Errorf("the rest is %q", rest)
	}
}

func expectEnd(t *testing.T, r io.Reader) {
	t.Helper()
	if n, err := r.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("read %d bytes, %v, want the end", n, err)
	}
}

// piece returns random bytes that look like the traffic of FTP.
func piece(random *rand.Rand) []byte {
	words := []string{
		"220 hi\r\n", "220-a\r\n b\r\n220 c\r\n", "200 ok\n", "junk", "\r\n", "\n", "\r", "227 Entering (127,0,0,1,4,1)\r\n",
		"229 x (|||1|)\r\n", "\xff\xfe\x06", "\x00", "\x16\x03\x01\x00\x05abcde", "234 go\r\n", "USER a\r\n", "PASS b\r\n",
		"PASV\r\n", "EPSV\r\n", "PORT 127,0,0,1,4,1\r\n", "EPRT |1|127.0.0.1|5|\r\n", "AUTH TLS\r\n", "STOR x\n", "226-", "226 y\r\n",
	}
	var b []byte
	for range 1 + random.IntN(6) {
		if random.IntN(8) == 0 {
			b = append(b, byte(random.Uint32()))
		} else {
			b = append(b, words[random.IntN(len(words))]...)
		}
	}
	return b
}

// sendPieces sends bytes in random pieces, and then closes the direction.
func sendPieces(conn net.Conn, b []byte, random *rand.Rand) {
	for len(b) > 0 {
		n := 1 + random.IntN(min(len(b), 1+random.IntN(100)))
		conn.Write(b[:n])
		b = b[n:]
	}
	closeWrite(conn)
}

// Random bytes pass unchanged in both directions, and one direction goes on after the end of the
// other. The recording gives the findings that were reported live. With -long, a million replies
// pass.
func TestBytesPassUnchanged(t *testing.T) {
	seeds, pieces, replies := uint64(20), 40, 0
	if *long {
		seeds, pieces = 100, 35_000
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 1))
		var fromServer, fromClient []byte
		for range pieces {
			fromServer = append(fromServer, piece(random)...)
			fromClient = append(fromClient, piece(random)...)
		}
		replies += relayBytes(t, fromServer, fromClient, seed)
	}
	t.Logf("%d replies have passed", replies)
	if *long && replies < 1_000_000 {
		t.Errorf("only %d replies have passed", replies)
	}
}

// relayBytes sends bytes of both sides through a tap, and returns the number of replies among
// them.
func relayBytes(t *testing.T, fromServer, fromClient []byte, seed uint64) (replies int) {
	t.Helper()
	recording := filepath.Join(t.TempDir(), "recording.ndjson")
	received := make(chan []byte, 1)
	r := start(t, func(conn net.Conn) {
		sent := make(chan bool)
		go func() {
			sendPieces(conn, fromServer, rand.New(rand.NewPCG(seed, 2)))
			close(sent)
		}()
		b, _ := io.ReadAll(conn)
		<-sent
		received <- b
	}, "-v", "-o", recording, "--secrets", "show")
	var live []string
	closed := make(chan bool)
	go func() {
		defer close(closed)
		for line := range r.output {
			if n, _ := fmt.Sscanf(line, "conn 1  closed after %d", &replies); n == 1 {
				return
			}
			if strings.HasPrefix(line, "1:") {
				live = append(live, line)
			}
		}
	}()
	conn := r.dial()
	go sendPieces(conn, fromClient, rand.New(rand.NewPCG(seed, 3)))
	got, err := io.ReadAll(conn)
	if err != nil || !bytes.Equal(got, fromServer) {
		t.Fatalf("seed %d: the client got %d bytes of %d, %v", seed, len(got), len(fromServer), err)
	}
	if got := <-received; !bytes.Equal(got, fromClient) {
		t.Fatalf("seed %d: the server got %d bytes of %d", seed, len(got), len(fromClient))
	}
	<-closed
	r.stop()
	<-r.status
	if diff := cmp.Diff(live, findingsIn(t, recording)); diff != "" {
		t.Fatalf("seed %d (- live, + recording)\n%s", seed, diff)
	}
	return replies
}

// findingsIn returns the headings of the findings in a recording with one connection, without
// repeated ones.
func findingsIn(t *testing.T, recording string) (found []string) {
	t.Helper()
	file, err := os.Open(recording)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, err := transcript.Open(file, "exchange")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	app := cli.NewApp(t.Context(), nil, &out, io.Discard)
	report := newReport(app, lint.Config{}, true)
	var track *control.Track
	for {
		e, err := reader.Next()
		if err != nil {
			if err != io.EOF && !errors.Is(err, transcript.ErrFormat) {
				t.Fatal(err)
			}
			break
		}
		if track == nil {
			track = control.NewRecorder(io.Discard, control.ShowSecrets).Track(e.Server, e.Client)
			rules := &lint.Linter{Peer: e.Server.Addr(), Client: e.Client.Addr()}
			report.judge(track, 1, rules)
			track.Handle = rules.Item
		}
		track.Private = e.TLS
		switch {
		case e.Kind == transcript.Gap:
			track.Gap()
		case e.Kind == transcript.Closed:
			track.Close(control.ConnectionClosed)
		case e.Kind == transcript.HangUp && e.Side == transcript.Client:
			track.HangUp(e.Time)
		case e.Kind == transcript.HangUp:
			track.ServerHangUp(e.Time)
		case e.Side == transcript.Client:
			track.Client(e.Bytes, e.Time)
		default:
			track.Server(e.Bytes, e.Time)
		}
	}
	app.Out.Flush()
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "1:") {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}
	return found
}

// An interrupt closes all connections, and the recording is complete.
func TestInterrupt(t *testing.T) {
	recording := filepath.Join(t.TempDir(), "recording.ndjson")
	r := start(t, func(conn net.Conn) {
		io.WriteString(conn, "220 hi\r\n220-incomplete")
		io.Copy(io.Discard, conn)
	}, "-o", recording)
	conn := r.dial()
	expect(t, conn, "220 hi\r\n220-incomplete")
	rest := r.end(0)
	if len(rest) == 0 || rest[0] != "1 connection, 1 reply: 0 errors, 0 warnings, 0 info" {
		t.Errorf("the output is %q", rest)
	}
	io.Copy(io.Discard, conn) // ends
	if all := eventsIn(t, recording); len(all) != 3 || all[2].Kind != transcript.Gap || string(all[1].Bytes) != "220-incomplete" {
		t.Errorf("the recording has %v", all)
	}
	if found := findingsIn(t, recording); len(found) > 0 {
		t.Errorf("the recording has the findings %q", found)
	}
}

// A silent connection is closed, and a further one waits for its place.
func TestLimits(t *testing.T) {
	first := make(chan bool, 2)
	r := start(t, func(conn net.Conn) {
		first <- true
		io.WriteString(conn, "220 hi\r\n")
		io.Copy(io.Discard, conn)
	}, "-v", "--max-connections", "1", "--idle-timeout", "50ms")
	one, two := r.dial(), r.dial()
	<-first
	io.Copy(io.Discard, one) // ends
	<-first
	io.Copy(io.Discard, two)
	r.end(0)
}

// A server that cannot be reached ends the connection of the client, not the tap.
func TestServerIsDown(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	closed.Close()
	r := startBefore(t, closed.Addr().String())
	for range 2 {
		expectEnd(t, r.dial())
	}
	r.end(0)
}

// A failed TLS handshake ends the connection. A client that does not begin TLS goes on in clear.
func TestNoHandshake(t *testing.T) {
	r := start(t, func(conn net.Conn) {
		io.WriteString(conn, "220 hi\r\n")
		lines := bufio.NewReader(conn)
		for {
			switch line, _ := lines.ReadString('\n'); line {
			case "AUTH TLS\r\n":
				io.WriteString(conn, "234 go\r\n")
			case "NOOP\r\n":
				io.WriteString(conn, "200 ok\r\n")
			default:
				io.WriteString(conn, "421 not TLS\r\n")
				return
			}
		}
	}, "--tls", "explicit", "--insecure")
	conn := r.dial()
	expect(t, conn, "220 hi\r\n")
	io.WriteString(conn, "AUTH TLS\r\n")
	expect(t, conn, "234 go\r\n")
	io.WriteString(conn, "NOOP\r\n")
	expect(t, conn, "200 ok\r\n")
	io.WriteString(conn, "\x16\x03\x01\x00\x05hello\n")
	io.Copy(io.Discard, conn) // ends
	r.stop()
	<-r.status
}

// FuzzTap passes replies and commands through the bytes of a tap.
func FuzzTap(f *testing.F) {
	f.Add([]byte("220 hi\r\n227 Entering (127,0,0,1,4,1)\r\n"), []byte("USER a\r\nPASV\r\n"), uint64(1))
	f.Add([]byte("229 x (|||1|)\r\n220-a\n"), []byte("EPSV\r\nPORT 127,0,0,1,4,1\r\n\x16\x03\x01"), uint64(2))
	f.Fuzz(func(t *testing.T, server, client []byte, seed uint64) {
		relayBytes(t, server, client, seed)
	})
}
