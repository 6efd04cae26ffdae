package payload

import (
	"bytes"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
)

const (
	factsSource      = "RFC 3659, section 7.2"
	factValuesSource = "RFC 3659, section 7.5"
)

// Facts is what a server knows about one file: a line of MLST, of MLSD, or of the
// reply to MFF. It views the reply or the line.
//
//	type=file;size=812;modify=20260102030405; a name with spaces
//
// Every fact may be missing. Names are compared without regard to case.
type Facts struct {
	Path       []byte // decoded as [Path.Name] in a reply; may be empty
	Tolerances Tolerance

	first entry
	more  bool           // further lines of the reply are entries
	reply ftpreply.Reply // none when it is a line of MLSD
}

// ParseFacts reads the 250 of an MLST, or the 213 of MFF, MFMT or MFCT. The entry
// is the interior line that begins with one SP; lines with another indent, with the code
// in front, blank lines and words around are tolerated as long as the facts can be told from them.
//
// A file that has several types has several lines, all of them with the same path; Facts
// has the facts of all. Lines about different files are [ErrSyntax].
//
// With [ErrUnsafePath] the Facts are returned all the same.
func ParseFacts(r ftpreply.Reply) (Facts, error) {
	other := Tolerance(0)
	if r.Code() != ftpreply.CodeFileStatus {
		var err error
		if other, err = checkCode(r, ftpreply.CodeRequestedFileActionOK, factsSource); err != nil {
			return Facts{}, err
		}
	}
	v := Facts{Tolerances: other, reply: r}
	best, i := bestShape(r), 0
	for l := range r.Lines() {
		e := readFactLine(r, l, i).asIn(best)
		v.Tolerances |= e.tolerances
		switch {
		case e.shape == justWords:
		case v.first.shape == justWords:
			v.first = e
		case !bytes.Equal(e.text[e.path:], v.first.text[v.first.path:]):
			return Facts{}, fault{ErrSyntax, e.path, len(e.text), factsSource}.in(r, i)
		default:
			v.more = true
			if _, ok := e.find("type"); !ok {
				v.Tolerances |= SplitEntry
			}
		}
		i++
	}
	e := v.first
	if e.shape == justWords {
		return Facts{}, fault{err: ErrMissing, source: factsSource}.in(r, 0)
	}
	path, f := decodePathname(e.text, e.path, len(e.text), factsSource)
	v.Path = path
	return v, f.in(r, e.line)
}

// ParseMLSD reads one line of what MLSD sends over the data connection, with its
// line end or without. The path is not decoded, since Telnet does not rule that
// connection. Offsets in its errors are those in the line.
//
// With [ErrUnsafePath] the Facts are returned all the same.
func ParseMLSD(line []byte) (Facts, error) {
	text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
	e := readBare(text)
	if e.shape == justWords {
		return Facts{}, fault{ErrMissing, 0, len(text), factsSource}.inText(text, 0)
	}
	v := Facts{Path: text[e.path:], Tolerances: e.tolerances, first: e}
	if i := bytes.IndexFunc(v.Path, isControlRune); i >= 0 {
		return v, fault{ErrUnsafePath, e.path + i, len(text), factsSource}.inText(text, 0)
	}
	return v, nil
}

// All iterates over the facts, name and value, views. A value may be empty.
func (v Facts) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for e := range v.entries() {
			for i := e.from; i < e.end; {
				var f fact
				if f, i = e.next(i); f.ok && !yield(f.name, f.value) {
					return
				}
			}
		}
	}
}

// Get gives the value of the first fact with that name: Get("unique"), Get("lang"),
// Get("media-type"), Get("charset"), Get("UNIX.mode"). It is a view.
func (v Facts) Get(name string) (value []byte, ok bool) {
	f, _, ok := v.find(name)
	return f.value, ok
}

// entries iterates over the entries.
func (v Facts) entries() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		if !yield(v.first) || !v.more {
			return
		}
		i := 0
		for l := range v.reply.Lines() {
			e := readFactLine(v.reply, l, i).asIn(v.first.shape)
			if i > v.first.line && e.shape != justWords && !yield(e) {
				return
			}
			i++
		}
	}
}

