package payload

import (
	"bytes"
	"encoding/base64"

	"github.com/ftpreply/ftpreply"
)

const (
	securityLabel  = "ADAT="
	securitySource = "RFC 2228, sections 3 and 5.1"
	base64Source   = "RFC 2228, section 10"
)

// SecurityData is a message of the server's security mechanism to that of the client. It is
// part of a secret exchange and does not belong in a log.
type SecurityData struct {
	Token      []byte // decoded, a copy
	Tolerances Tolerance
}

// ParseSecurityData reads "ADAT=" and base64 in a 235, 334 or 335. The error is [ErrMissing]
// for a 334 if the client has to send the first message, and for a 235 without a last one.
func ParseSecurityData(r ftpreply.Reply) (SecurityData, error) {
	if !carriesSecurityData(r.Code()) {
		return SecurityData{}, errCode(r, securitySource)
	}
	v, d, err := parseLines(r, func(text []byte) (v SecurityData, d Tolerance, f fault) {
		label := indexFold(text, securityLabel)
		if label < 0 {
			return v, 0, fault{ErrMissing, 0, len(text), securitySource}
		}
		if label > 0 {
			d |= TextBefore
		}
		from := label + len(securityLabel)
		to := from
		for to < len(text) && (isLetter(text[to]) || isDigit(text[to]) || bytes.IndexByte([]byte("+/="), text[to]) >= 0) {
			to++
		}
		token, padding, ok := decodeBase64(text[from:to])
		if !ok {
			return v, 0, fault{ErrSyntax, from, from, base64Source} // an error does not show the token
		}
		after, _ := tail(text, to)
		return SecurityData{Token: token}, d | padding | after | caseOf(text[label:from], securityLabel), f
	})
	v.Tolerances = d
	return v, err
}

func carriesSecurityData(c ftpreply.Code) bool {
	switch c {
	case ftpreply.CodeSecurityDataExchangeComplete, ftpreply.CodeSecurityMechanismOK, ftpreply.CodeSecurityDataNeeded:
		return true
	}
	return false
}

// AppendSecurityData appends a reply with the code 235, 334 or 335. It fails on another code.
func AppendSecurityData(dst []byte, c ftpreply.Code, token []byte) ([]byte, error) {
	if !carriesSecurityData(c) {
		return dst, appendError(ErrCode, c.String(), securitySource)
	}
	dst = append(append(append(dst, c.String()...), ' '), securityLabel...)
	return append(base64.StdEncoding.AppendEncode(dst, token), "\r\n"...), nil
}

// describe gives the length of the token only, because printed text may be kept.
func (v SecurityData) describe() ([]Field, Tolerance) {
	return []Field{{"bytes", len(v.Token)}}, v.Tolerances
}

// decodeBase64 decodes text, which has no line endings; package base64 would ignore them.
func decodeBase64(text []byte) (token []byte, d Tolerance, ok bool) {
	encoding := base64.StdEncoding
	if bytes.IndexByte(text, '=') < 0 && len(text)%4 > 0 {
		encoding, d = base64.RawStdEncoding, NoPadding
	}
	token, err := encoding.AppendDecode(nil, text)
	return token, d, err == nil
}
