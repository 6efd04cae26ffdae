package payload

import (
	"bytes"
	"iter"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
)

const factsSource = "RFC 3659, section 7.2"

// Facts is the knowledge of a server about one file: a line of MLST, of MLSD, or of the
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
	reply ftpreply.Reply // the zero Reply for a line of MLSD
}

// ParseFacts reads the 250 of an MLST, or the 213 of MFF, MFMT or MFCT. The entry is the
// interior line that begins with one SP. Lines with another indent or with the code at their
// start, blank lines, and words before and after the entry are tolerated if the facts can be
// recognised.
//
// A file that has several types has several lines, all of them with the same path; Facts has
// the facts of all. The error for lines about different files is [ErrSyntax].
//
// With [ErrUnsafePath] the Facts are returned as well.
func ParseFacts(r ftpreply.Reply) (Facts, error) {
	other := Tolerance(0)
	if r.Code() != ftpreply.CodeFileStatus {
		var err error
		if other, err = checkCode(r, ftpreply.CodeRequestedFileActionOK, factsSource); err != nil {
			return Facts{}, err
		}
	}
	best, i := noEntry, 0
	for l := range r.Lines() {
		best = max(best, readFactLine(r, l, i).shape)
		i++
	}
	v := Facts{Tolerances: other, reply: r}
	i = 0
	for l := range r.Lines() {
		e := readFactLine(r, l, i).asIn(best)
		v.Tolerances |= e.tolerances
		switch {
		case e.shape == noEntry:
		case v.first.shape == noEntry:
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
	if e.shape == noEntry {
		return Facts{}, fault{err: ErrMissing, source: factsSource}.in(r, 0)
	}
	if e.ambiguous {
		return Facts{}, fault{ErrAmbiguous, e.path, len(e.text), factsSource}.in(r, e.line)
	}
	path, tab, f := decodePathname(e.text, e.path, len(e.text), factsSource)
	v.Path = path
	v.Tolerances |= tab
	return v, f.in(r, e.line)
}

// Place returns the first line of the reply that shows any of the tolerances in d, a view, and
// its offset in Reply.Raw. ok is false if no line does. For a line of MLSD it is that line.
func (v Facts) Place(d Tolerance) (line []byte, offset int, ok bool) {
	if len(v.reply.Raw()) == 0 {
		return v.first.text, 0, v.Tolerances.HasAny(d)
	}
	i := 0
	for l := range v.reply.Lines() {
		e := readFactLine(v.reply, l, i).asIn(v.first.shape)
		if e.tolerances.HasAny(d) || d.HasAny(TabInName) && bytes.IndexByte(e.text[e.path:], '\t') >= 0 {
			line, offset = lineAt(v.reply, i)
			return line, offset, true
		}
		i++
	}
	return nil, 0, false
}

// All yields the facts, name and value, views. A value may be empty.
func (v Facts) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for e := range v.entries() {
			for f := range e.facts() {
				if f.ok && !yield(f.name, f.value) {
					return
				}
			}
		}
	}
}

// Get returns the value of the first fact with that name: Get("unique"), Get("lang"),
// Get("media-type"), Get("charset"), Get("UNIX.mode"). It is a view.
func (v Facts) Get(name string) (value []byte, ok bool) {
	f, _, ok := v.find(name)
	return f.value, ok
}

// entries yields the entries.
func (v Facts) entries() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		if !yield(v.first) || !v.more {
			return
		}
		i := 0
		for l := range v.reply.Lines() {
			e := readFactLine(v.reply, l, i).asIn(v.first.shape)
			if i > v.first.line && e.shape != noEntry && !yield(e) {
				return
			}
			i++
		}
	}
}

// find returns the first fact with that name and the entry that has it.
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

// Fact is a fact to write.
type Fact struct{ Name, Value string }

// AppendFacts appends the 250 reply to an MLST with one entry. It fails on a name that is
// empty or has other characters than letters, digits and the like, on a value with a SP or a
// semicolon, and on a NUL or a LF in the path. Without facts it also fails on a path that is
// blank or looks like facts.
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

func appendFactList(dst []byte, facts []Fact) []byte {
	for _, f := range facts {
		dst = append(append(append(append(dst, f.Name...), '='), f.Value...), ';')
	}
	return append(dst, ' ')
}

// checkEntry returns an error for an entry that cannot be written.
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

// describe gives the names in lower case, as they are compared, and the first value of each.
func (v Facts) describe() ([]Field, Tolerance) {
	facts := []Field{}
	for name, value := range v.All() {
		f := Field{strings.ToLower(string(name)), string(value)}
		if !slices.ContainsFunc(facts, func(x Field) bool { return x.Name == f.Name }) {
			facts = append(facts, f)
		}
	}
	return []Field{{"facts", facts}, {"path", string(v.Path)}}, v.Tolerances
}
