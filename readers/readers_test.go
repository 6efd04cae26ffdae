package readers_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/readers"
	"github.com/ftpreply/ftpreply/replytest"
	"github.com/google/go-cmp/cmp"
)

// read describes the replies that a model takes from pieces, and its state afterwards.
func read(m *readers.Model, pieces ...[]byte) string {
	r := m.NewReader()
	var taken []string
	for _, piece := range pieces {
		for reply := range r.Write(piece) {
			taken = append(taken, fmt.Sprintf("%03d@%d", reply.Code, reply.End))
		}
	}
	return strings.Join(append(taken, r.State().String()), " ")
}

func TestModels(t *testing.T) {
	for _, test := range []struct{ name, input, program, want string }{
		{"a plain reply", "220 a\r\n", "curl", "220@7 idle"},
		{"a multi-line reply", "220-a\r\nb\r\n220 c\r\n", "wget", "220@17 idle"},
		{"another code inside", "220-a\r\n230 b\r\n220 c\r\n", "curl", "230@14 220@21 idle"},
		{"another code inside", "220-a\r\n230 b\r\n220 c\r\n", "Python ftplib", "220@21 idle"},
		{"another code inside", "220-a\r\n230 b\r\n220 c\r\n", "Go net/textproto", "220@21 idle"},
		{"a forged end", "213-s\r\n x\n213 y\r\n213 z\r\n", "Perl Net::FTP", "213@17 213@24 idle"},
		{"a forged end", "213-s\r\n x\n213 y\r\n213 z\r\n", "lftp", "213@24 idle"},
		{"a bare code", "200\r\n", "curl", "inside a reply"},
		{"a bare code", "200\r\n", "Go net/textproto", "failed"},
		{"a bare code", "200\r\n", "basic-ftp", "200@5 idle"},
		{"a bare CR", "220 a\r331 b\r\n", "Python ftplib", "220@6 331@13 idle"},
		{"not UTF-8", "220 \xe9\r\n", "Python ftplib", "crashed"},
		{"a blank line", "\r\n220 a\r\n", "tnftp", "000@2 220@9 idle"},
		{"a Telnet command", "\xff\xf1220 a\r\n", "lftp", "220@9 idle"},
		{"a Telnet command", "\xff\xf1220 a\r\n", "curl", "inside a reply"},
		{"a code that is none", "abc-x\r\n220 a\r\n", "Go net/textproto", "inside a reply"},
		{"a long line", "220 " + strings.Repeat("a", 5000) + "\r\n", "wget", "failed"},
		{"a reply longer than the limit", strings.Repeat("220-a\r\n", 50000), "curl", "failed"},
	} {
		t.Run(test.name+"/"+test.program, func(t *testing.T) {
			if got := read(readers.Named(test.program), []byte(test.input)); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestCleanReplies checks that every model reads replies that follow the RFCs as package
// ftpreply does, in any pieces. basic-ftp takes the end of a read for the end of a line, so
// it gets whole replies. Texts that are padded codes or longer than a limit are left out.
func TestCleanReplies(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var stream []byte
		var want []string
		for len(want) < 5 {
			reply := replytest.RandomReply(random)
			if reply.Code/100 == 6 {
				continue // ftplib refuses 6yz
			}
			stream = append(stream, reply.Raw...)
			want = append(want, fmt.Sprintf("%03d@%d", reply.Code, len(stream)))
		}
		pieces := replytest.Cut(random, stream, 20)
		for m := range readers.All() {
			cut := pieces
			if m.Name == "basic-ftp" {
				cut = [][]byte{stream}
			}
			if diff := cmp.Diff(strings.Join(append(want, "idle"), " "), read(m, cut...)); diff != "" {
				t.Fatalf("%s: %q\n%s", m.Name, stream, diff)
			}
		}
	}
}

// TestSources checks that each model says what it describes.
func TestSources(t *testing.T) {
	for m := range readers.All() {
		if m.Name == "" || m.Version == "" || m.Source == "" || readers.Named(m.Name) != m {
			t.Errorf("%+v is not complete", m)
		}
	}
	if readers.Named("no such program") != nil {
		t.Error("a model for no program")
	}
}

// TestConstantMemory checks that a Reader keeps nothing of a long line.
func TestConstantMemory(t *testing.T) {
	for m := range readers.All() {
		allocations := func(length int) float64 {
			piece := []byte("220-" + strings.Repeat("a", length))
			return testing.AllocsPerRun(20, func() {
				for range m.NewReader().Write(piece) {
				}
			})
		}
		if short, long := allocations(100), allocations(100_000); long > short {
			t.Errorf("%s: %v allocations for 100 bytes, %v for 100,000", m.Name, short, long)
		}
	}
}

// FuzzModels checks, for every model and any cut, that replies are in order and do not
// overlap, and that pieces change nothing where the program reads a stream.
func FuzzModels(f *testing.F) {
	for _, v := range replytest.Vectors() {
		if len(v.Input()) < 1000 {
			f.Add(v.Input(), uint64(1))
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, seed uint64) {
		pieces := replytest.Cut(rand.New(rand.NewPCG(seed, 0)), input, 8)
		for m := range readers.All() {
			replies, state := m.Read(input)
			end := int64(0)
			for _, reply := range replies {
				if reply.Begin < end || reply.End <= reply.Begin || reply.End > int64(len(input)) {
					t.Fatalf("%s: %+v after %d", m.Name, reply, end)
				}
				end = reply.End
			}
			if m.Name == "basic-ftp" || state == readers.Crashed {
				continue // they look at the bytes of a read together
			}
			if whole, cut := read(m, input), read(m, pieces...); whole != cut {
				t.Fatalf("%s: %q in one piece, %q in %q", m.Name, whole, cut, pieces)
			}
		}
	})
}

// A file name with a LF in it forges the end of a reply for most clients.
func Example() {
	stream := []byte("213-Status\r\n-rw-r--r-- nl\n213 End in a name\r\n213 End\r\n")
	for _, name := range []string{"curl", "lftp", "Python ftplib"} {
		m := readers.Named(name)
		replies, state := m.Read(stream)
		fmt.Printf("%s %s: %d replies, %s\n", m.Name, m.Version, len(replies), state)
	}
	// Output:
	// curl 7.88.1: 2 replies, idle
	// lftp 4.9.2: 1 replies, idle
	// Python ftplib 3.11.2: 2 replies, idle
}
