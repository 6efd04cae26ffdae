package ftpreply

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/textproto"
	"strings"
	"testing"
)

// The inputs of the benchmarks: benchSize bytes each, of whole replies.
const benchSize = 4 << 20

var benchInputs = []struct{ name, unit string }{
	{"session", strings.Join([]string{
		"220 (vsFTPd 3.0.3)\r\n",
		"331 Please specify the password.\r\n",
		"230 Login successful.\r\n",
		"215 UNIX Type: L8\r\n",
		benchFeat,
		"200 Always in UTF8 mode.\r\n",
		"257 \"/srv/ftp\" is the current directory\r\n",
		"200 Switching to Binary mode.\r\n",
		"250 Directory successfully changed.\r\n",
		"229 Entering Extended Passive Mode (|||40561|)\r\n",
		"150 Here comes the directory listing.\r\n",
		"226 Directory send OK.\r\n",
		"213 1048576\r\n",
		"213 20260102030405\r\n",
		"227 Entering Passive Mode (127,0,0,1,158,113).\r\n",
		"150 Opening BINARY mode data connection for archive.tar.gz (1048576 bytes).\r\n",
		"226 Transfer complete.\r\n",
		"550 Failed to open file.\r\n",
		"350 Ready for RNTO.\r\n",
		"250 Rename successful.\r\n",
		"221 Goodbye.\r\n",
	}, "")},
	{"single", "226 Transfer complete.\r\n"},
	{"feat", benchFeat},
	{"banner", "220-" + strings.Repeat("  This line of the greeting is one of three hundred of its kind.\r\n", 299) + "220 Ready.\r\n"},
}

// benchFeat is the reply to FEAT of ProFTPD 1.3.8.
const benchFeat = "211-Features:\r\n" +
	" AUTH TLS\r\n CCC\r\n CLNT\r\n CSID\r\n EPRT\r\n EPSV\r\n" +
	" HASH CRC32;MD5;SHA-1*;SHA-256;SHA-512;\r\n HOST\r\n LANG C.UTF-8*\r\n MD5\r\n MDTM\r\n" +
	" MFF modify;UNIX.group;UNIX.mode;\r\n MFMT\r\n" +
	" MLST modify*;perm*;size*;type*;unique*;UNIX.group*;UNIX.groupname*;UNIX.mode*;UNIX.owner*;UNIX.ownername*;\r\n" +
	" MODE Z\r\n PBSZ\r\n PROT\r\n RANG STREAM\r\n REST STREAM\r\n" +
	" SITE COPY\r\n SITE MKDIR\r\n SITE RMDIR\r\n SITE SYMLINK\r\n SITE UTIME\r\n" +
	" SIZE\r\n SSCN\r\n TVFS\r\n UTF8\r\n XCRC\r\n XMD5\r\n XSHA\r\n XSHA1\r\n XSHA256\r\n XSHA512\r\n" +
	"211 End\r\n"

// runBench measures read over each input, with a new reader each time.
func runBench(b *testing.B, read func(b *testing.B, r *bytes.Reader)) {
	for _, in := range benchInputs {
		b.Run(in.name, func(b *testing.B) {
			input := []byte(strings.Repeat(in.unit, benchSize/len(in.unit)))
			b.SetBytes(int64(len(input)))
			b.ReportAllocs()
			r := new(bytes.Reader)
			for b.Loop() {
				r.Reset(input)
				read(b, r)
			}
		})
	}
}