// find gives the first fact with that name and the entry that has it.
func (v Facts) find(name string) (f fact, in entry, ok bool) {
	if f, ok = v.first.find(name); ok || !v.more {
		return f, v.first, ok
	}
	for e := range v.entries() {
		if f, ok = e.find(name); ok {
			return f, e, true
		}
	}
	return fact{}, v.first, false
}

// fail makes an error of fl, which was found in the text of an entry.
func (v Facts) fail(fl fault, in entry) error {
	if len(v.reply.Raw()) == 0 {
		return fl.inText(in.text, 0)
	}
	return fl.in(v.reply, in.line)
}

// missing is the error of a fact that there is none of.
func (v Facts) missing() error {
	return v.fail(fault{err: ErrMissing, source: factValuesSource}, v.first)
}

// Size is the size of the file in octets (RFC 3659, section 7.5.7). The error is
// [ErrMissing] when the fact is.
func (v Facts) Size() (uint64, error) {
	f, in, ok := v.find("size")
	if !ok {
		return 0, v.missing()
	}
	n, end, fits := scanNumber(f.value, 0)
	switch to := f.at + len(f.value); {
	case end == 0 || end < len(f.value):
		return 0, v.fail(fault{ErrSyntax, f.at, to, factValuesSource}, in)
	case !fits:
		return 0, v.fail(fault{ErrRange, f.at, to, factValuesSource}, in)
	}
	return n, nil
}

// Modify is the time of the last modification (RFC 3659, section 7.5.3). The error is
// [ErrMissing] when the fact is. With [ErrYear2000] the time that was meant is returned all the same.
func (v Facts) Modify() (time.Time, error) { return v.time("modify") }

// Create is the time of creation (RFC 3659, section 7.5.4), otherwise as Modify.
func (v Facts) Create() (time.Time, error) { return v.time("create") }

func (v Facts) time(name string) (time.Time, error) {
	f, in, ok := v.find(name)
	if !ok {
		return time.Time{}, v.missing()
	}
	to := f.at + len(f.value)
	t, end, _, fl := scanTime(in.text[:to], f.at)
	fl.to = min(fl.to, to)
	if end < to && (fl.err == nil || fl.err == ErrYear2000) {
		t, fl = time.Time{}, fault{ErrSyntax, f.at, to, timeSource}
	}
	return t, v.fail(fl, in)
}

// FileType is the value of the type fact.
type FileType uint8

const (
	TypeAbsent    FileType = iota // the fact is missing
	TypeFile                      // file
	TypeDir                       // dir
	TypeCurrent                   // cdir: the directory that is listed
	TypeParent                    // pdir: the directory above, or one of them
	TypeOtherKind                 // anything else, such as OS.unix=slink:/target
)

var fileTypeNames = [...]string{"absent", "file", "dir", "cdir", "pdir", "other"}

// String gives the value of the fact, or "absent", or "other".
func (t FileType) String() string {
	if int(t) >= len(fileTypeNames) {
		return "FileType(" + strconv.Itoa(int(t)) + ")"
	}
	return fileTypeNames[t]
}

// Type is the first type of the file (RFC 3659, section 7.5.1).
func (v Facts) Type() FileType {
	value, ok := v.Get("type")
	if !ok {
		return TypeAbsent
	}
	for t := TypeFile; t < TypeOtherKind; t++ {
		if equalFold(value, t.String()) {
			return t
		}
	}
	return TypeOtherKind
}

// Permissions are the commands that the user may give for a file, by the server's
// own rules (RFC 3659, section 7.5.5).
type Permissions uint16

const (
	MayAppend   Permissions = 1 << iota // a: APPE to the file
	MayCreate                           // c: STOR in the directory
	MayDelete                           // d: DELE or RMD
	MayEnter                            // e: CWD
	MayRename                           // f: RNFR
	MayList                             // l: LIST, NLST, MLSD
	MayMakeDir                          // m: MKD in the directory
	MayPurge                            // p: deleting what is in the directory
	MayRetrieve                         // r: RETR
	MayStore                            // w: STOR over the file
)

const permissionLetters = "acdeflmprw"

// Has reports whether p has all the bits of x.
func (p Permissions) Has(x Permissions) bool { return p&x == x }

