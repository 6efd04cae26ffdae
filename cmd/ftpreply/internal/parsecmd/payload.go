package parsecmd

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/payload"
)

// appendPayload appends the payload of a reply, if it has one that may be shown.
func appendPayload(dst []byte, it *control.Item) []byte {
	p, ok := readPayload(it)
	if !ok {
		return dst
	}
	return render.AppendJSON(append(dst, `,"payload":`...), p)
}

// readPayload reads the payload of the reply and masks the secrets in its values. ok is false
// if the reply has no payload, or one with a secret that is a number or is spread over several
// values.
func readPayload(it *control.Item) (p payload.Payload, ok bool) {
	verb := ""
	if it.Command != nil {
		verb = it.Command.Verb()
	}
	p = payload.Of(it.Reply, verb)
	if p.Kind == "" {
		return p, false
	}
	var all []string
	p.Fields = maskValue(it, p.Fields, &all).([]payload.Field)
	joined := strings.Join(all, " ")
	if string(it.Mask([]byte(joined))) != joined {
		return p, false
	}
	var e *payload.Error
	if raw := it.Reply.Raw(); errors.As(p.Err, &e) && !bytes.Equal(it.Mask(raw), raw) {
		// The error quotes a part of the reply, which may have cut a secret.
		p.Err = &payload.Error{Err: e.Err, Offset: e.Offset, Source: e.Source}
	}
	return p, true
}

// maskValue returns the value of a field with its secrets masked. It appends the strings and
// numbers in the value to all.
func maskValue(it *control.Item, value any, all *[]string) any {
	switch v := value.(type) {
	case string:
		v = string(it.Mask([]byte(v)))
		*all = append(*all, v)
		return v
	case []string:
		for i := range v {
			v[i] = maskValue(it, v[i], all).(string)
		}
	case []payload.Field:
		for i := range v {
			v[i].Name = maskValue(it, v[i].Name, all).(string)
			v[i].Value = maskValue(it, v[i].Value, all)
		}
	case [][]payload.Field:
		for i := range v {
			v[i] = maskValue(it, v[i], all).([]payload.Field)
		}
	default: // a number
		*all = append(*all, fmt.Sprint(v))
	}
	return value
}
