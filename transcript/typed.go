package transcript

import (
	"bytes"
	"regexp"

	"github.com/ftpreply/ftpreply/fidelity"
)

// People paste a session that they have typed at an ftp or a telnet program: prompts with their
// input, replies, and messages of the program:
//
//	Connected to 192.0.2.1.
//	220 ready
//	Name (192.0.2.1:anna): anna
//	331 pw
//	Password:
//	230 in
//	Remote system type is UNIX.
//	ftp> ls
//	200 PORT command successful
//	150 Here comes the listing
//	226 Done
//
// The commands on the wire are not shown. Those that are certain are given, marked as typed:
// the name and the password. Others may be several commands on the wire (ls: PORT and LIST, or
// EPSV and NLST), so that a gap is given for them.
var typed = Format{
	Name:       "typed",
	Producer:   "a session at ftp, ftp.exe or telnet, as the terminal shows it",
	Recognised: "replies, and ftp> or the questions for name and password before what was typed",
	Loses:      "the commands as they were sent; which line is a reply, where a listing looks alike",
	Keeps:      fidelity.AllLines | fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	recognise:  recogniseTyped,
	decode:     lines(func() lineLog { return &typedLog{} }),
}

var (
	typedPrompt   = regexp.MustCompile(`^(?:ftp> ?)+(.*)$`)
	typedName     = regexp.MustCompile(`^(?:Name \([^()]*\)|User \([^()]*(?:\([^()]*\))?[^()]*\)): ?(.*)$`)
	typedPassword = regexp.MustCompile(`^Password: ?(.*)$`)
	typedBegin    = regexp.MustCompile(`^Connected to .*[\w)]\.?$|^Trying [\d.:a-f]+\.\.\.$`)
	typedNote     = regexp.MustCompile(`^(?:Remote system type is |Using binary mode to transfer|\d+ bytes (?:received|sent) in |local: .* remote: |ftp: \d+ bytes |Escape character is )`)
)

// recogniseTyped wants a prompt, a question or Telnet's note of its escape character, and replies.
// With the commands on the wire the log is that of another format.
func recogniseTyped(head []byte) int {
	if !bytes.Contains(head, []byte("ftp> ")) && !bytes.Contains(head, []byte("): ")) && !bytes.Contains(head, []byte("Escape character is ")) {
		return 0
	}
	own, n := 0, 0
	var replies replyLines
	for line := range linesOf(head) {
		if len(line) > 0 && line[0]-'0' <= 9 || replies.open {
			if replies.line(line) == firstLine {
				n++
			}
			continue
		}
		prompt := typedPrompt.FindSubmatch(line)
		switch {
		case bsdftpCommand.Match(line), wgetCommand.Match(line), prompt != nil && isCommand(prompt[1]):
			return 0 // the commands of the wire
		case prompt != nil, typedName.Match(line), bytes.HasPrefix(line, []byte("Escape character is ")):
			own, replies = own+1, replyLines{}
		case typedNote.Match(line), typedBegin.Match(line), typedPassword.Match(line):
			n++
		case replies.line(line) == firstLine:
			n++
		}
	}
	if own == 0 || n == 0 {
		return 0
	}
	return own + n
}

type typedLog struct {
	session session
	telnet  bool // the input is sent unchanged
	waits   bool // in Telnet: for a reply
}

func (l *typedLog) line(line []byte, out *emitter) error {
	line = bytes.TrimRight(line, "\r")
	if m := typedPrompt.FindSubmatch(line); m != nil {
		l.prompt(m[1], out)
		return nil
	}
	if m := typedName.FindSubmatch(line); m != nil {
		l.typed(out, "USER", m[1])
		return nil
	}
	if m := typedPassword.FindSubmatch(line); m != nil {
		l.typed(out, "PASS", m[1])
		return nil
	}
	opens := !l.session.replies.open
	switch {
	case l.session.bare(out, line):
		if opens {
			l.waits = line[0] == '1'
		}
	case typedBegin.Match(line):
		l.session.begin(out, line)
	case bytes.HasPrefix(line, []byte("Escape character is ")):
		l.telnet = true
	case l.telnet && !l.waits && (isCommand(line) || isSmallCommand(line)):
		l.session.say(out, Event{Side: Client, Typed: true}, line, "\r\n")
		l.waits = true
	}
	return nil
}

// typed gives a command whose argument was typed after a question. A password that is not shown
// is empty.
func (l *typedLog) typed(out *emitter, verb string, argument []byte) {
	text := append([]byte(verb+" "), argument...)
	l.session.say(out, Event{Side: Client, Typed: true}, text, "\r\n")
}

// prompt gives the commands that a line at the prompt is known to send, and a gap for others.
func (l *typedLog) prompt(line []byte, out *emitter) {
	word, argument, _ := bytes.Cut(bytes.TrimSpace(line), []byte{' '})
	verb := map[string]string{"pwd": "PWD", "cd": "CWD", "quit": "QUIT", "bye": "QUIT", "binary": "TYPE I", "bin": "TYPE I", "ascii": "TYPE A",
		"delete": "DELE", "mkdir": "MKD", "rmdir": "RMD", "user": "USER", "system": "SYST"}[string(word)]
	switch {
	case string(word) == "quote" || string(word) == "literal":
		l.session.say(out, Event{Side: Client, Typed: true}, argument, "\r\n")
	case verb != "" && (len(argument) > 0) == (verb == "CWD" || verb == "DELE" || verb == "MKD" || verb == "RMD" || verb == "USER"):
		if name, _, two := bytes.Cut(argument, []byte{' '}); verb == "USER" && two {
			argument = name // the second word is the password
		}
		l.session.say(out, Event{Side: Client, Typed: true}, joinCommand([]byte(verb), argument), "\r\n")
	case len(word) > 0 && l.session.conn > 0:
		out.add(Event{Kind: Gap, Conn: l.session.conn, Side: Client}, "")
		l.session.replies.open = false
	}
	if string(word) == "open" || string(word) == "ftp" {
		l.session.end(out)
	}
}
