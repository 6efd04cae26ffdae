package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// quick are limits for servers that are on this machine.
var quick = Limits{Reply: 300 * time.Millisecond, Transfer: time.Second, Linger: 20 * time.Millisecond, Bytes: 64 << 10}

func config(s *server) Config {
	return Config{network: s.network, Address: s.address, User: "x", Password: "hunter2x9", Limits: quick, Timeout: 30 * time.Second}
}

// withOutcome are the names of the checks that ended so.
func withOutcome(r *Report, o Outcome) (names []string) {
	for _, result := range r.Results {
		if result.Outcome == o {
			names = append(names, result.Check.Name)
		}
	}
	return names
}

func reasonOf(r *Report, check string) string {
	for _, result := range r.Results {
		if result.Check.Name == check {
			return result.Outcome.String() + ": " + result.Reason
		}
	}
	return "it was not played"
}

func TestRunOfAGoodServer(t *testing.T) {
	tests := []struct {
		name     string
		security Security
		write    bool
		skipped  []string
	}{
		{"reading", NoTLS, false, nil},
		{"writing", NoTLS, true, []string{"help-command"}},
		{"writing under TLS", Explicit, true, nil},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, nil)
			c := config(s)
			c.Security, c.TLS, c.Write = tt.security, &tls.Config{InsecureSkipVerify: true}, tt.write
			r, err := Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if failed := withOutcome(r, Failed); failed != nil {
				t.Errorf("failed: %s", failed)
				for _, name := range failed {
					t.Log(name, reasonOf(r, name))
				}
			}
			if left := s.left(); left != nil {
				t.Errorf("left on the server: %q", left)
			}
			if worst := r.Worst(); worst == lint.Error {
				t.Errorf("the worst is %v", worst)
			}
			if n := len(withOutcome(r, Passed)); n < 60 {
				t.Errorf("only %d passed", n)
			}
			for _, line := range s.log() {
				if strings.ContainsAny(line, "{}") {
					t.Errorf("%q was sent", line)
				}
				if !tt.write && stores(strings.Fields(line + " x")[0]) {
					t.Errorf("%q was sent", line)
				}
			}
		})
	}
}

// TestFileOfTheLogin has a file where the user is.
func TestFileOfTheLogin(t *testing.T) {
	tests := []struct {
		name    string
		file    string
		verb    string
		says    string
		check   string
		want    string
		content string
	}{
		{"it is read", "hello.txt", "", "", "retr", "passed: ", "hello\n"},
		{"its end is read", "hello.txt", "", "", "rest", "passed: ", "hello\n"},
		{"the offset is ignored", "hello.txt", "REST", "350 yes", "rest", `failed: "RETR {file}": got 6 bytes of data that differ from the 4 bytes expected`, "hello\n"},
		{"its size is wrong", "hello.txt", "SIZE", "213 5", "size", `failed: "SIZE hello.txt": the answer lacks "6"`, "hello\n"},
		{"it is refused", "hello.txt", "MDTM", "550 no", "mdtm", `failed: 550 "no", but the file exists`, "hello\n"},
		{"it is too small", "hello.txt", "", "", "retr", "skipped: no small file to read", "x"},
		{"its name has a blank", "hello world", "", "", "retr", "skipped: no small file to read", "hello\n"},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			instead := map[string]func(*client, string){}
			if tt.verb != "" {
				instead[tt.verb] = func(c *client, _ string) { c.say(tt.says) }
			}
			s := serve(t, instead)
			s.files["/"+tt.file] = tt.content
			c := config(s)
			c.Sections = []string{"RFC 3659", "RFC 959 4.1.3"}
			r, err := Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if got := reasonOf(r, tt.check); got != strings.ReplaceAll(tt.want, "{file}", tt.file) {
				t.Errorf("%s: %s, want %s", tt.check, got, tt.want)
			}
		})
	}
}

func TestListedFile(t *testing.T) {
	tests := []struct {
		line, name string
		size       int64
	}{
		{"-rw-r--r--    1 1001     1001           12 Nov 22 10:25 hello.txt", "hello.txt", 12},
		{"drwxr-xr-x    2 1001     1001         4096 Nov 22 10:25 d", "", -1},
		{"-rw-r--r--    1 1001     1001           12 Nov 22 10:25 a b", "", -1},
		{"-rw-r--r--    1 1001     1001            x Nov 22 10:25 a", "a", -1},
		{"11-22-26  10:25AM       12 a.txt", "", -1},
		{"", "", -1},
	}
	for _, tt := range tests {
		if name, size := listedFile(tt.line); size != tt.size || size >= 0 && name != tt.name {
			t.Errorf("%q: %q, %d", tt.line, name, size)
		}
	}
}

