package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply"
)

// A Payload is the payload of a reply in a form to print, as [Of] returns it. It views
// nothing of the reply.
type Payload struct {
	Kind       string  // such as "passive"; "" if the reply has no payload
	Fields     []Field // the values, in the order in which they are printed
	Tolerances Tolerance
	Err        error // why the payload could not be read, or why it is not safe to use
}

// A Field is a name and its value: a string, a number, a []string, a []uint16, a []Field or
// a [][]Field.
type Field struct {
	Name  string
	Value any
}

// MarshalJSON returns an object: "kind", the fields, and if there are any "tolerances", a
// list of names, and "error", a text.
func (p Payload) MarshalJSON() ([]byte, error) {
	fields := slices.Concat([]Field{{"kind", p.Kind}}, p.Fields)
	if p.Tolerances != 0 {
		fields = append(fields, Field{"tolerances", strings.Split(p.Tolerances.String(), ",")})
	}
	if p.Err != nil {
		fields = append(fields, Field{"error", p.Err.Error()})
	}
	return appendJSON(nil, fields)
}

// appendJSON appends the value of a field. A []Field becomes an object with the names in
// their order.
func appendJSON(dst []byte, value any) ([]byte, error) {
	var err error
	switch v := value.(type) {
	case []Field:
		dst = append(dst, '{')
		for i, f := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendJSON(dst, f.Name); err != nil {
				return nil, err
			}
			if dst, err = appendJSON(append(dst, ':'), f.Value); err != nil {
				return nil, err
			}
		}
		return append(dst, '}'), nil
	case [][]Field:
		dst = append(dst, '[')
		for i, fields := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendJSON(dst, fields); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte{'\n'})...), nil
}

// Of reads the payload of any reply. The command's verb, in any case, decides which payload
// the reply may have, and the code decides among these. If the verb is "", which means
// unknown, the code and the shape of the text decide; a reply whose shape is not certain then
// has no payload.
//
// A text that may have a payload but has none, such as a 200 that says "OK", gives the zero
// Payload. A text that should have a payload and cannot be read gives an Err.
func Of(r ftpreply.Reply, verb string) Payload {
	for _, k := range kindsOf[r.Code()] {
		answers := k.verbs == "" || verb != "" && hasWord(k.verbs, verb)
		if !answers && verb != "" {
			continue
		}
		fields, d, err := k.read(r)
		switch {
		case k.optional && errors.Is(err, ErrMissing):
		case !answers && !k.certain(r, d, err):
		default:
			return Payload{k.name, fields, d, err}
		}
	}
	return Payload{}
}

// A kind is a payload and the replies that have it.
type kind struct {
	name     string
	codes    []ftpreply.Code
	verbs    string // of the commands, separated by spaces; "" means that the code suffices
	optional bool   // the text is free; without a payload it is correct
	read     func(ftpreply.Reply) ([]Field, Tolerance, error)
	// certain reports, for an unknown verb, whether a reply that was read with that result has
	// this payload.
	certain func(ftpreply.Reply, Tolerance, error) bool
}

const (
	passiveVerbs  = "PASV EPSV LPSV P@SW CPSV"
	transferVerbs = "RETR STOR STOU APPE LIST NLST MLSD"
	digestVerbs   = "HASH MD5 CKSM XCRC XMD5 XSHA XSHA1 XSHA256 XSHA512"
)

// kinds are in the order in which they are tried: the narrower shape comes first.
var kinds = [...]kind{
	{"passive", []ftpreply.Code{227, 228, 229}, passiveVerbs, false, reader(ParsePassive), anyShape},
	{"passive", []ftpreply.Code{227}, "SPSV", false, reader(ParseSPSV), plainShape},
	{"striped", []ftpreply.Code{229}, "SPAS", false, reader(ParseStriped), plainShape},
	{"path", []ftpreply.Code{257}, "PWD MKD XPWD XMKD", false, reader(ParsePath), anyShape},
	{"features", []ftpreply.Code{211}, "FEAT", false, reader(ParseFeatures), listsFeatures},
	{"time", []ftpreply.Code{213}, "MDTM", false, reader(ParseModTime), plainShape},
	{"size", []ftpreply.Code{213}, "SIZE", false, reader(ParseSize), plainShape},
	{"facts", []ftpreply.Code{213}, "MFF MFMT MFCT", true, readFacts, hasFacts},
	{"facts", []ftpreply.Code{250}, "MLST", false, readFacts, hasFacts},
	{"marker", []ftpreply.Code{251}, "RETR STOR APPE STOU", true, reader(ParseMarker), plainShape},
	{"digest", []ftpreply.Code{213, 250, 251}, digestVerbs, false, reader(ParseDigest), plainShape},
	{"listing", []ftpreply.Code{211, 212, 213}, "STAT", false, reader(ParseListing), isMultiline},
	{"transfer", []ftpreply.Code{125, 150, 226, 250}, "STOU", true, reader(ParseUniqueName), plainShape},
	{"transfer", []ftpreply.Code{125, 150}, transferVerbs, true, reader(ParseTransferSize), anyShape},
	{"marker", []ftpreply.Code{110}, "", false, reader(ParseMarker), nil},
	{"ranges", []ftpreply.Code{111}, "", true, reader(ParseRanges), nil},
	{"performance", []ftpreply.Code{112}, "", true, reader(ParsePerformance), nil},
	{"delay", []ftpreply.Code{120}, "", true, reader(ParseDelay), nil},
	{"system", []ftpreply.Code{215}, "", false, reader(ParseSystem), nil},
	{"translation", []ftpreply.Code{216}, "", false, reader(ParseTranslation), nil},
	{"connection", []ftpreply.Code{225}, "ESTA ESTP", false, reader(ParseConnection), plainShape},
	{"zone", []ftpreply.Code{210}, "SITE", true, reader(ParseZone), plainShape},
	{"restart", []ftpreply.Code{350}, "REST RANG", true, reader(ParseRestart), saysRestart},
	{"protection-buffer", []ftpreply.Code{200}, "PBSZ", true, reader(ParseProtectionBuffer), plainShape},
	{"fact-selection", []ftpreply.Code{200}, "OPTS", true, reader(ParseFactSelection), plainShape},
	{"hash-algorithm", []ftpreply.Code{200}, "OPTS", true, reader(ParseHashAlgorithm), plainShape},
	{"protocols", []ftpreply.Code{521, 522}, "EPRT EPSV LPRT LPSV", false, reader(ParseProtocols), plainShape},
	{"security", []ftpreply.Code{235, 334, 335}, "", true, reader(ParseSecurityData), nil},
	{"challenge", []ftpreply.Code{336}, "", true, reader(ParseChallenge), nil},
	{"protected", []ftpreply.Code{631, 632, 633}, "", false, protectedLength, nil},
}