// String gives the letters.
func (p Permissions) String() string {
	var letters strings.Builder
	for i := range len(permissionLetters) {
		if p.Has(1 << i) {
			letters.WriteByte(permissionLetters[i])
		}
	}
	return letters.String()
}

// Permissions is the value of the perm fact; ok is false when it is missing. Letters that RFC
// 3659 does not have are passed over.
func (v Facts) Permissions() (p Permissions, ok bool) {
	value, ok := v.Get("perm")
	for _, c := range value {
		if i := strings.IndexByte(permissionLetters, lower(c)); i >= 0 {
			p |= 1 << i
		}
	}
	return p, ok
}

// Fact is a fact to write.
type Fact struct{ Name, Value string }

// AppendFacts appends the 250 reply to an MLST with one entry. It fails on what the
// grammar has no room for: a name that is empty or has more than letters, digits and the like,
// a value with a SP or a semicolon, a NUL or a LF in the path; and without facts on
// a path that is blank or looks like facts.
func AppendFacts(dst []byte, path string, facts ...Fact) ([]byte, error) {
	if err := checkEntry(path, facts); err != nil {
		return dst, err
	}
	reply, err := appendPathname(appendFactList(append(dst, "250-Listing\r\n "...), facts), path)
	if err != nil {
		return dst, err
	}
	return append(reply, "\r\n250 End\r\n"...), nil
}

// AppendMLSD appends one line for MLSD to send, its CR LF included. It fails as
// AppendFacts does, and on a CR in the path.
func AppendMLSD(dst []byte, path string, facts ...Fact) ([]byte, error) {
	if err := checkEntry(path, facts); err != nil {
		return dst, err
	}
	if strings.ContainsAny(path, "\x00\n\r") {
		return dst, appendError(ErrUnsafePath, path, factsSource)
	}
	return append(append(appendFactList(dst, facts), path...), "\r\n"...), nil
}

func appendFactList(dst []byte, facts []Fact) []byte {
	for _, f := range facts {
		dst = append(append(append(append(dst, f.Name...), '='), f.Value...), ';')
	}
	return append(dst, ' ')
}

// checkEntry is the error of an entry that cannot be written.
func checkEntry(path string, facts []Fact) error {
	for _, f := range facts {
		if !isFactName([]byte(f.Name)) || bytes.ContainsFunc([]byte(f.Value), isNotFactByte) {
			return appendError(ErrSyntax, f.Name+"="+f.Value, factsSource)
		}
	}
	if name := strings.TrimLeft(path, " \t"); len(facts) == 0 && (name == "" || factListLen([]byte(name)) > 0) {
		return appendError(ErrSyntax, path, factsSource)
	}
	return nil
}

// isNotFactByte reports whether c is no SCHAR. For a value nobody is that strict in reading.
func isNotFactByte(c rune) bool {
	return c <= ' ' || c > '~' || strings.ContainsRune(";*<>[]`{|}", c)
}

// isFactName reports whether b is one or more RCHAR.
func isFactName(b []byte) bool {
	return len(b) > 0 && !bytes.ContainsFunc(b, isNotFactByte) && bytes.IndexByte(b, '=') < 0
}

// An entry is a line in which facts were looked for: text[from:end] is the list of
// the facts, empty when there are none, and text[path:] is the path.
type entry struct {
	shape           entryShape
	line            int // in the reply
	text            []byte
	from, end, path int
	tolerances      Tolerance
}

// An entryShape is how much a line looks like an entry. Only the lines of the best
// shape in a reply are entries.
type entryShape uint8

const (
	justWords    entryShape = iota
	factsInWords            // facts in the first or the last line, where MFF has them
	pathAlone               // no facts, but the two SP that then stand before a path
	factsInPlace            // facts in an interior line
)

// bestShape is the best shape of all lines of a reply.
func bestShape(r ftpreply.Reply) (best entryShape) {
	i := 0
	for l := range r.Lines() {
		best = max(best, readFactLine(r, l, i).shape)
		i++
	}
	return best
}

