package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/ftpreply/ftpreply"
)

// A Payload is what [Of] reads in a reply, in a form to print: nothing of it views
// the reply.
type Payload struct {
	Kind       string // such as "passive"; "" when the reply has no payload
	Fields     Object // what was read
	Tolerances Tolerance
	Err        error // why it could not be read, or why it is not safe to use
}

// An Object is a list of names and values in the order in which they are printed. A
// value is a string, a number, a []string, a []uint16, an Object or an []Object.
type Object []Field

// A Field is one name of an Object and its value.
type Field struct {
	Name  string
	Value any
}

// MarshalJSON gives an object: "kind", the fields, and if there are any "tolerances",
// a list of names, and "error", a text.
func (p Payload) MarshalJSON() ([]byte, error) {
	o := slices.Concat(Object{{"kind", p.Kind}}, p.Fields)
	if p.Tolerances != 0 {
		o = append(o, Field{"tolerances", strings.Split(p.Tolerances.String(), ",")})
	}
	if p.Err != nil {
		o = append(o, Field{"error", p.Err.Error()})
	}
	return o.MarshalJSON()
}

// MarshalJSON gives an object with the names in their order.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	separator := byte('{')
	for _, f := range o {
		b.WriteByte(separator)
		separator = ','
		if err := encoder.Encode(f.Name); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the LF that an Encoder writes
		b.WriteByte(':')
		if err := encoder.Encode(f.Value); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1)
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Of reads the payload of a reply, whatever it is. Its code decides which one it has, and
// where several commands share a code the command's verb does, in any case. With
// the verb "", which is unknown, the shape of the text decides; then a reply whose shape is not
// certain has none.
//
// A text that may have a payload but does not, such as a 200 that says "OK", has none
// either. One that should have a payload and cannot be read has an Err.
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
	verbs    string // that get it, separated by spaces; "" means any
	optional bool   // the text is free; without a payload it is in order
	read     func(ftpreply.Reply) (Object, Tolerance, error)
	certain  func(ftpreply.Reply) bool // of what was read for an unknown verb; nil means always
}

// kinds are in the order in which they are tried: what has the narrower shape comes first.
var kinds = [...]kind{
	{"passive", []ftpreply.Code{227, 228, 229}, "", false, passiveFields, nil},
	{"path", []ftpreply.Code{257}, "", false, pathFields, nil},
	{"features", []ftpreply.Code{211}, "FEAT", false, featuresFields, ftpreply.Reply.Multiline},
	{"time", []ftpreply.Code{213}, "MDTM", false, modTimeFields, nil},
	{"size", []ftpreply.Code{213}, "SIZE", false, sizeFields, nil},
	{"facts", []ftpreply.Code{213}, "MFF MFMT MFCT", true, factsFields, hasFacts},
	{"facts", []ftpreply.Code{250}, "MLST", false, factsFields, hasFacts},
	{"marker", []ftpreply.Code{251}, "RETR STOR APPE STOU", true, markerFields, nil},
	{"digest", []ftpreply.Code{213, 250, 251}, "HASH MD5 XCRC XMD5 XSHA XSHA1 XSHA256 XSHA512", false, digestFields, nil},
	{"listing", []ftpreply.Code{211, 212, 213}, "STAT", false, listingFields, ftpreply.Reply.Multiline},
	{"transfer", []ftpreply.Code{125, 150, 226, 250}, "STOU", true, uniqueFields, nil},
	{"transfer", []ftpreply.Code{125, 150}, "", true, transferFields, nil},
	{"marker", []ftpreply.Code{110}, "", false, markerFields, nil},
	{"delay", []ftpreply.Code{120}, "", true, delayFields, nil},
	{"system", []ftpreply.Code{215}, "", false, systemFields, nil},
	{"translation", []ftpreply.Code{216}, "", false, translationFields, nil},
	{"connection", []ftpreply.Code{225}, "ESTA ESTP", false, connectionFields, nil},
	{"restart", []ftpreply.Code{350}, "REST RANG", true, restartFields, saysRestart},
	{"protection-buffer", []ftpreply.Code{200}, "PBSZ", true, protectionBufferFields, nil},
	{"fact-selection", []ftpreply.Code{200}, "OPTS", true, factSelectionFields, nil},
	{"hash-algorithm", []ftpreply.Code{200}, "OPTS", true, hashAlgorithmFields, nil},
	{"protocols", []ftpreply.Code{521, 522}, "EPRT EPSV LPRT LPSV", false, protocolsFields, nil},
	{"security", []ftpreply.Code{235, 334, 335}, "", true, securityFields, nil},
	{"challenge", []ftpreply.Code{336}, "", true, challengeFields, nil},
	{"protected", []ftpreply.Code{631, 632, 633}, "", false, protectedFields, nil},
}

// uncertain are the tolerances with which a text may be something else.
const uncertain = TextBefore | TextBehind | OtherCase | NoPadding | NoLabel | NoParentheses

// of is the payload of r if it has this kind, and otherwise none.
func (k kind) of(r ftpreply.Reply, verb string) (none Payload) {
	named := k.verbs == "" || verb != "" && slices.Contains(strings.Fields(k.verbs), verb)
	if !slices.Contains(k.codes, r.Code()) || !named && verb != "" {
		return none
	}
	fields, d, err := k.read(r)
	switch {
	case !named && (err != nil || d.Has(uncertain) || k.certain != nil && !k.certain(r)):
		return none
	case k.optional && errors.Is(err, ErrMissing):
		return none
	}
	return Payload{k.name, fields, d, err}
}

// hasFacts reports whether an entry has facts: lines of prose may begin with two
// spaces, as a path without facts does.
func hasFacts(r ftpreply.Reply) bool {
	v, _ := ParseFacts(r)
	for range v.All() {
		return true
	}
	return false
}