// flood sends more for as long as it is taken.
func flood(first, more string) func(*client, string) {
	return func(c *client, _ string) {
		io.WriteString(c.conn, first)
		for block := strings.Repeat(more, 1000); ; {
			if _, err := io.WriteString(c.conn, block); err != nil {
				return
			}
		}
	}
}

// TestRunWithoutAGreeting meets servers that cannot be asked anything.
func TestRunWithoutAGreeting(t *testing.T) {
	tests := []struct {
		name string
		do   func(*client, string)
		want string
	}{
		{"silence", func(*client, string) {}, "greeting: no final reply in time"},
		{"not FTP", func(c *client, _ string) { c.say("SSH-2.0-OpenSSH_9") }, "greeting: no final reply in time"},
		{"the end", func(c *client, _ string) { c.conn.Close() }, "greeting: the server has closed the control connection: EOF"},
		{"a banner without end", flood("220-hi\r\n", "hi\r\n"), "greeting: the replies exceed the limit of bytes"},
		{"a refusal", func(c *client, _ string) { c.say("421 too many") }, `greeting: 421 "too many"`},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			s := serve(t, map[string]func(*client, string){"": tt.do})
			r, err := Run(t.Context(), config(s))
			if err != nil {
				t.Fatal(err)
			}
			if got := reasonOf(r, "greeting"); got != "failed: "+tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if len(r.Results) != 1+len((&Config{}).Plan()) || r.Count(Failed) != 1 || r.Count(Skipped) != len(r.Results)-1 {
				t.Errorf("%d results, %d failed, %d skipped", len(r.Results), r.Count(Failed), r.Count(Skipped))
			}
		})
	}
}

func TestRunWithoutAServer(t *testing.T) {
	if _, err := Run(t.Context(), Config{Address: "127.0.0.1:1", Limits: quick}); err == nil {
		t.Error("no error")
	}
	if _, err := Run(t.Context(), Config{Address: "nowhere"}); err == nil {
		t.Error("no error without a port")
	}
	if _, err := Run(t.Context(), Config{Address: "127.0.0.1:1", User: "x\r\nDELE y"}); err == nil || !strings.Contains(err.Error(), "must not contain") {
		t.Errorf("a line ending in the user: %v", err)
	}
}

// TestCancel cancels a run while it writes: nothing is left, and the last command is QUIT.
func TestCancel(t *testing.T) {
	tests := []struct {
		at   string
		time int
	}{{"MKD", 1}, {"CWD", 1}, {"STOR", 1}, {"STOR", 3}, {"APPE", 1}, {"RNFR", 2}, {"XMKD", 1}, {"SIZE", 1}, {"DELE", 3}}
	for _, tt := range tests {
		bubble(t, fmt.Sprint(tt.at, tt.time), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			instead := map[string]func(*client, string){}
			seen := 0
			instead[tt.at] = func(c *client, argument string) {
				if seen++; seen == tt.time {
					cancel()
					time.Sleep(20 * time.Millisecond)
				}
				c.answer(tt.at, argument)
			}
			s := serve(t, instead)
			c := config(s)
			c.Write = true
			r, err := Run(ctx, c)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v", err)
			}
			if left := s.left(); left != nil {
				t.Errorf("left on the server: %q; the log ends in %q", left, tail(s.log()))
			}
			if r.Left != nil {
				t.Errorf("the report says that %q is left", r.Left)
			}
			if failed := withOutcome(r, Failed); failed != nil {
				t.Errorf("%q failed: that is not the server's fault", failed)
			}
			if log := s.log(); log[len(log)-1] != "QUIT" {
				t.Errorf("the last words are %q", tail(log))
			}
		})
	}
}

func tail(log []string) []string { return log[max(0, len(log)-8):] }

// TestCancelOfAHang ends a run that waits for a reply.
func TestCancelOfAHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(t, map[string]func(*client, string){"SYST": func(*client, string) { cancel() }})
		c := config(s)
		c.Limits.Reply = time.Minute
		begin := time.Now()
		r, err := Run(ctx, c)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		if failed := withOutcome(r, Failed); failed != nil {
			t.Errorf("%q failed: that is not the server's fault", failed)
		}
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("it took %v", d)
		}
	})
}

