package payload

import (
	"bytes"

	"github.com/ftpreply/ftpreply"
)

const algorithmSource = "RFC 2389, section 4; draft-bryan-ftp-hash"

// HashAlgorithm is the algorithm that a server will use for HASH, in its answer to OPTS HASH.
type HashAlgorithm struct {
	Name       string // as IANA spells it
	Tolerances Tolerance
}

// hashAlgorithms are the names of IANA's list of textual names for hash functions, and CRC32.
var hashAlgorithms = [...]string{
	"CRC32", "MD2", "MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512",
	"SHAKE128", "SHAKE256",
}

// ParseHashAlgorithm reads the name of a hash function that is the whole text of a 200. Only
// known names are read, because a 200 may also say "OK".
func ParseHashAlgorithm(r ftpreply.Reply) (HashAlgorithm, error) {
	v, d, err := parseAs(r, ftpreply.CodeCommandOK, algorithmSource, readHashAlgorithm)
	v.Tolerances = d
	return v, err
}

func readHashAlgorithm(text []byte) (HashAlgorithm, Tolerance, fault) {
	word := bytes.TrimRight(text, " \t")
	for _, name := range hashAlgorithms {
		if equalFold(word, name) {
			after, _ := tail(text, len(word))
			return HashAlgorithm{Name: name}, after | caseOf(word, name), fault{}
		}
	}
	return HashAlgorithm{}, 0, fault{ErrMissing, 0, len(text), algorithmSource}
}

// AppendHashAlgorithm appends a 200 reply. It fails on a name that is not known.
func AppendHashAlgorithm(dst []byte, name string) ([]byte, error) {
	if v, _, f := readHashAlgorithm([]byte(name)); f.err != nil || v.Name != name {
		return dst, appendError(ErrSyntax, name, algorithmSource)
	}
	return append(append(append(dst, "200 "...), name...), "\r\n"...), nil
}

func (v HashAlgorithm) describe() ([]Field, Tolerance) {
	return []Field{{"algorithm", v.Name}}, v.Tolerances
}
