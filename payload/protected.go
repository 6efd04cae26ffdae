package payload

import (
	"encoding/base64"

	"github.com/ftpreply/ftpreply"
)

const protectedSource = "RFC 2228, section 5.2"

// Protected is an ordinary reply that came under the protection of a security mechanism.
type Protected struct {
	Reply      ftpreply.Reply // with bytes of its own
	Tolerances Tolerance
}

// ParseProtected reads a 631, 632 or 633. Every line of it is a token of the security
// mechanism in base64. unprotect turns a token into plaintext, as gss_unwrap does. All
// plaintexts together, wherever they were cut, are the reply, which is parsed as
// [ftpreply.Parse] does; its last line may lack its line ending.
//
// An error of unprotect is wrapped, and so is that of Parse. A protected reply inside a
// protected reply is an error.
func ParseProtected(r ftpreply.Reply, unprotect func(token []byte) (plaintext []byte, err error)) (Protected, error) {
	plaintext, d, err := uncover(r, unprotect)
	if err != nil {
		return Protected{}, err
	}
	if n := len(plaintext); n == 0 || plaintext[n-1] != '\n' {
		plaintext = append(plaintext, "\r\n"...)
	}
	inner, err := ftpreply.Parse(plaintext)
	if err == nil && inner.Code().Class() == ftpreply.Protected {
		err = ErrCode
	}
	if err != nil {
		return Protected{}, fault{err, 0, maxErrorText, protectedSource}.in(r, 0)
	}
	return Protected{inner, d}, nil
}

// uncover joins the plaintexts of the lines.
func uncover(r ftpreply.Reply, unprotect func([]byte) ([]byte, error)) (plaintext []byte, d Tolerance, err error) {
	if r.Code().Class() != ftpreply.Protected {
		return nil, 0, errCode(r, protectedSource)
	}
	i := 0
	for l := range r.Lines() {
		token, padding, ok := decodeBase64(l.Text())
		if !ok || len(token) == 0 {
			return nil, 0, fault{ErrSyntax, 0, maxErrorText, base64Source}.in(r, i)
		}
		part, err := unprotect(token)
		if err != nil {
			return nil, 0, fault{err, 0, maxErrorText, protectedSource}.in(r, i)
		}
		if len(l.Prefix()) == 0 {
			d |= NoCodePrefix
		}
		plaintext = append(plaintext, part...)
		d |= padding
		i++
	}
	return plaintext, d, nil
}

// AppendProtected appends a reply with the code 631, 632 or 633 and a line for each token,
// which the security mechanism made from a reply or a part of one. It fails without tokens
// and on an empty one.
func AppendProtected(dst []byte, c ftpreply.Code, tokens ...[]byte) ([]byte, error) {
	if c < ftpreply.CodeIntegrityProtectedReply || c > ftpreply.CodeConfidentialityProtectedReply {
		return dst, appendError(ErrCode, c.String(), protectedSource)
	}
	if len(tokens) == 0 {
		return dst, appendError(ErrMissing, 0, protectedSource)
	}
	reply := dst
	for i, token := range tokens {
		if len(token) == 0 {
			return dst, appendError(ErrMissing, i, protectedSource)
		}
		separator := byte('-')
		if i == len(tokens)-1 {
			separator = ' '
		}
		reply = append(append(reply, c.String()...), separator)
		reply = append(base64.StdEncoding.AppendEncode(reply, token), "\r\n"...)
	}
	return reply, nil
}
