package parsecmd

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/payload"
)

// appendPayload appends the payload of a reply as a JSON object, if it has one that may be shown.
func (m *payloadMask) appendPayload(dst []byte, it *control.Item) []byte {
	p, ok := m.readPayload(it)
	if !ok {
		return dst
	}
	dst = render.AppendString(append(dst, `{"kind":`...), p.Kind)
	for _, f := range p.Fields {
		dst = appendField(append(dst, ','), f)
	}
	if p.Tolerances != 0 {
		names := strings.ReplaceAll(p.Tolerances.String(), ",", `","`)
		dst = append(append(append(dst, `,"tolerances":["`...), names...), `"]`...)
	}
	if p.Err != nil {
		dst = render.AppendString(append(dst, `,"error":`...), p.Err.Error())
	}
	return append(dst, '}')
}

func appendField(dst []byte, f payload.Field) []byte {
	dst = append(render.AppendString(dst, f.Name), ':')
	switch v := f.Value.(type) {
	case string:
		return render.AppendString(dst, v)
	case uint16:
		return strconv.AppendUint(dst, uint64(v), 10)
	case uint64:
		return strconv.AppendUint(dst, v, 10)
	case []string:
		return appendList(dst, "[]", v, render.AppendString)
	case []payload.Field:
		return appendList(dst, "{}", v, appendField)
	case [][]payload.Field:
		return appendList(dst, "[]", v, func(dst []byte, object []payload.Field) []byte {
			return appendList(dst, "{}", object, appendField)
		})
	}
	return render.AppendJSON(dst, f.Value)
}

// appendList appends elements in these brackets.
func appendList[T any](dst []byte, brackets string, list []T, appendElement func([]byte, T) []byte) []byte {
	dst = append(dst, brackets[0])
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendElement(dst, v)
	}
	return append(dst, brackets[1])
}

// readPayload reads the payload of the reply and masks the secrets in its values. ok is false
// if the reply has no payload, or one with a secret that is a number or is spread over several
// values.
func (m *payloadMask) readPayload(it *control.Item) (p payload.Payload, ok bool) {
	verb := ""
	if it.Command != nil {
		verb = it.Command.Verb()
	}
	p = payload.Of(it.Reply, verb)
	if p.Kind == "" {
		return p, false
	}
	m.all = m.all[:0]
	m.maskFields(it, p.Fields)
	if len(m.all) > 0 && isMasked(it, m.all[1:]) {
		return p, false
	}
	var e *payload.Error
	if errors.As(p.Err, &e) && isMasked(it, it.Reply.Raw()) {
		// The error quotes a part of the reply, which may have cut a secret.
		p.Err = &payload.Error{Err: e.Err, Offset: e.Offset, Source: e.Source}
	}
	return p, true
}

func isMasked(it *control.Item, b []byte) bool { return !bytes.Equal(it.Mask(b), b) }

// A payloadMask masks the secrets in payloads.
type payloadMask struct {
	all     []byte // the strings and numbers of a payload, each after a space
	scratch []byte
}

// maskFields masks the values of fields, and their names.
func (m *payloadMask) maskFields(it *control.Item, fields []payload.Field) {
	for i := range fields {
		f := &fields[i]
		m.maskString(it, &f.Name)
		switch v := f.Value.(type) {
		case string:
			if masked := v; m.maskString(it, &masked) {
				f.Value = masked
			}
		case []string:
			for i := range v {
				m.maskString(it, &v[i])
			}
		case []payload.Field:
			m.maskFields(it, v)
		case [][]payload.Field:
			for _, object := range v {
				m.maskFields(it, object)
			}
		case uint16:
			m.all = strconv.AppendUint(append(m.all, ' '), uint64(v), 10)
		case uint64:
			m.all = strconv.AppendUint(append(m.all, ' '), v, 10)
		default: // another number, or numbers
			m.all = fmt.Append(append(m.all, ' '), v)
		}
	}
}

// maskString masks the secrets in a string. It reports whether there were any.
func (m *payloadMask) maskString(it *control.Item, s *string) bool {
	m.scratch = append(m.scratch[:0], *s...)
	masked := it.Mask(m.scratch)
	changed := string(masked) != *s
	if changed {
		*s = string(masked)
	}
	m.all = append(append(m.all, ' '), masked...)
	return changed
}