// TestLeft has a server that refuses RMD.
func TestLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, map[string]func(*client, string){"RMD": func(c *client, _ string) { c.say("550 no") }})
		c := config(s)
		c.Write, c.Sections = true, []string{"RFC 959 4.1.2"}
		r, err := Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Left) != 1 || !strings.HasPrefix(r.Left[0], "RMD /") || !strings.HasSuffix(r.Left[0], "-ftpreply") {
			t.Errorf("left is %q", r.Left)
		}
	})
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, map[string]func(*client, string){"SYST": func(*client, string) {}})
		c := config(s)
		c.Timeout, c.Limits.Reply = 200*time.Millisecond, time.Minute
		if _, err := Run(t.Context(), c); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the error is %v", err)
		}
	})
}

// TestFailureAfterAnotherCheck has a server whose APPE fails in a session with a STOU.
func TestFailureAfterAnotherCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stou := map[*client]bool{} // sessions come one after the other
		s := serve(t, map[string]func(*client, string){
			"STOU": func(c *client, argument string) { stou[c] = true; c.answer("STOU", argument) },
			"APPE": func(c *client, argument string) {
				if stou[c] {
					c.say("553 no")
					return
				}
				c.answer("APPE", argument)
			},
			"ALLO": says("333 what"),
		})
		c := config(s)
		c.Write, c.Sections = true, []string{"RFC 959 4.1.3"}
		r, err := Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, result := range r.Results {
			switch result.Check.Name {
			case "appe":
				want := "failed after other checks in the same session, but not in a new one: "
				if result.Outcome != Passed && result.Outcome != Refused || !strings.HasPrefix(result.Earlier, want) && result.Outcome == Passed {
					t.Errorf("appe: %v, %s, earlier %q", result.Outcome, result.Reason, result.Earlier)
				}
			case "allo":
				if result.Outcome != Failed || result.Earlier != "" {
					t.Errorf("allo: %v, %s, earlier %q", result.Outcome, result.Reason, result.Earlier)
				}
			}
		}
	})
}

// TestFailureOnce has a server that answers the first PWD with a wrong code.
func TestFailureOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := 0
		s := serve(t, map[string]func(*client, string){"SYST": func(c *client, argument string) {
			if seen++; seen == 1 {
				c.say("200 what")
				return
			}
			c.answer("SYST", argument)
		}})
		r, err := Run(t.Context(), config(s))
		if err != nil {
			t.Fatal(err)
		}
		for _, result := range r.Results {
			want := `failed after other checks in the same session, but not in a new one: "SYST": got 200 "what", not 215`
			if result.Check.Name == "syst" && (result.Outcome != Passed || result.Earlier != want) {
				t.Errorf("%v, %s, earlier %q", result.Outcome, result.Reason, result.Earlier)
			}
		}
	})
}

// TestFindingOnce has a server whose reply has an error in one session only.
func TestFindingOnce(t *testing.T) {
	for _, always := range []bool{false, true} {
		bubble(t, fmt.Sprint(always), func(t *testing.T) {
			seen := 0
			s := serve(t, map[string]func(*client, string){"ACCT": func(c *client, argument string) {
				if seen++; seen == 1 || always {
					c.say("502 no account " + argument)
					return
				}
				c.say("502 no accounts")
			}})
			c := config(s)
			found := 0
			c.Found = func(int, *control.Conn, *lint.Diagnostic) { found++ }
			c.Sections = []string{"RFC 959 4.1.1"}
			for check := range Checks() {
				if check.Name != "acct" {
					c.Skip = append(c.Skip, check.Name)
				}
			}
			r, err := Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			result := r.Results[2]
			want := NotSupported
			if always {
				want = Failed
			}
			if result.Check.Name != "acct" || result.Outcome != want || (result.Earlier == "") != always || len(result.Findings) != 1 || found != 1 {
				t.Errorf("%+v, %d findings", result, found)
			}
		})
	}
}

// TestNoReplyIsRepeatedQuickly limits the wait of a repetition.
func TestNoReplyIsRepeatedQuickly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, map[string]func(*client, string){"SYST": func(*client, string) {}})
		c := config(s)
		c.Sections, c.Limits.Reply = []string{"RFC 959 4.1.3"}, 10*time.Second
		r, err := Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if got := reasonOf(r, "syst"); got != `failed: "SYST": no final reply in time` {
			t.Error(got)
		}
		if r.Took > 15*time.Second {
			t.Errorf("it took %v", r.Took)
		}
	})
}

func TestSkip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, nil)
		c := config(s)
		c.Skip = []string{"syst"}
		r, err := Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if got := reasonOf(r, "syst"); got != "it was not played" || slices.Contains(s.log(), "SYST") {
			t.Error(got)
		}
	})
}
