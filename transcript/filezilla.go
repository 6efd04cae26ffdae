package transcript

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/ftpreply/ftpreply/fidelity"
)

// The client FileZilla writes to its log file the time, its process, the connection's
// number and a label that says whose the text is:
//
//	2026-11-22 10:45:44 3582 1 Status: Connection established, waiting for welcome message...
//	2026-11-22 10:45:44 3582 1 Response: 220 ready
//	2026-11-22 10:45:44 3582 1 Command: USER u
//
// The labels are in the user's language. So the first label before a reply code is the one
// for replies, and the first other before a verb is the one for commands. Notes may come
// within a reply.
var filezilla = Format{
	Name:       "filezilla",
	Producer:   "FileZilla client, log file, in any language",
	Recognised: "date, time, two numbers, a label and a colon",
	Loses:      "8-bit text that is not UTF-8, which is encoded anew; the zone of the times",
	Keeps:      fidelity.AllLines | fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	Clock:      AbsoluteClock,
	recognise:  linesWith(":", filezillaLine.Match),
	decode:     lines(func() lineLog { return &filezillaLog{shape: filezillaLine, sessions: map[string]*session{}} }),
}

// The window of FileZilla has the label and the text in columns, which are copied with a tab
// or with blanks between them, and perhaps with a time in front:
//
//	Status:	Connecting to 192.0.2.1:21...
//	Response:	220 ready
//	Command:	USER u
var filezillaWindow = Format{
	Name:       "filezilla-window",
	Producer:   "FileZilla client, message window, in any language",
	Recognised: "labels with a colon before replies, commands and notes, and a tab or blanks after them",
	Loses:      "8-bit text that is not UTF-8, which is encoded anew; the number of the connection",
	Keeps:      fidelity.AllLines | fidelity.LineStarts | fidelity.Texts | fidelity.BothSides,
	recognise:  recogniseFilezillaWindow,
	decode:     lines(func() lineLog { return &filezillaLog{shape: filezillaColumns, sessions: map[string]*session{}} }),
}

// The groups are the time, the process and the connection, the label, and the text.
var (
	filezillaLine    = regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\d+ \d+) ([^\d\s:][^:]{0,39}?)[ \x{a0}]?: (.*)$`)
	filezillaColumns = regexp.MustCompile(`^()()(\p{L}[\p{L}\p{M}'-]{0,30}?)[ \x{a0}]?:(?:$|([ \t].*)$)`)
)

// filezillaLabels are the labels for replies in some of its languages.
var filezillaLabels = regexp.MustCompile(`^(?:Response|Antwort|Réponse|Respuesta|Risposta|Resposta|Antwoord|Odpowiedź|Odpověď|Ответ|Svar|Vastaus|Yanıt|Válasz|Răspuns|Odgovor|Atbilde|响应|回應|응답|応答|レスポンス|Отговор|Απάντηση|Odpověd|Відповідь|Resposta|Vastus|Atsakymas|Phản hồi|Tanggapan|Απόκριση|Erantzuna|Svörun)$`)

// recogniseFilezillaWindow wants a label that FileZilla has, or columns with notes beside
// commands and replies. Other clients have labels too.
func recogniseFilezillaWindow(head []byte) int {
	counts, columns := map[string]int{}, 0
	var l filezillaLog
	for line := range linesOf(head) {
		if len(line) == 0 || (line[0]|0x20)-'a' >= 26 && line[0] < 0x80 || bytes.IndexByte(line[:min(len(line), 64)], ':') < 0 {
			continue
		}
		m := filezillaColumns.FindSubmatch(line)
		if m == nil {
			continue
		}
		label := string(m[3])
		text := bytes.TrimLeft(m[4], " \t")
		l.learn(label, text)
		counts[label]++
		if len(m[4])-len(text) > 1 || bytes.HasPrefix(m[4], []byte{'\t'}) {
			columns++
		}
	}
	own := counts[l.reply] + counts[l.command]
	if l.reply == "" || l.command == "Request" || recogniseFluent(head) > 0 || l.reply[0]-'a' < 26 || l.reply == strings.ToUpper(l.reply) && len(l.reply) == len([]rune(l.reply)) || !filezillaLabels.MatchString(l.reply) && (columns < own || len(counts) < 3) {
		return 0
	}
	return own
}

type filezillaLog struct {
	shape    *regexp.Regexp
	sessions map[string]*session
	reply    string // the label of replies
	command  string // and of commands
	padding  map[string]int
}

func (l *filezillaLog) line(line []byte, out *emitter) error {
	m := l.shape.FindSubmatch(line)
	if m == nil {
		return nil
	}
	out.readTime(m[1], "2006-01-02 15:04:05")
	s, label, text := known(l.sessions, string(m[2])), string(m[3]), m[4]
	s.habit.noQuit = true
	if l.shape == filezillaColumns {
		text = l.unpad(label, text)
	}
	l.learn(label, text)
	switch label {
	case l.reply:
		s.server(out, text)
	case l.command:
		s.client(out, text)
	default:
		s.endAt(out, filezillaBegin, text)
	}
	return nil
}

// filezillaBegin is a note that a connection is being made, in any language: it ends in an
// address and three full stops.
var filezillaBegin = regexp.MustCompile(`(?i)^(?:connecting to .*|.*[\w\]]:\d{1,5}(?:\.\.\.|…)|.*(?:\d{1,3}\.){3}\d{1,3} ?(?:\.\.\.|…))$`)

func (l *filezillaLog) learn(label string, text []byte) {
	switch {
	case l.reply == "" && beginsReply(text):
		l.reply = label
	case l.command == "" && label != l.reply && isCommand(text):
		l.command = label
	}
}

// unpad takes from a text the blanks of its column: those that are before the first code or
// the first verb after its label.
func (l *filezillaLog) unpad(label string, text []byte) []byte {
	rest := bytes.TrimLeft(text, " \t")
	width, ok := l.padding[label]
	if !ok {
		width = len(text) - len(rest)
		if beginsReply(rest) || isCommand(rest) {
			if l.padding == nil {
				l.padding = map[string]int{}
			}
			if len(l.padding) < maxShapes {
				l.padding[label] = width
			}
		}
	}
	return text[min(width, len(text)-len(rest)):]
}
