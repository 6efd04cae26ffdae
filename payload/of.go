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

// Of reads the payload of any reply. The code decides which payload it is. If several
// commands share the code, the command's verb decides, in any case. If the verb is "", which
// means unknown, the shape of the text decides; a reply whose shape is not certain then has
// no payload.
//
// A text that may have a payload but has none, such as a 200 that says "OK", gives the zero
// Payload. A text that should have a payload and cannot be read gives an Err.
func Of(r ftpreply.Reply, verb string) Payload {
	for _, k := range kinds {
		if p := k.of(r, strings.ToUpper(verb)); p.Kind != "" {
			return p
		}
	}
	return Payload{}
}

// A kind is a payload and the replies that have it.
type kind struct {
	name     string
	codes    []ftpreply.Code
	verbs    string // of the commands, separated by spaces; "" means any
	optional bool   // the text is free; without a payload it is correct
	read     func(ftpreply.Reply) ([]Field, Tolerance, error)
	certain  func(ftpreply.Reply) bool // for an unknown verb, whether the shape is certain; nil means always
}

// kinds are in the order in which they are tried: the narrower shape comes first.
var kinds = [...]kind{
	{"passive", []ftpreply.Code{227, 228, 229}, "", false, reader(ParsePassive), nil},
	{"path", []ftpreply.Code{257}, "", false, reader(ParsePath), nil},
	{"features", []ftpreply.Code{211}, "FEAT", false, reader(ParseFeatures), ftpreply.Reply.Multiline},
	{"time", []ftpreply.Code{213}, "MDTM", false, reader(ParseModTime), nil},
	{"size", []ftpreply.Code{213}, "SIZE", false, reader(ParseSize), nil},
	{"facts", []ftpreply.Code{213}, "MFF MFMT MFCT", true, reader(ParseFacts), hasFacts},
	{"facts", []ftpreply.Code{250}, "MLST", false, reader(ParseFacts), hasFacts},
	{"marker", []ftpreply.Code{251}, "RETR STOR APPE STOU", true, reader(ParseMarker), nil},
	{"digest", []ftpreply.Code{213, 250, 251}, "HASH MD5 XCRC XMD5 XSHA XSHA1 XSHA256 XSHA512", false, reader(ParseDigest), nil},
	{"listing", []ftpreply.Code{211, 212, 213}, "STAT", false, reader(ParseListing), ftpreply.Reply.Multiline},
	{"transfer", []ftpreply.Code{125, 150, 226, 250}, "STOU", true, reader(ParseUniqueName), nil},
	{"transfer", []ftpreply.Code{125, 150}, "", true, reader(ParseTransferSize), nil},
	{"marker", []ftpreply.Code{110}, "", false, reader(ParseMarker), nil},
	{"delay", []ftpreply.Code{120}, "", true, reader(ParseDelay), nil},
	{"system", []ftpreply.Code{215}, "", false, reader(ParseSystem), nil},
	{"translation", []ftpreply.Code{216}, "", false, reader(ParseTranslation), nil},
	{"connection", []ftpreply.Code{225}, "ESTA ESTP", false, reader(ParseConnection), nil},
	{"restart", []ftpreply.Code{350}, "REST RANG", true, reader(ParseRestart), saysRestart},
	{"protection-buffer", []ftpreply.Code{200}, "PBSZ", true, reader(ParseProtectionBuffer), nil},
	{"fact-selection", []ftpreply.Code{200}, "OPTS", true, reader(ParseFactSelection), nil},
	{"hash-algorithm", []ftpreply.Code{200}, "OPTS", true, reader(ParseHashAlgorithm), nil},
	{"protocols", []ftpreply.Code{521, 522}, "EPRT EPSV LPRT LPSV", false, reader(ParseProtocols), nil},
	{"security", []ftpreply.Code{235, 334, 335}, "", true, reader(ParseSecurityData), nil},
	{"challenge", []ftpreply.Code{336}, "", true, reader(ParseChallenge), nil},
	{"protected", []ftpreply.Code{631, 632, 633}, "", false, protectedLength, nil},
}

// reader returns a kind's read function for a Parse function. It drops the fields if parse
// has failed, except with the errors that come with a value.
func reader[T interface{ describe() ([]Field, Tolerance) }](parse func(ftpreply.Reply) (T, error)) func(ftpreply.Reply) ([]Field, Tolerance, error) {
	return func(r ftpreply.Reply) ([]Field, Tolerance, error) {
		v, err := parse(r)
		fields, d := v.describe()
		if err != nil && !errors.Is(err, ErrUnsafePath) && !errors.Is(err, ErrYear2000) {
			fields = nil
		}
		return fields, d, err
	}
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

// hasFacts reports whether an entry has facts. Lines of prose may begin with two spaces, like
// a path without facts.
func hasFacts(r ftpreply.Reply) bool {
	v, _ := ParseFacts(r)
	for range v.All() {
		return true
	}
	return false
}

// saysRestart reports whether a 350 is about REST and not about RNFR.
func saysRestart(r ftpreply.Reply) bool { return indexFold(r.Text(), "restart") >= 0 }

// uncertain are the tolerances with which a text may be something else.
const uncertain = TextBefore | TextAfter | OtherCase | NoPadding | NoLabel | NoParentheses

// of returns the payload of r if it has this kind, and the zero Payload otherwise.
func (k kind) of(r ftpreply.Reply, verb string) (none Payload) {
	named := k.verbs == "" || verb != "" && slices.Contains(strings.Fields(k.verbs), verb)
	if !slices.Contains(k.codes, r.Code()) || !named && verb != "" {
		return none
	}
	fields, d, err := k.read(r)
	switch {
	case !named && (err != nil || d.HasAny(uncertain) || k.certain != nil && !k.certain(r)):
		return none
	case k.optional && errors.Is(err, ErrMissing):
		return none
	}
	return Payload{k.name, fields, d, err}
}
