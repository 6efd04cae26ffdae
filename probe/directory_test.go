package probe

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// TestMisbehavingServers has servers with one fault each.
func TestMisbehavingServers(t *testing.T) {
	for _, m := range misbehaviors {
		for seed := range uint64(8) {
			bubble(t, fmt.Sprint(m.name, " ", seed), func(t *testing.T) {
				s := serveUser(t)
				m.do(s, rand.New(rand.NewPCG(1, seed)))
				r, err := Run(t.Context(), writingConfig(s))
				if err != nil && r.Greeting == "" {
					t.Fatal(err)
				}
				if !s.checkUser(t, r) {
					t.Logf("%q", s.log())
				}
			})
		}
	}
}

var randomServers = flag.Int("servers", 200, "number of random misbehaving servers")

// TestRandomServers has servers with up to four faults.
func TestRandomServers(t *testing.T) {
	const batches = 8
	for batch := range batches {
		t.Run(fmt.Sprint(batch), func(t *testing.T) {
			t.Parallel()
			for seed := batch; seed < *randomServers && !t.Failed(); seed += batches {
				synctest.Test(t, func(t *testing.T) {
					r := rand.New(rand.NewPCG(2, uint64(seed)))
					s := serveUser(t)
					var faults []string
					for range 1 + r.IntN(4) {
						m := pick(r, misbehaviors...)
						faults = append(faults, m.name)
						m.do(s, r)
					}
					report, _ := Run(t.Context(), writingConfig(s))
					if !s.checkUser(t, report) {
						t.Logf("seed %d: %q\n%q\n%s", seed, faults, s.log(), reasonOf(report, "clean-up"))
					}
				})
			}
		})
	}
}

// TestDirectoryIsVerified has the reason not to write.
func TestDirectoryIsVerified(t *testing.T) {
	names := func(text string) func(*client, string) {
		return func(c *client, _ string) {
			c.transfer(func(data net.Conn) { io.WriteString(data, text) })
		}
	}
	tests := []struct {
		name, verb string
		do         func(*client, string)
		want       string
	}{
		{"no directory", "MKD", says("550 no"), `"MKD TOKEN": 550 "no"`},
		{"no way in", "CWD", says("550 no"), `"CWD TOKEN": 550 "no"`},
		{"CWD without effect", "CWD", says("250 there"), `after CWD to the new directory "TOKEN", PWD answers "/"`},
		{"no path", "PWD", says("257 here"), "PWD does not say where it writes"},
		{"names of the user", "NLST", names("thesis.doc\r\n"), `NLST in the new directory lists "thesis.doc"`},
		{"no names", "NLST", says("502 no"), `NLST in the new directory: 502 "no"`},
		{"no name after STOR", "NLST", names(""), "NLST in the new directory does not list the file of the probe"},
		{"STOR refused", "STOR", says("553 no"), `STOR in the new directory: 553 "no"`},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serveUser(t)
			s.instead[tt.verb] = tt.do
			c := writingConfig(s)
			r, err := Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			got := reasonOf(r, "stor")
			if token := tokenIn(s.log()); token != "" {
				got = strings.ReplaceAll(got, token, "TOKEN")
			}
			if want := "skipped: the probe does not write: " + tt.want; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			s.checkUser(t, r)
		})
	}
}

// tokenIn returns the argument of the first MKD.
func tokenIn(log []string) string {
	i := slices.IndexFunc(log, func(line string) bool { return strings.HasPrefix(line, "MKD ") })
	if i < 0 {
		return ""
	}
	return strings.TrimPrefix(log[i], "MKD ")
}

// TestDirectoryOption makes the directory in another one.
func TestDirectoryOption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveUser(t)
		c := writingConfig(s)
		c.Directory = "/docs"
		var made atomic.Value
		s.instead["MKD"] = func(c *client, argument string) {
			made.CompareAndSwap(nil, c.path(argument))
			c.answer("MKD", argument)
		}
		r, err := Run(t.Context(), c)
		if err != nil || r.Count(Failed) != 0 {
			t.Errorf("%v, failed: %q", err, withOutcome(r, Failed))
		}
		if name, _ := made.Load().(string); !strings.HasPrefix(name, "/docs/p") {
			t.Errorf("the directory is %q", name)
		}
		s.checkUser(t, r)
		if r.Left != nil {
			t.Errorf("left: %q", r.Left)
		}
	})
}

// TestNamesOfSTOU has names that a server may give to the file of a STOU.
func TestNamesOfSTOU(t *testing.T) {
	d := &directory{found: "/home/p1-ftpreply"}
	tests := []struct {
		name, base string
		ok         bool
	}{
		{"ftp0001", "ftp0001", true}, {"stou.1", "stou.1", true}, {"./a_b-c", "a_b-c", true}, {"/home/p1-ftpreply/x.1", "x.1", true},
		{"", "", false}, {".", "", false}, {"..", "", false}, {"../thesis.doc", "", false}, {"/thesis.doc", "", false},
		{"/home/p1-ftpreply/../x", "", false}, {"a/b", "", false}, {`a\b`, "", false}, {"C:a", "", false}, {"a\r\nDELE b", "", false},
		{`"a"`, "", false}, {"*", "", false}, {"~", "", false}, {"-rf", "", false}, {"a b", "", false}, {"\u00fc", "", false}, {"a\x00", "", false},
	}
	for _, tt := range tests {
		if base, ok := d.bare(tt.name); ok != tt.ok || ok && base != tt.base {
			t.Errorf("%q: %q, %v", tt.name, base, ok)
		}
	}
}

// TestOwns has names that a listing of the directory may hold.
func TestOwns(t *testing.T) {
	d := &directory{token: "p123-ftpreply"}
	for _, name := range []string{"p123-ftpreply.txt", "P123-FTPREPLY-X", "p123-ftpreply-quo\"te", "p123-ftpreply-\xe4", "p123-ftpreply-gr\u00fc\u00dfe.txt"} {
		if !d.owns(name) {
			t.Errorf("%q is not one of ours", name)
		}
	}
	for _, name := range []string{
		"", "thesis.doc", "p123-ftprepl", "a/p123-ftpreply", "p123-ftpreply/../thesis.doc", "p123-ftpreply/x", `p123-ftpreply\x`, "p123-ftpreply thesis.doc",
		"p123-ftpreply*", "p123-ftpreply\rDELE x", "p123-ftpreply\x00", "p123-ftpreply..", "p123-ftpreply\tx", "p123-ftpreply|x",
	} {
		if d.owns(name) {
			t.Errorf("%q is one of ours", name)
		}
	}
}

// TestNamesAreBounded has a server that lists names without end.
func TestNamesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveUser(t)
		many := bytes.Repeat([]byte("x\r\n"), 10000)
		after(s, rand.New(rand.NewPCG(0, 0)), "NLST", func(c *client, _ string) {
			c.transfer(func(data net.Conn) { data.Write(many) })
		})
		r, err := Run(t.Context(), writingConfig(s))
		if err != nil {
			t.Fatal(err)
		}
		s.checkUser(t, r)
		retrieved := 0
		for _, line := range s.log() {
			if strings.HasPrefix(line, "RETR x") {
				retrieved++
			}
		}
		if retrieved > 2*maxTries {
			t.Errorf("%d files were read", retrieved)
		}
	})
}