func BenchmarkParser(b *testing.B) {
	p := new(Parser)
	runBench(b, func(b *testing.B, r *bytes.Reader) {
		p.Reset(r)
		for {
			_, err := p.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkTextproto reads the same input with net/textproto, which detects no deviation.
func BenchmarkTextproto(b *testing.B) {
	buffered := bufio.NewReader(nil)
	p := textproto.NewReader(buffered)
	runBench(b, func(b *testing.B, r *bytes.Reader) {
		buffered.Reset(r)
		for {
			_, _, err := p.ReadResponse(0)
			if err == io.EOF {
				return
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkIndexByte looks at each byte once: it walks from LF to LF over the
// windows of a bufio.Reader.
func BenchmarkIndexByte(b *testing.B) {
	buffered := bufio.NewReader(nil)
	runBench(b, func(b *testing.B, r *bytes.Reader) {
		buffered.Reset(r)
		lines := 0
		for {
			if _, err := buffered.Peek(1); err != nil {
				break
			}
			window, _ := buffered.Peek(buffered.Buffered())
			for {
				i := bytes.IndexByte(window, '\n')
				if i < 0 {
					break
				}
				lines++
				window = window[i+1:]
			}
			buffered.Discard(buffered.Buffered())
		}
		if lines == 0 {
			b.Fatal("no line")
		}
	})
}

// BenchmarkStart measures a connection that receives a single reply.
func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	r := new(strings.Reader)
	for b.Loop() {
		r.Reset("220 ready\r\n")
		if _, err := NewParser(r).Next(); err != nil {
			b.Fatal(err)
		}
	}
}

// A repeated reader returns unit a number of times, at most size bytes at a time.
type repeated struct {
	unit        []byte
	times, size int
	at          int
}

func (r *repeated) Read(p []byte) (int, error) {
	p = p[:min(len(p), r.size)]
	n := 0
	for n < len(p) && r.times > 0 {
		m := copy(p[n:], r.unit[r.at:])
		n += m
		if r.at += m; r.at == len(r.unit) {
			r.at, r.times = 0, r.times-1
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// longReply returns a reply with the given number of lines.
func longReply(lines int) []byte {
	if lines == 1 {
		return []byte("213 End of status\r\n")
	}
	return []byte("213-Status follows:\r\n" + strings.Repeat(" an interior line\r\n", lines-2) + "213 End of status\r\n")
}

// BenchmarkGrowth shows that the cost of a byte stays the same: in long streams, in long
// replies, and with few bytes a read.
func BenchmarkGrowth(b *testing.B) {
	const whole = 1 << 20
	for replies := 1000; replies <= 10_000_000; replies *= 10 {
		b.Run(fmt.Sprintf("replies=%d", replies), func(b *testing.B) {
			benchGrowth(b, []byte("226 Transfer complete.\r\n"), replies, whole)
		})
	}
	for lines := 1; lines <= 1_000_000; lines *= 10 {
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) {
			benchGrowth(b, longReply(lines), max(1, 1_000_000/lines), whole)
		})
	}
	for _, size := range []int{1, 7, 1460} {
		b.Run(fmt.Sprintf("read=%d", size), func(b *testing.B) {
			benchGrowth(b, []byte(benchFeat), 1000, size)
		})
	}
}

func benchGrowth(b *testing.B, unit []byte, times, size int) {
	p := &Parser{Options: Options{MaxReply: maxLimit}}
	b.ReportAllocs()
	b.SetBytes(int64(len(unit) * times))
	for b.Loop() {
		p.Reset(&repeated{unit: unit, times: times, size: size})
		got := 0
		for _, err := range p.All() {
			if err != nil {
				b.Fatal(err)
			}
			got++
		}
		if got != times {
			b.Fatalf("%d replies, want %d", got, times)
		}
	}
}

// BenchmarkFramer uses the whole input as its window, and takes the replies from it with Next or
// with Each.
func BenchmarkFramer(b *testing.B) {
	check := func(_ Reply, err error) bool {
		if err != nil {
			b.Fatal(err)
		}
		return true
	}
	for _, in := range benchInputs {
		input := []byte(strings.Repeat(in.unit, benchSize/len(in.unit)))
		run := func(name string, frame func(f *Framer)) {
			b.Run(in.name+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(input)))
				for b.Loop() {
					frame(new(Framer))
				}
			})
		}
		run("next", func(f *Framer) {
			for rest := input; len(rest) > 0; {
				r, n, err := f.Next(rest, false)
				check(r, err)
				rest = rest[n:]
			}
		})
		run("each", func(f *Framer) { f.Each(input, false, check) })
	}
}