// asIn is the entry as it counts in a reply whose best shape that is.
func (e entry) asIn(best entryShape) entry {
	switch e.shape {
	case best, justWords:
		return e
	case pathAlone:
		return entry{line: e.line, tolerances: TextBefore}
	default:
		return entry{line: e.line}
	}
}

// readFactLine reads line i of a reply.
func readFactLine(r ftpreply.Reply, l ftpreply.Line, i int) (e entry) {
	if i == 0 || isLast(r, l) {
		e = readOuter(l, r.Code())
	} else {
		e = readInterior(l)
	}
	e.line = i
	return e
}

// readInterior reads an interior line, which begins with one SP by the grammar. Without
// facts another SP stands before the path, and all further ones belong to it.
func readInterior(l ftpreply.Line) entry {
	text := l.Text()
	from := skipBlanks(text, 0)
	switch e := readList(text, from, factsInPlace); {
	case e.shape == factsInPlace:
		e.tolerances |= unindent(l).tolerances &^ TrailingSpace
		return e
	case from == len(text):
		return entry{tolerances: BlankLine}
	case text[0] == ' ' && len(l.Prefix()) > 0:
		return entry{shape: pathAlone, text: text, path: 1, tolerances: CodePrefix}
	case text[0] == ' ' && text[1] == ' ':
		return entry{shape: pathAlone, text: text, path: 2}
	default:
		return entry{tolerances: TextBefore}
	}
}

// readOuter reads a line with the code in front, where only the reply to MFF has facts.
func readOuter(l ftpreply.Line, c ftpreply.Code) entry {
	text := l.Text()
	e := readList(text, skipBlanks(text, 0), factsInWords)
	if e.shape != justWords && c != ftpreply.CodeFileStatus {
		e.tolerances |= CodePrefix
	}
	return e
}

// readBare reads a line of MLSD, which begins with the facts or with the SP before the path.
func readBare(text []byte) entry {
	from := skipBlanks(text, 0)
	e := readList(text, from, factsInPlace)
	switch {
	case e.shape == factsInPlace && from > 0:
		e.tolerances |= ExtraSpace
	case e.shape == justWords && 0 < from && from < len(text) && text[0] == ' ':
		e = entry{shape: pathAlone, text: text, path: 1}
	}
	return e
}

// readList reads the facts that begin at text[from], and the path behind them. The
// shape is that of the entry if there are facts.
func readList(text []byte, from int, shape entryShape) entry {
	end := from + factListLen(text[from:])
	if end == from {
		return entry{}
	}
	e := entry{shape: shape, text: text, from: from, end: end, path: min(end+1, len(text))}
	if text[end-1] != ';' || end == len(text) {
		e.tolerances |= MissingDelimiter
	}
	for i := e.from; i < e.end; {
		var f fact
		if f, i = e.next(i); !f.ok {
			e.tolerances |= MalformedFact
		}
	}
	return e
}

// factListLen is the length of the word that b begins with if it looks like facts: a
// name, an equals sign and a semicolon.
func factListLen(b []byte) int {
	n := bytes.IndexByte(b, ' ')
	if n < 0 {
		n = len(b)
	}
	fact, _, ok := bytes.Cut(b[:n], []byte{';'})
	name, _, ok2 := bytes.Cut(fact, []byte{'='})
	if !ok || !ok2 || !isFactName(name) {
		return 0
	}
	return n
}

// A fact is a name and a value, which begins at an index in the text of its entry.
type fact struct {
	name, value []byte
	at          int
	ok          bool // there is a name and an equals sign, and no control character
}

// next reads the fact that begins at text[i]; the other result is where the one behind it begins.
func (e entry) next(i int) (fact, int) {
	part, _, _ := bytes.Cut(e.text[i:e.end], []byte{';'})
	name, value, ok := bytes.Cut(part, []byte{'='})
	ok = ok && isFactName(name) && !bytes.ContainsFunc(value, isControlRune)
	return fact{name, value, i + len(name) + 1, ok}, i + len(part) + 1
}

// find gives the first fact with that name.
func (e entry) find(name string) (f fact, ok bool) {
	for i := e.from; i < e.end; {
		if f, i = e.next(i); f.ok && equalFold(f.name, name) {
			return f, true
		}
	}
	return fact{}, false
}