// saysRestart reports whether a 350 is about REST and not about RNFR.
func saysRestart(r ftpreply.Reply) bool { return indexFold(r.Text(), "restart") >= 0 }

// Each of the functions below gives the fields of a payload. A value that comes with an
// error is given; what was not read is not.

func passiveFields(r ftpreply.Reply) (o Object, d Tolerance, err error) {
	p, err := ParsePassive(r)
	if p.Port != 0 {
		o = Object{{"port", p.Port}}
	}
	if p.Host.IsValid() {
		o = append(o, Field{"host", p.Host.String()}, Field{"host_class", p.HostClass(netip.Addr{}).String()})
	}
	return o, p.Tolerances, err
}

func pathFields(r ftpreply.Reply) (o Object, d Tolerance, err error) {
	p, err := ParsePath(r)
	return present(err, ErrUnsafePath, Field{"path", string(p.Name)}), p.Tolerances, err
}

// present gives the fields unless there is an error, other than the one with which they come.
func present(err, with error, fields ...Field) Object {
	if err == nil || with != nil && errors.Is(err, with) {
		return fields
	}
	return nil
}

func featuresFields(r ftpreply.Reply) (Object, Tolerance, error) {
	f, err := ParseFeatures(r)
	features := []Object{}
	for label, params := range f.All() {
		o := Object{{"label", string(label)}}
		if len(params) > 0 {
			o = append(o, Field{"params", string(params)})
		}
		features = append(features, o)
	}
	return present(err, nil, Field{"features", features}), f.Tolerances, err
}

func modTimeFields(r ftpreply.Reply) (Object, Tolerance, error) {
	t, err := ParseModTime(r)
	return present(err, ErrYear2000, Field{"time", t.Time.Format(time.RFC3339Nano)}), t.Tolerances, err
}

func sizeFields(r ftpreply.Reply) (Object, Tolerance, error) {
	s, err := ParseSize(r)
	return present(err, nil, Field{"size", s.Bytes}), s.Tolerances, err
}

// factsFields has names in lower case, as they are compared, and the first value of each.
func factsFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseFacts(r)
	facts := Object{}
	for name, value := range v.All() {
		f := Field{strings.ToLower(string(name)), string(value)}
		if !slices.ContainsFunc(facts, func(x Field) bool { return x.Name == f.Name }) {
			facts = append(facts, f)
		}
	}
	return present(err, ErrUnsafePath, Field{"facts", facts}, Field{"path", string(v.Path)}), v.Tolerances, err
}

func digestFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseDigest(r)
	var o Object
	if len(v.Algorithm) > 0 {
		o = Object{{"algorithm", string(v.Algorithm)}, {"start", v.Start}, {"end", v.End}}
	}
	o = append(o, Field{"hex", string(v.Hex)})
	if len(v.Path) > 0 {
		o = append(o, Field{"path", string(v.Path)})
	}
	return present(err, ErrUnsafePath, o...), v.Tolerances, err
}

func listingFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseListing(r)
	lines := []string{}
	for line := range v.All() {
		lines = append(lines, string(line))
	}
	return present(err, nil, Field{"lines", lines}), v.Tolerances, err
}

func uniqueFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseUniqueName(r)
	return present(err, ErrUnsafePath, Field{"file", string(v.Name)}), v.Tolerances, err
}

func transferFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseTransferSize(r)
	return present(err, nil, Field{"bytes", v.Bytes}), v.Tolerances, err
}

func markerFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseMarker(r)
	return present(err, nil, Field{"sent", string(v.Sent)}, Field{"received", string(v.Received)}), v.Tolerances, err
}

func delayFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseDelay(r)
	return present(err, nil, Field{"minutes", v.Minutes}), v.Tolerances, err
}

func systemFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseSystem(r)
	return present(err, nil, Field{"name", string(v.Name)}), v.Tolerances, err
}

func translationFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseTranslation(r)
	return present(err, nil, Field{"commands", v.Commands.String()}), v.Tolerances, err
}

func connectionFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseConnection(r)
	return present(err, nil, Field{"port", v.Peer.Port()}, Field{"host", v.Peer.Addr().String()}), v.Tolerances, err
}

func restartFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseRestart(r)
	return present(err, nil, Field{"offset", v.Offset}), v.Tolerances, err
}

func protectionBufferFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseProtectionBuffer(r)
	return present(err, nil, Field{"size", v.Size}), v.Tolerances, err
}

func factSelectionFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseFactSelection(r)
	facts := []string{}
	for name := range v.All() {
		facts = append(facts, string(name))
	}
	return present(err, nil, Field{"facts", facts}), v.Tolerances, err
}

func hashAlgorithmFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseHashAlgorithm(r)
	return present(err, nil, Field{"algorithm", v.Name}), v.Tolerances, err
}

func protocolsFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseProtocols(r)
	return present(err, nil, Field{"protocols", slices.Collect(v.All())}), v.Tolerances, err
}

// securityFields has the length of the token only: what is printed may be kept.
func securityFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseSecurityData(r)
	return present(err, nil, Field{"bytes", len(v.Token)}), v.Tolerances, err
}

func challengeFields(r ftpreply.Reply) (Object, Tolerance, error) {
	v, err := ParseChallenge(r)
	return present(err, nil, Field{"text", string(v.Text)}), v.Tolerances, err
}

// protectedFields has the length of the tokens, which only the two sides can open.
func protectedFields(r ftpreply.Reply) (Object, Tolerance, error) {
	length := 0
	_, d, err := uncover(r, func(token []byte) ([]byte, error) {
		length += len(token)
		return nil, nil
	})
	return present(err, nil, Field{"bytes", length}), d, err
}
