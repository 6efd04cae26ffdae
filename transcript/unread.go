package transcript

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/ftpreply/ftpreply/fidelity"
)

// ErrFormat is matched by all errors about a recording of no known format, of several, or of
// one in which no reply is found.
var ErrFormat = errors.New("format not recognised")

// A FormatError says why a recording could not be read, and what to do. It matches
// [ErrFormat]. It never contains bytes of the recording, which may be secrets.
type FormatError struct {
	Name    string   // of the format that was asked for or recognised; "" if none was
	Known   bool     // there is a format of that name
	Several []string // the formats that fit equally well

	OnlyCommands bool // commands have been read, and no reply

	Empty  bool // there is nothing but blanks
	Binary bool // it is no text

	// What the first lines look like. A line that looks like both is counted twice.
	Lines    int
	Replies  Lookalikes
	Commands Lookalikes

	Nearest string // the format that comes closest, "" if none does

	// Program wrote the log, and does so without replies unless it is told otherwise by Switch.
	Program, Switch string

	Err error // a further reason, or nil
}

// Lookalikes are lines that look like replies, or like commands.
type Lookalikes struct {
	Count  int // among the first lines
	First  int // the number of the first of them, from 1; 0 if it is missing
	Column int // where its text begins, in bytes from 1
}

func (l *Lookalikes) add(line, column int) {
	l.Count++
	if l.First == 0 {
		l.First, l.Column = line, column
	}
}

// Unwrap returns ErrFormat and the further reason.
func (e *FormatError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrFormat}
	}
	return []error{ErrFormat, e.Err}
}

