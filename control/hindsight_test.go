package control

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/dialogue"
)

// script reads a session: one move a line, as String renders it. Commands that are joined by
// "|" came in one segment.
func script(text string) (session []*move) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		kind, rest := line[0], strings.TrimPrefix(line[1:], " ")
		if kind == 'S' {
			digits, text, _ := strings.Cut(rest, " ")
			code, err := strconv.Atoi(digits)
			if err != nil {
				panic(err)
			}
			session = append(session, &move{kind: kind, code: ftpreply.Code(code), line: text})
			continue
		}
		for i, command := range strings.Split(rest, "|") {
			session = append(session, &move{kind: kind, line: command, joined: i > 0})
		}
	}
	return session
}

const loggedIn = `
	S 220 ready
	C USER a
	S 331 password
	C PASS b
	S 230 in
`

// outcome renders what is decided about the replies after the login: the command, and the
// reason if there is one; then the commands that are missed or wait at the end.
func outcome(session []*move, skip int) (got []string) {
	all, pending, _ := play(session)
	for i := range all[skip:] {
		j := &all[skip+i]
		if j.kind == 'S' {
			line := fmt.Sprintf("%d", j.code)
			switch {
			case j.command != nil:
				line += " " + strings.Fields(j.command.line)[0]
			case j.Command == 0:
				line += " greeting"
			default:
				line += " -"
			}
			if j.Reason != dialogue.None {
				line += " " + j.Reason.String()
			}
			if j.Closes {
				line += " closes"
			}
			got = append(got, line)
		}
		for _, m := range j.missed {
			got = append(got, "missing "+m.line)
		}
	}
	for _, m := range pending {
		got = append(got, "waits "+m.line)
	}
	return got
}

// A server that does not answer what is not of letters alone, and a client that finds out
// by a SYST in the same segment.
const (
	mute = "C  NOOP|SYST\nS 215 UNIX Type: L8\nC N\x00OOP|SYST\nS 215 UNIX Type: L8\nC \x1b[31mNOOP|SYST\nS 215 UNIX Type: L8\n" +
		"C SSH-2.0-x|SYST\nS 215 UNIX Type: L8\nC N0OP|SYST\nS 215 UNIX Type: L8\nC NOOP\nS 200 Zzz...\nC QUIT\nS 221 bye"
	unanswered = "215 SYST,missing  NOOP,215 SYST,missing N\x00OOP,215 SYST,missing \x1b[31mNOOP,215 SYST,missing SSH-2.0-x," +
		"215 SYST,missing N0OP,200 NOOP,221 QUIT closes"
)

