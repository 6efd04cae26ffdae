package payload

import (
	"bytes"
	"encoding/base64"

	"github.com/ftpreply/ftpreply"
)

const (
	securityLabel   = "ADAT="
	securitySource  = "RFC 2228, sections 3 and 5.1"
	base64Source    = "RFC 2228, section 10"
	challengeSource = "RFC 2228, section 5.1"
)

// SecurityData is what the security mechanism of the server says to that of the
// client. It is part of a secret exchange and does not belong in a log.
type SecurityData struct {
	Token      []byte // decoded, a copy
	Tolerances Tolerance
}

// ParseSecurityData reads "ADAT=" and base64 in a 235, 334 or 335. It is [ErrMissing]
// in a 334 when the client has to speak first, and in a 235 when all has been said.
func ParseSecurityData(r ftpreply.Reply) (SecurityData, error) {
	switch r.Code() {
	case ftpreply.CodeSecurityDataExchangeComplete, ftpreply.CodeSecurityMechanismOK, ftpreply.CodeSecurityDataNeeded:
	default:
		return SecurityData{}, errCode(r, securitySource)
	}
	v, d, err := parseLines(r, readSecurityData)
	v.Tolerances = d
	return v, err
}

// AppendSecurityData appends a reply with the code 235, 334 or 335.
func AppendSecurityData(dst []byte, c ftpreply.Code, token []byte) ([]byte, error) {
	switch c {
	case ftpreply.CodeSecurityDataExchangeComplete, ftpreply.CodeSecurityMechanismOK, ftpreply.CodeSecurityDataNeeded:
	default:
		return dst, appendError(ErrCode, c.String(), securitySource)
	}
	dst = append(append(append(dst, c.String()...), ' '), securityLabel...)
	return append(base64.StdEncoding.AppendEncode(dst, token), "\r\n"...), nil
}

func readSecurityData(text []byte) (v SecurityData, d Tolerance, f fault) {
	label := indexFold(text, securityLabel)
	if label < 0 {
		return v, 0, fault{ErrMissing, 0, len(text), securitySource}
	}
	if label > 0 {
		d |= TextBefore
	}
	from := label + len(securityLabel)
	to := from + base64Len(text[from:])
	token, padding, ok := decodeBase64(nil, text[from:to])
	if !ok {
		return v, 0, fault{ErrSyntax, from, from, base64Source} // an error does not show the token
	}
	behind, _ := tail(text, to)
	return SecurityData{Token: token}, d | padding | behind | caseOf(text[label:from], securityLabel), f
}

// base64Len is the length of the base64 that b begins with, padding included.
func base64Len(b []byte) int {
	for i, c := range b {
		if l := lower(c); !isDigit(c) && (l < 'a' || l > 'z') && c != '+' && c != '/' && c != '=' {
			return i
		}
	}
	return len(b)
}

// decodeBase64 appends what the base64 stands for. The text has no line ends, which
// package base64 would pass over.
func decodeBase64(dst, text []byte) (_ []byte, d Tolerance, ok bool) {
	encoding := base64.StdEncoding
	if bytes.IndexByte(text, '=') < 0 && len(text)%4 > 0 {
		encoding, d = base64.RawStdEncoding, NoPadding
	}
	dst, err := encoding.AppendDecode(dst, text)
	return dst, d, err == nil
}

// Challenge is what a user has to answer instead of a password.
type Challenge struct {
	// Text is what stands in quotes, a view, or the whole text without quotes. RFC 2228
	// has no grammar for it and shows: Challenge is "....".
	Text       []byte
	Tolerances Tolerance
}

// ParseChallenge reads a 336, the reply to a USER who has to answer a challenge.
func ParseChallenge(r ftpreply.Reply) (Challenge, error) {
	other, err := checkCode(r, ftpreply.CodeUsernameOKChallengeGiven, challengeSource)
	if err != nil {
		return Challenge{}, err
	}
	v, d, err := parseLines(r, readChallenge)
	v.Tolerances = d | other
	return v, err
}

// AppendChallenge appends a 336 reply in the words of RFC 2228. It fails on a
// control character in the challenge.
func AppendChallenge(dst []byte, challenge string) ([]byte, error) {
	if bytes.ContainsFunc([]byte(challenge), isControlRune) {
		return dst, appendError(ErrSyntax, challenge, challengeSource)
	}
	return append(append(append(dst, `336 Challenge is "`...), challenge...), "\".\r\n"...), nil
}

func readChallenge(text []byte) (v Challenge, d Tolerance, f fault) {
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
}