// Error describes what was found, and which switch makes the program log replies.
func (e *FormatError) Error() string {
	var b strings.Builder
	switch {
	case e.Name != "" && !e.Known:
		fmt.Fprintf(&b, "there is no format %q", e.Name)
		return b.String()
	case e.OnlyCommands:
		fmt.Fprintf(&b, "%s: no reply found, only commands", e.Name)
	case e.Name != "":
		fmt.Fprintf(&b, "%s: nothing read", e.Name)
	default:
		b.WriteString(ErrFormat.Error())
	}
	switch {
	case e.Empty:
		b.WriteString(": the input is empty")
		return b.String()
	case len(e.Several) > 0:
		fmt.Fprintf(&b, ": it may be %s", strings.Join(e.Several, " or "))
	case e.Err != nil:
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Binary {
		b.WriteString(": the input is not text")
		return b.String()
	}
	fmt.Fprintf(&b, ": %s examined, %s, %s", plural(e.Lines, "line"), e.Replies.describe("a reply", "replies"), e.Commands.describe("a command", "commands"))
	if e.Program != "" {
		fmt.Fprintf(&b, "; it looks like the log of %s, which has replies with %s", e.Program, e.Switch)
	} else if e.Nearest != "" {
		fmt.Fprintf(&b, "; the closest format is %s", e.Nearest)
		if f, _ := named(e.Nearest); f != nil {
			fmt.Fprintf(&b, ", whose logs are recognised by this: %s", f.Recognised)
		}
	}
	return b.String()
}

func (l *Lookalikes) describe(one, several string) string {
	switch l.Count {
	case 0:
		return "none looks like " + one
	case 1:
		return fmt.Sprintf("1 looks like %s (line %d, column %d)", one, l.First, l.Column)
	default:
		return fmt.Sprintf("%d look like %s (the first is line %d, column %d)", l.Count, several, l.First, l.Column)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// explain fills in what the head of a recording looks like.
func (e *FormatError) explain(h *head) *FormatError {
	e.Binary = h.binary || isBinary(h.colour)
	e.Empty = len(bytes.TrimSpace(h.colour)) == 0
	if e.Binary || e.Empty {
		return e
	}
	var s leadScanner
	text := firstLines(h.bare)
	for line := range linesOf(text) {
		e.Lines++
		s.scan(line)
		seen := [2]bool{}
		for _, a := range s.anchors {
			if seen[a.side] {
				continue
			}
			seen[a.side] = true
			if a.side == Server {
				e.Replies.add(e.Lines, a.n+1)
			} else {
				e.Commands.add(e.Lines, a.n+1)
			}
		}
	}
	if p := silentProgram(text); p != nil {
		e.Program, e.Switch = p.program, p.with
	}
	e.Nearest = nearest(h, e.Name, e.Replies.Count > 0)
	return e
}

// isBinary reports whether more than a tenth of a text are control characters that logs do not
// have.
func isBinary(text []byte) bool {
	n := 0
	for _, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0x1b {
			n++
		}
	}
	return 10*n > len(text)
}

// nearest returns the format other than name that reads most of a head. If some lines look like
// replies, those formats count that read replies although they do not recognise the lines.
func nearest(h *head, name string, replies bool) (nearest string) {
	h = newHead(linesUpTo(h.colour, 50))
	if f, _, _ := recognised(h, formats); f != nil && f.Name != name {
		return f.Name
	}
	if !replies {
		return ""
	}
	most := 1
	for _, f := range formats {
		if f.Name == name || f.wire || f == &generic {
			continue
		}
		c := candidate{format: f, head: h}
		_, next := c.decodeHead()
		replies, events := 0, 0
		var e Event
		for next(&e) == nil && events < 4*maxTokens {
			events++
			if e.Kind == Data && e.Side == Server && beginsReply(bytes.TrimRight(e.Bytes, "\r\n")) {
				replies++
			}
		}
		if replies > most {
			nearest, most = f.Name, replies
		}
	}
	return nearest
}

// A silent is a program that logs no replies unless it is told to.
type silent struct {
	program string
	with    string // what makes it log them
	line    *regexp.Regexp
}

var silents = []silent{
	{"vsftpd without protocol logging", "log_ftp_protocol=YES in vsftpd.conf",
		regexp.MustCompile(`(?:\[pid \d+\]|vsftpd(?:\[\d+\])?:) (?:\[[^\]]*\] )?(?:CONNECT|(?:OK|FAIL) (?:LOGIN|DOWNLOAD|UPLOAD|MKDIR|DELETE|RENAME|RMDIR|CHMOD|APPEND)): Client "`)},
	{"a server's transfers (xferlog)", "log_ftp_protocol=YES (vsftpd), Trace response:1 command:7 (ProFTPD) or -d -d (Pure-FTPd)",
		regexp.MustCompile(`^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} \d+ \S+ \d+ .+ [ab] \S+ [oid] [agr] `)},
	{"Pure-FTPd with less than two -d", "-d given twice",
		regexp.MustCompile(`^.*pure-ftpd(?:\[\d+\])?: \(.*@[^()]*\) \[(?:INFO|NOTICE|WARNING|ERROR|DEBUG)\] |^\(.*@[^()]*\) \[(?:INFO|NOTICE|WARNING|DEBUG)\] `)},
	{"wget without -d", "-d, or -S for the replies alone",
		regexp.MustCompile(`^--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--  ftps?://|^(?:==> )?==> (?:SYST|PWD|TYPE \w|CWD|PASV|EPSV|SIZE|RETR|LIST)\b.*\.\.\.`)},
	{"ProFTPD's system log", "TraceLog and Trace response:1 command:7, or ExtendedLog with a LogFormat",
		regexp.MustCompile(`proftpd\[\d+\]:? .*(?:FTP session (?:opened|closed)|Login (?:successful|failed)|no such user)|ProFTPD .* standalone mode`)},
	{"pyftpdlib above the level DEBUG", "the logging level DEBUG",
		regexp.MustCompile(`\S+:\d+-\[.*?\] (?:FTP session (?:opened|closed)|USER '.*' (?:logged in|failed login)|(?:RETR|STOR|STOU|APPE) \S.* completed=)`)},
	{"SFTPGo without the debug log of FTP", `"debug": true in the bindings of ftpd, and the log level debug`,
		regexp.MustCompile(`"sender":"(?:Upload|Download|Rename|Mkdir|Rmdir|Remove|login|ftpd|FTP)".*"(?:protocol|connection_id)":"FTP`)},
	{"curl without -v", "-v, or --trace-ascii FILE", regexp.MustCompile(`^ *% Total +% Received % Xferd`)},
	{"lftp without debug", "debug 9 in lftp, or -d on its command line", regexp.MustCompile(`^lftp (?::~|\S+@\S+:\S*)> |^cd: received redirection to|^\d+ bytes transferred`)},
	{"rclone without --dump", "-vv --dump bodies", regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:DEBUG|INFO|NOTICE|ERROR) *: (?:ftp://|rclone: Version|.*FTP)`)},
	{"aria2 above the level debug", "--log-level=debug, or --console-log-level=debug",
		regexp.MustCompile(`^(?:\S+ \S+|\d\d/\d\d \d\d:\d\d:\d\d) \[(?:NOTICE|WARN|ERROR|INFO)\] (?:Download complete|CUID#|Downloading \d+ item)`)},
	{"commands and times (IIS) without status", "sc-status among the fields of the W3C log", regexp.MustCompile(`^#Software: Microsoft Internet Information Services|^#Software: Microsoft FTP`)},
}

// silentProgram is the one that has the most lines of a text, or nil.
func silentProgram(text []byte) (best *silent) {
	text = linesUpTo(text, 50)
	most := 0
	for i := range silents {
		s := &silents[i]
		if n := linesLike(s.line.Match)(text); n > most {
			best, most = s, n
		}
	}
	return best
}

// A watcher notes whether a recording has been read, and says what is in one that has not.
type watcher struct {
	next    func(*Event) error
	in      *input
	format  *Format
	head    *head // nil as soon as there was a reply
	replies bool
	client  bool
	err     error // permanent
}

// Next reads the next event. In place of io.EOF it returns a *FormatError if no reply has come.
func (w *watcher) Next(e *Event) error {
	if w.err != nil {
		return w.err
	}
	err := w.next(e)
	if err == nil {
		if !w.replies && e.Kind == Data {
			w.client = w.client || e.Side == Client
			if w.replies = e.Side == Server; w.replies {
				w.head = nil
			}
		}
		return nil
	}
	if err == io.EOF && !w.replies {
		err = w.unread()
	}
	w.err = err
	return err
}

func (w *watcher) unread() error {
	if w.head == nil || w.client && w.format.Keeps.Has(fidelity.Wire) {
		if w.client {
			return io.EOF
		}
		return &FormatError{Name: w.format.Name, Known: true, Empty: true}
	}
	e := &FormatError{Name: w.format.Name, Known: true, OnlyCommands: w.client}
	return e.explain(w.head)
}