func TestHindsight(t *testing.T) {
	tests := []struct {
		name  string
		login bool
		text  string
		want  string
	}{
		{"one wrong code, which the command before gets", true, "C CWD x\nS 250 ok\nC MKD d\nS 250 made\nC PWD\nS 257 \"/x\"\nC QUIT\nS 221 bye",
			"250 CWD,250 MKD code-in-the-wild,257 PWD,221 QUIT closes"},
		{"a wrong code at the end of the recording", true, "C CWD x\nS 250 ok\nC MKD d\nS 250 made",
			"250 CWD,250 MKD code-in-the-wild"},
		{"SYST gets the 200 of TYPE", true, "C TYPE I\nS 200 ok\nC SYST\nS 200 VMS\nC PWD\nS 257 \"/\"\nC QUIT\nS 221 bye",
			"200 TYPE,200 SYST code-in-the-wild,257 PWD,221 QUIT closes"},
		{"one reply too many", true, "C CWD x\nS 250 ok\nS 250 ok again\nC PWD\nS 257 \"/x\"\nC QUIT\nS 221 bye",
			"250 CWD,250 CWD extra-final-reply,257 PWD,221 QUIT closes"},
		{"the surplus reply after the next command", true, "C CWD a\nS 200 ok\nC PASV\nS 250 changed\nS 227 (1,2,3,4,5,6)\nC QUIT\nS 221 bye",
			"200 CWD code-in-the-wild,250 CWD extra-final-reply,227 PASV,221 QUIT closes"},
		{"one off for the rest of the recording", true, "C RETR a\nS 150 go\nS 226 done\nC PWD\nS 226 complete\nC TYPE I\nS 257 \"/\"\nC SIZE a\nS 200 ok\nC NOOP\nS 213 5",
			"150 RETR,226 RETR,226 RETR extra-final-reply,257 PWD,200 TYPE,213 SIZE,waits NOOP"},
		{"a lost reply whose code the next command gets too", true, "C CWD x\nC DELE y\nS 250 done\nC PASV\nS 227 (1,2,3,4,5,6)\nC QUIT\nS 221 bye",
			"250 DELE,missing CWD x,227 PASV,221 QUIT closes"},
		{"three lost replies", true, "C FOO\nC BAR\nC BAZ\nC PWD\nS 257 \"/\"\nC TYPE I\nS 200 ok\nC QUIT\nS 221 bye",
			"257 PWD,missing FOO,missing BAR,missing BAZ,200 TYPE,221 QUIT closes"},
		{"a transfer without its end", true, "C RETR a\nS 150 go\nC PASV\nS 227 (1,2,3,4,5,6)\nC RETR b\nS 150 go\nS 226 done\nC QUIT\nS 221 bye",
			"150 RETR,227 PASV,150 RETR,missing RETR a,226 RETR,221 QUIT closes"},
		{"a reply that comes late", true, "C PASS x\nC NOOP\nS 530 no\nS 200 ok\nC QUIT\nS 221 bye",
			"530 PASS,200 NOOP,221 QUIT closes"},
		{"another order, and the texts name the commands", true, "C TYPE I|HELP|NOOP|PWD\nS 502 'help' not implemented\nS 200 \nS 502 'noop' not implemented\nS 257 \"/\"\nC QUIT\nS 221 bye",
			"502 HELP,200 TYPE out-of-order-reply,502 NOOP code-in-the-wild,257 PWD,221 QUIT closes"},
		{"421 refuses one command", true, "C PORT 1,2,3,4,5,6\nS 421 PORT command is disabled\nC PASV\nS 227 (1,2,3,4,5,6)\nC LIST\nS 150 go\nS 226 done\nC QUIT\nS 221 bye",
			"421 PORT reply-after-close,227 PASV,150 LIST,226 LIST,221 QUIT closes"},
		{"421 closes", true, "C RETR a\nS 150 go\nS 421 timeout", "150 RETR,421 RETR closes"},
		{"421 unasked", true, "C NOOP\nS 200 ok\nS 421 timeout", "200 NOOP,421 - unsolicited-reply closes"},
		{"a reply after 421", true, "C NOOP\nS 200 ok\nS 421 timeout\nS 226 done", "200 NOOP,421 - unsolicited-reply closes,226 - reply-after-close"},
		{"only 221 and 421 close", true, "C RETR a\nS 150 go\nC QUIT\nS 226 done\nS 221 bye",
			"150 RETR,226 RETR,221 QUIT closes"},
		{"QUIT is answered during a transfer", true, "C RETR a\nS 150 go\nC QUIT\nS 221 bye\nS 226 done",
			"150 RETR,221 QUIT closes,226 RETR out-of-order-reply"},
		{"NOOP is answered during a transfer", true, "C STOR a\nS 150 go\nC NOOP\nS 200 ok\nS 226 done\nC QUIT\nS 221 bye",
			"150 STOR,200 NOOP,226 STOR out-of-order-reply,221 QUIT closes"},
		{"STAT may be answered during a transfer", true, "C RETR a\nS 150 go\nC STAT\nS 213 at 5\nS 226 done\nC QUIT\nS 221 bye",
			"150 RETR,213 STAT,226 RETR,221 QUIT closes"},
		{"ABOR", true, "C RETR a\nS 150 go\nC ABOR\nS 426 aborted\nS 226 ok\nC QUIT\nS 221 bye",
			"150 RETR,426 RETR,226 ABOR,221 QUIT closes"},
		{"Pure-FTPd's parting message answers QUIT", true, "C PASV\nS 227 (1,2,3,4,5,6)\nC QUIT\nS 227 Logout.",
			"227 PASV,227 QUIT code-in-the-wild closes"},
		{"Pure-FTPd's parting message, unasked", true, "C PASV\nS 227 (1,2,3,4,5,6)\nH\nS 227 Logout.",
			"227 PASV,227 - unsolicited-reply closes"},
		{"a second parting message", true, "C PASV\nS 227 (1,2,3,4,5,6)\nH\nS 227 Logout.\nS 553 Logout.",
			"227 PASV,227 - unsolicited-reply closes,553 - unsolicited-reply closes"},
		{"GridFTP's markers", true, "C STOR a\nS 150 go\nS 111 Range Marker\nS 112 Perf\nS 112 Perf\nS 226 done",
			"150 STOR,111 STOR,112 STOR,112 STOR,226 STOR"},
		{"a line in the place of a reply", true, "C SYST\n?\nC PWD\nS 257 \"/\"\nC QUIT\nS 221 bye",
			"257 PWD,221 QUIT closes"},
		{"a line before a reply", true, "C SYST\n?\nS 215 UNIX\nC QUIT\nS 221 bye",
			"215 SYST,221 QUIT closes"},

		{"the code and text of the reply before, and a flush", true,
			"C AVBL\nS 202 not implemented\nF\nC AVBL x\nS 202 not implemented\nF\nC QUIT\nS 221 bye",
			"202 AVBL code-not-listed,202 AVBL code-not-listed,221 QUIT closes"},
		{"a code that is not listed, twice, and a flush", true,
			"C MDTM x\nS 226 no\nF\nC MDTM y\nS 226 no\nF\nC QUIT\nS 221 bye",
			"226 MDTM code-not-listed,226 MDTM code-not-listed,221 QUIT closes"},
		{"lines without a reply, each with a SYST", true, mute, unanswered},
		{"lines without a reply, each with a SYST, and a flush", true, strings.ReplaceAll(mute, "L8\n", "L8\nF\n"), unanswered},
		{"one line without a reply, and a flush", true, "C N\x00OOP|SYST\nS 215 UNIX\nF\nC NOOP\nS 200 Zzz...\nF\nC QUIT\nS 221 bye",
			"215 SYST,missing N\x00OOP,200 NOOP,221 QUIT closes"},
		{"a second preliminary reply while QUIT waits", true, "C RETR a\nS 150 go\nC QUIT\nS 150 0.3 seconds\nS 221 bye",
			"150 RETR,150 RETR second-preliminary,221 QUIT closes,waits RETR a"},
		{"two final replies to a transfer and none to QUIT", true,
			"C STOR a\nS 150 go\nC QUIT\nS 426 Transfer aborted\nS 451 Transfer aborted\nF\nC NOOP\nS 200 Zzz...\nC QUIT\nS 221 bye",
			"150 STOR,426 STOR,451 STOR extra-final-reply,200 NOOP,missing QUIT,221 QUIT closes"},
		{"an unknown command after a transfer has failed", true,
			"C RETR a\nS 150 go\nC ABOR\nS 426 Transfer aborted\nC QUIT\nS 500 'ABOR QUIT' not understood",
			"150 RETR,426 RETR,500 ABOR,waits QUIT"},
		{"NOOP is answered during a transfer, and a flush", true,
			"C STOR a\nS 150 go\nC NOOP\nS 200 I successfully did nothing'.\nF\nS 226 done\nF\nC QUIT\nS 221 bye",
			"150 STOR,200 NOOP,226 STOR out-of-order-reply,221 QUIT closes"},

		{"an excerpt that begins with a command", false, "C CWD project\nS 200 ok\nC CWD media\nS 250 ok\nS 250 ok\nC PASV\nS 227 (1,2,3,4,5,6)",
			"200 CWD code-in-the-wild,250 CWD,250 CWD extra-final-reply,227 PASV"},
		{"a command before the greeting", false, "C USER a\nS 220 ready\nS 331 password\nC PASS b\nS 230 in",
			"220 greeting,331 USER,230 PASS"},
		{"a command before both replies of the greeting", false, "C USER a\nS 120 soon\nS 220 ready\nS 331 password",
			"120 greeting,220 greeting,331 USER"},
		{"an excerpt that begins with HOST", false, "C HOST a\nS 220 ok\nC USER a\nS 331 password",
			"220 HOST,331 USER"},
		{"an excerpt that begins with a reply", false, "S 250 changed\nC NOOP\nS 200 ok\nC PWD\nS 200 odd\nC NOOP\nS 200 ok",
			"250 -,200 NOOP,200 PWD code-not-listed,200 NOOP"},
		{"an excerpt that begins with what may be an odd greeting", false, "S 200 ok\nC PASV\nS 227 (1,2,3,4,5,6)\nC LIST\nS 150 go\nS 226 done",
			"200 -,227 PASV,150 LIST,226 LIST"},
		{"an odd greeting", false, "S 200 hello\nC USER a\nS 331 password\nC PASS b\nS 230 in",
			"200 greeting code-in-the-wild,331 USER,230 PASS"},
		{"an odd greeting alone", false, "S 200 hello", "200 greeting code-in-the-wild"},
		{"only replies", false, "S 220 ready\nS 331 password\nS 230 in\nS 221 bye",
			"220 greeting,331 -,230 -,221 - closes"},
		{"two greetings", false, "S 220 ready\nS 220 ready\nC USER a\nS 331 password",
			"220 greeting,220 greeting extra-final-reply,331 USER"},
		{"a gap that swallowed a QUIT", true, "C RETR a\nS 150 go\nG\nC QUIT\nS 226 done\nS 221 bye",
			"150 RETR,226 RETR,221 QUIT closes"},
		{"a gap that swallowed commands", true, "C NOOP\nG\nS 200 ok\nS 257 \"/\"\nS 215 UNIX\nC TYPE I\nS 200 ok\nC PWD\nS 200 odd\nC QUIT\nS 221 bye",
			"200 NOOP,257 -,215 -,200 TYPE,200 PWD code-not-listed,221 QUIT closes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, skip := tt.text, 0
			if tt.login {
				text, skip = loggedIn+text, len(script(loggedIn))
			}
			want := strings.Split(tt.want, ",")
			if diff := cmp.Diff(want, outcome(script(text), skip)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// In lock step, and with a flush after each reply, a final reply belongs to the only command
// that waits, whatever its code, even if it repeats the reply before.
func TestLockStep(t *testing.T) {
	verbs := []string{"NOOP", "CWD x", "QUIT", "ABOR", "FOO", "REST 5", "USER a", "PASS b", "RNFR a", "MKD a", "AVBL", "PASV", "RETR a", "STAT"}
	codes := []ftpreply.Code{200, 202, 211, 215, 220, 226, 227, 230, 250, 257, 331, 350, 426, 450, 451, 500, 502, 550}
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		session := script(loggedIn)
		for range 20 {
			verb, code := verbs[r.IntN(len(verbs))], codes[r.IntN(len(codes))]
			session = append(session, script(fmt.Sprintf("C %s\nS %d the same\nF", verb, code))...)
		}
		all, _, _ := play(session)
		for i := range all {
			if j := &all[i]; j.kind == 'S' && i > 0 && j.command != all[i-1].move {
				t.Fatalf("%v after %v is given to %v as %v", j.move, all[i-1].move, j.command, j.Reason)
			}
		}
	}
}

// A client that waits for each reply, and gets codes that are known, is never held up, and
// costs no allocation.
func TestDecidesAtOnce(t *testing.T) {
	retr, pasv, noop := dialogue.Lookup("RETR", ""), dialogue.Lookup("PASV", ""), dialogue.Lookup("NOOP", "")
	var p hindsight
	next := func() {
		if !p.Next() || p.Held() != 0 {
			t.Fatalf("%d events are held", p.Held())
		}
	}
	text := []byte("some text that is long enough to be worth a look")
	p.Reply(220, text)
	next()
	allocs := testing.AllocsPerRun(100, func() {
		for _, x := range []struct {
			of    dialogue.Command
			codes []ftpreply.Code
		}{{pasv, []ftpreply.Code{227}}, {retr, []ftpreply.Code{150, 226}}, {noop, []ftpreply.Code{200}}, {retr, []ftpreply.Code{550}}} {
			p.Command(x.of, soon)
			next()
			for _, code := range x.codes {
				p.Reply(code, text)
				next()
			}
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	if p.Owed() != 0 || !p.Aligned() {
		t.Errorf("owed %d, aligned %v", p.Owed(), p.Aligned())
	}
}

// The work for each event is bounded, and so is the memory, however the two sides behave.
func TestBounded(t *testing.T) {
	verbs := []string{"NOOP", "RETR", "STOR", "CWD", "QUIT", "ABOR", "FOO", "REST", "USER"}
	codes := []ftpreply.Code{200, 150, 226, 250, 421, 221, 500, 350, 331, 999, 257}
	shapes := map[string]func(n int) (command bool){
		"only commands":    func(int) bool { return true },
		"only replies":     func(int) bool { return false },
		"in turn":          func(n int) bool { return n%2 == 0 },
		"three to one":     func(n int) bool { return n%4 != 0 },
		"one to three":     func(n int) bool { return n%4 == 0 },
		"waves of hundred": func(n int) bool { return n/100%2 == 0 },
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			p := hindsight{line: func(int64) []byte { return []byte("NOOP something") }}
			const events = 20000
			for n := range events {
				h := int(uint32(n) * 2654435761 >> 7)
				if shape(n) {
					p.Command(dialogue.Lookup(verbs[h%len(verbs)], ""), pace(h%3))
				} else {
					p.Reply(codes[h%len(codes)], []byte("500 'noop' is something"))
				}
				for p.Next() {
				}
				if p.Held() > maxUndecidedEvents || len(p.live) > maxLive || len(p.spare) > 4*maxLive {
					t.Fatalf("held %d, live %d, spare %d", p.Held(), len(p.live), len(p.spare))
				}
				for _, x := range p.live {
					if len(x.waiting) > maxWait || len(x.steps) > 4*maxUndecidedEvents {
						t.Fatalf("waiting %d, steps %d", len(x.waiting), len(x.steps))
					}
				}
			}
			if most := maxLive * (maxReach*6 + 8*maxLive); p.steps > events*most {
				t.Errorf("%d steps for %d events", p.steps, events)
			}
		})
	}
}

var wellFormed = regexp.MustCompile(`^(S [0-9]{3}( .*)?|C [^ |].*|[?GH])\s*$`)

// FuzzHindsight checks what holds for any sequence of events: each is returned once and in
// order, no reply answers a later command, and no command gets two final replies, unless the
// second is called an extra one.
func FuzzHindsight(f *testing.F) {
	for _, seed := range []string{"S 220\nC NOOP\nS 200", "C USER a|PASS b\nS 331 x\nS 230 y\nG\nS 421 z\nC QUIT\nS 221", "S 120\n?\nS 220\nH\nS 221 x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var session []*move
		for line := range strings.Lines(text) {
			if wellFormed.MatchString(line) {
				session = append(session, script(line)...)
			}
		}
		all, pending, _ := play(session)
		if len(all) != len(session) {
			t.Fatalf("%d of %d events", len(all), len(session))
		}
		final := map[*move]bool{}
		place := map[*move]int{}
		for i, m := range session {
			place[m] = i
		}
		for i := range all {
			j := &all[i]
			if j.kind != 'S' || j.command == nil {
				continue
			}
			if place[j.command] > i {
				t.Fatalf("%v answers %v, which comes later", j, j.command)
			}
			if j.Reason != dialogue.ExtraFinal && j.Final {
				if final[j.command] && j.Reason != dialogue.AfterClose {
					t.Fatalf("%v is another final reply to %v", j, j.command)
				}
				final[j.command] = true
			}
		}
		for _, m := range pending {
			if m != nil && final[m] {
				t.Fatalf("%v has its reply and waits", m)
			}
		}
	})
}