// kindsOf holds the kinds by the codes of their replies.
var kindsOf = func() (of [1000][]*kind) {
	for i := range kinds {
		for _, c := range kinds[i].codes {
			of[c] = append(of[c], &kinds[i])
		}
	}
	return of
}()

// hasWord reports whether a word, in any case, is in a list that is separated by spaces.
func hasWord(list, word string) bool {
	for w := range strings.SplitSeq(list, " ") {
		if equalFold([]byte(w), word) {
			return true
		}
	}
	return false
}

// reader returns a kind's read function for a Parse function. It drops the fields if parse
// has failed, except with the errors that come with a value.
func reader[T interface{ describe() ([]Field, Tolerance) }](parse func(ftpreply.Reply) (T, error)) func(ftpreply.Reply) ([]Field, Tolerance, error) {
	return func(r ftpreply.Reply) ([]Field, Tolerance, error) {
		v, err := parse(r)
		fields, d := v.describe()
		if err != nil && !errors.Is(err, ErrUnsafePath) && !errors.Is(err, ErrYear2000) && !errors.Is(err, ErrRedacted) {
			fields = nil
		}
		return fields, d, err
	}
}

// readFacts reads facts and checks their values.
func readFacts(r ftpreply.Reply) ([]Field, Tolerance, error) {
	fields, d, err := reader(ParseFacts)(r)
	if err == nil {
		v, _ := ParseFacts(r)
		err = v.Check()
	}
	return fields, d, err
}

// protectedLength gives the length of the tokens, which only the two sides can decode.
func protectedLength(r ftpreply.Reply) ([]Field, Tolerance, error) {
	length := 0
	_, d, err := uncover(r, func(token []byte) ([]byte, error) {
		length += len(token)
		return nil, nil
	})
	if err != nil {
		return nil, d, err
	}
	return []Field{{"bytes", length}}, d, nil
}

// plainShape reports whether the text follows the grammar so closely that it cannot be
// something else.
func plainShape(_ ftpreply.Reply, d Tolerance, err error) bool {
	return err == nil && !d.HasAny(TextBefore|TextAfter|OtherCase|NoPadding|NoLabel|NoParentheses)
}

// anyShape is for codes that seldom have another meaning.
func anyShape(_ ftpreply.Reply, _ Tolerance, err error) bool { return !errors.Is(err, ErrMissing) }

func isMultiline(r ftpreply.Reply, _ Tolerance, err error) bool { return err == nil && r.Multiline() }

// saysRestart reports whether a 350 is about REST and not about RNFR.
func saysRestart(r ftpreply.Reply, _ Tolerance, err error) bool {
	return err == nil && indexFold(r.Text(), "restart") >= 0
}

// hasFacts reports whether an entry has facts. Lines of prose may begin with two spaces, like
// a path without facts.
func hasFacts(r ftpreply.Reply, d Tolerance, err error) bool {
	v, _ := ParseFacts(r)
	for range v.All() {
		return plainShape(r, d, err)
	}
	return false
}

// commonFeatures are labels that nearly every answer to FEAT has and no answer to STAT.
var commonFeatures = [...]string{"AUTH", "CLNT", "EPRT", "EPSV", "HOST", "LANG", "MDTM", "MFMT", "MLSD", "MLST",
	"PASV", "PBSZ", "PROT", "REST", "SIZE", "TVFS", "UTF8", "UTF-8", "XCRC"}

// listsFeatures reports whether a 211 answers FEAT and not STAT: at least half of its lines
// begin with a common label, or with another word in capitals after exactly one space.
func listsFeatures(r ftpreply.Reply, _ Tolerance, _ error) bool {
	lines, likely, common := 0, 0, 0
	for l := range listLines(r) {
		label, _ := cutLabel(l.text)
		isCommon := slices.ContainsFunc(commonFeatures[:], func(s string) bool { return equalFold(label, s) })
		if isCommon {
			common++
		}
		if isCommon || l.tolerances&^(TrailingSpace|MissingDelimiter) == 0 {
			likely++
		}
		if len(l.text) > 0 {
			lines++
		}
	}
	return lines > 0 && 2*likely >= lines && (common > 0 || likely == lines)
}
