package payload

import (
	"bytes"

	"github.com/ftpreply/ftpreply"
)

const challengeSource = "RFC 2228, section 5.1"

// Challenge is a question that a user has to answer instead of giving a password.
type Challenge struct {
	// Text is the part in quotes, or the whole text if it has no quotes. It is a view. RFC
	// 2228 has no grammar for it and shows: Challenge is "....".
	Text       []byte
	Tolerances Tolerance
}

// ParseChallenge reads a 336, the reply to USER if the user has to answer a challenge.
func ParseChallenge(r ftpreply.Reply) (Challenge, error) {
	v, d, err := parseAs(r, ftpreply.CodeUsernameOKChallengeGiven, challengeSource, func(text []byte) (v Challenge, d Tolerance, f fault) {
		from, to := bytes.IndexByte(text, '"'), bytes.LastIndexByte(text, '"')
		switch {
		case from < to:
			v.Text = text[from+1 : to]
		case len(text) == 0:
			f = fault{ErrMissing, 0, 0, challengeSource}
		default:
			v.Text = text
		}
		return v, 0, f
	})
	v.Tolerances = d
	return v, err
}

// AppendChallenge appends a 336 reply in the words of RFC 2228. It fails on a control
// character in the challenge.
func AppendChallenge(dst []byte, challenge string) ([]byte, error) {
	if bytes.ContainsFunc([]byte(challenge), isControlRune) {
		return dst, appendError(ErrSyntax, challenge, challengeSource)
	}
	return append(append(append(dst, `336 Challenge is "`...), challenge...), "\".\r\n"...), nil
}

func (v Challenge) describe() ([]Field, Tolerance) {
	return []Field{{"text", string(v.Text)}}, v.Tolerances
}
