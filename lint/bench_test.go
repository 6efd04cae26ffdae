package lint

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/control"
)

// cleanSession is one without findings, each command with its replies.
var cleanSession = []struct{ command, replies string }{
	{"", "220 (vsFTPd 3.0.3)\r\n"},
	{"USER ftptest", "331 Please specify the password.\r\n"},
	{"PASS hunter2", "230 Login successful.\r\n"},
	{"SYST", "215 UNIX Type: L8\r\n"},
	{"FEAT", "211-Features:\r\n EPRT\r\n EPSV\r\n MDTM\r\n MLST modify*;perm*;size*;type*;unique*;\r\n REST STREAM\r\n SIZE\r\n TVFS\r\n UTF8\r\n211 End\r\n"},
	{"OPTS UTF8 ON", "200 Always in UTF8 mode.\r\n"},
	{"PWD", "257 \"/srv/ftp\" is the current directory\r\n"},
	{"TYPE I", "200 Switching to Binary mode.\r\n"},
	{"CWD pub", "250 Directory successfully changed.\r\n"},
	{"EPSV", "229 Entering Extended Passive Mode (|||40561|)\r\n"},
	{"LIST", "150 Here comes the directory listing.\r\n226 Directory send OK.\r\n"},
	{"SIZE archive.tar.gz", "213 1048576\r\n"},
	{"MDTM archive.tar.gz", "213 20260102030405\r\n"},
	{"PASV", "227 Entering Passive Mode (127,0,0,1,158,113).\r\n"},
	{"RETR archive.tar.gz", "150 Opening BINARY mode data connection for archive.tar.gz (1048576 bytes).\r\n226 Transfer complete.\r\n"},
	{"RETR nosuch", "550 Failed to open file.\r\n"},
	{"RNFR a", "350 Ready for RNTO.\r\n"},
	{"RNTO b", "250 Rename successful.\r\n"},
	{"NOOP", "200 NOOP ok.\r\n"},
	{"QUIT", "221 Goodbye.\r\n"},
}

// A turn holds the bytes on the wire until the client speaks again.
type turn struct{ command, replies []byte }

var cleanTurns = func() (turns []turn) {
	for _, s := range cleanSession {
		t := turn{replies: []byte(s.replies)}
		if s.command != "" {
			t.command = []byte(s.command + "\r\n")
		}
		turns = append(turns, t)
	}
	return turns
}()

// listing is a long reply.
var listing = turn{[]byte("STAT .\r\n"), []byte("213-Status follows:\r\n" +
	strings.Repeat("-rw-r--r--    1 1001     1001      1048576 Nov 22 10:25 archive.tar.gz\r\n", 300) + "213 End of status\r\n")}

// play gives turns to c as they would cross the wire.
func play(c *control.Conn, turns []turn) {
	for i := range turns {
		if len(turns[i].command) > 0 {
			c.Client(turns[i].command, time.Time{})
		}
		c.Server(turns[i].replies, time.Time{})
	}
}

func TestCleanSession(t *testing.T) {
	var got []string
	c := linted(func(d *Diagnostic) { got = append(got, d.Rule.Name+": "+d.Message) })
	last := len(cleanTurns) - 1
	play(c, cleanTurns[:last])
	play(c, []turn{listing, cleanTurns[last]})
	c.Close(control.RecordingEnds)
	if got != nil || !c.Stats.Aligned || c.Stats.Owed != 0 {
		t.Errorf("%q, %+v", got, c.Stats)
	}
}

// A connection costs some allocations, a clean item none.
func TestCleanAllocations(t *testing.T) {
	c := linted(func(*Diagnostic) {})
	play(c, cleanTurns[:1])
	session := func() { play(c, cleanTurns[1:len(cleanTurns)-1]) }
	session()
	if n := testing.AllocsPerRun(100, session); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The inputs of the benchmarks, each but the first many times in one connection.
var benchInputs = []struct {
	name  string
	turns []turn
	times int
}{
	{"connection", cleanTurns, 1},
	{"session", cleanTurns[1 : len(cleanTurns)-1], 100},
	{"listing", []turn{listing}, 10},
}

// repliesOf are the bytes of the server.
func repliesOf(turns []turn, times int) (all []byte) {
	for range times {
		for _, t := range turns {
			all = append(all, t.replies...)
		}
	}
	return all
}

// BenchmarkLint lints both sides, BenchmarkLintReplies and BenchmarkParser have the
// replies alone. All count the bytes of the server.
func BenchmarkLint(b *testing.B) {
	for _, in := range benchInputs {
		b.Run(in.name, func(b *testing.B) {
			b.SetBytes(int64(len(repliesOf(in.turns, in.times))))
			b.ReportAllocs()
			for b.Loop() {
				c := linted(func(d *Diagnostic) { b.Fatal(d.Message) })
				if in.times > 1 {
					play(c, cleanTurns[:1])
				}
				for range in.times {
					play(c, in.turns)
				}
				c.Close(control.RecordingEnds)
			}
		})
	}
}

func BenchmarkLintReplies(b *testing.B) {
	const window = 64 << 10
	for _, in := range benchInputs {
		b.Run(in.name, func(b *testing.B) {
			replies := slices.Concat(cleanTurns[0].replies, repliesOf(in.turns, in.times))
			b.SetBytes(int64(len(replies)))
			b.ReportAllocs()
			for b.Loop() {
				c := linted(func(d *Diagnostic) { b.Fatal(d.Message) })
				for part := range slices.Chunk(replies, window) {
					c.Server(part, time.Time{})
				}
				c.Close(control.RecordingEnds)
			}
		})
	}
}

func BenchmarkParser(b *testing.B) {
	for _, in := range benchInputs {
		b.Run(in.name, func(b *testing.B) {
			replies := repliesOf(in.turns, in.times)
			b.SetBytes(int64(len(replies)))
			b.ReportAllocs()
			r := bytes.NewReader(replies)
			for b.Loop() {
				r.Reset(replies)
				p := ftpreply.NewParser(r)
				for {
					if _, err := p.Next(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
