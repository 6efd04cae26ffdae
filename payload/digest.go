package payload

import (
	"bytes"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const (
	digestSource    = "no RFC: draft-bryan-ftp-hash, draft-twine-ftpmd5 and what servers do"
	algorithmSource = "RFC 2389, section 4; draft-bryan-ftp-hash"
)

// Digest is the checksum of a file.
//
//	213 SHA-256 0-1800 5d9c54f4... readme.txt    HASH: all fields
//	251 readme.txt 332CAD8B...                   MD5: Path and Hex
//	250 C70B3765                                 XCRC, XMD5, XSHA1, XSHA256, XSHA512: Hex
type Digest struct {
	Algorithm  []byte // of a HASH, such as "SHA-256"
	Start, End uint64 // of a HASH, the range of the file
	Hex        []byte // hexadecimal digits, in any case
	Path       []byte // decoded as [Path.Name]
	Tolerances Tolerance
}

// ParseDigest reads a 213, 250 or 251 to HASH, MD5 or one of the X commands. Some
// servers print a CRC without its leading zeros, which is noted as [NoPadding].
//
// With [ErrUnsafePath] the Digest is returned all the same.
func ParseDigest(r ftpreply.Reply) (Digest, error) {
	read := readDigest
	switch r.Code() {
	case ftpreply.CodeMD5Digest:
		read = readMD5
	case ftpreply.CodeFileStatus, ftpreply.CodeRequestedFileActionOK:
	default:
		return Digest{}, errCode(r, digestSource)
	}
	v, d, err := parseLines(r, read)
	v.Tolerances = d
	return v, err
}

// AppendDigest appends the reply to a HASH if v has an algorithm, to an MD5 if it
// has no more than a path, and otherwise to one of the X commands. It fails when the digits are none,
// when the algorithm is no word of printable ASCII characters, and on a NUL or a LF in the path.
func AppendDigest(dst []byte, v Digest) ([]byte, error) {
	switch {
	case !isHex(v.Hex):
		return dst, appendError(ErrSyntax, string(v.Hex), digestSource)
	case len(v.Algorithm) > 0 && !isWord(v.Algorithm):
		return dst, appendError(ErrSyntax, string(v.Algorithm), digestSource)
	}
	path, err := appendPathname(nil, string(v.Path))
	if err != nil {
		return dst, err
	}
	switch {
	case len(v.Algorithm) > 0:
		dst = append(append(append(dst, "213 "...), v.Algorithm...), ' ')
		dst = strconv.AppendUint(dst, v.Start, 10)
		dst = strconv.AppendUint(append(dst, '-'), v.End, 10)
		dst = append(append(append(append(dst, ' '), v.Hex...), ' '), path...)
	case len(path) > 0:
		dst = append(append(append(append(dst, "251 "...), path...), ' '), v.Hex...)
	default:
		dst = append(append(dst, "250 "...), v.Hex...)
	}
	return append(dst, "\r\n"...), nil
}

// readDigest reads "algorithm start-end hex path", or digits alone. A line of
// words above it, such as "Computing MD5 digest", is not of that shape.
func readDigest(text []byte) (v Digest, d Tolerance, f fault) {
	from := skipBlanks(text, 0)
	if from > 0 {
		d |= ExtraSpace
	}
	end := from + wordLen(text[from:])
	if rest, _ := tail(text, end); rest != TextBehind {
		return readHex(text[from:end:end], d|rest, fault{ErrMissing, 0, len(text), digestSource})
	}
	algorithm := text[from:end:end]
	start, stop, end, f := readSpan(text, end+1)
	if f.err != nil {
		return Digest{}, 0, f
	}
	from = min(end+1, len(text))
	end = from + wordLen(text[from:])
	v, d, f = readHex(text[from:end:end], d, fault{ErrSyntax, from, len(text), digestSource})
	if f.err != nil {
		return Digest{}, 0, f
	}
	v.Algorithm, v.Start, v.End = algorithm, start, stop
	v.Path, f = decodePathname(text, min(end+1, len(text)), len(text), digestSource)
	return v, d, f
}

// readSpan reads the word "start-end" at text[from]; to is the index behind it.
func readSpan(text []byte, from int) (start, end uint64, to int, f fault) {
	start, dash, ok := scanNumber(text, from)
	if dash == from || at(text, dash) != '-' {
		return 0, 0, from, fault{ErrMissing, 0, len(text), digestSource}
	}
	end, to, ok2 := scanNumber(text, dash+1)
	switch {
	case to == dash+1, to < len(text) && !isBlank(text[to]):
		return 0, 0, to, fault{ErrSyntax, from, len(text), digestSource}
	case !ok || !ok2:
		return 0, 0, to, fault{ErrRange, from, to, digestSource}
	}
	return start, end, to, fault{}
}

// readMD5 reads "path hex". The path may have spaces, so the last one is the cut.
func readMD5(text []byte) (v Digest, d Tolerance, f fault) {
	end := len(bytes.TrimRight(text, " \t"))
	cut := bytes.LastIndexByte(text[:end], ' ')
	missing := fault{ErrMissing, 0, len(text), digestSource}
	if cut < 0 {
		return v, 0, missing
	}
	d, _ = tail(text, end)
	if v, d, f = readHex(text[cut+1:end], d, missing); f.err != nil {
		return v, d, f
	}
	v.Path, f = decodePathname(text, 0, cut, digestSource)
	return v, d, f
}

// readHex reads the digits of a checksum; all that exist have whole bytes, four at
// least. f is what to say when they are none.
func readHex(digits []byte, d Tolerance, f fault) (Digest, Tolerance, fault) {
	if !isHex(digits) {
		return Digest{}, 0, f
	}
	if len(digits) < 8 || len(digits)%2 > 0 {
		d |= NoPadding
	}
	return Digest{Hex: digits}, d, fault{}
}

func isHex(b []byte) bool { return len(b) > 0 && !bytes.ContainsFunc(b, isNotHex) }

// HashAlgorithm is what a server will use for HASH, in its answer to OPTS HASH.
type HashAlgorithm struct {
	Name       string // as IANA spells it
	Tolerances Tolerance
}

// hashAlgorithms are the names of IANA's list of textual names for hash functions, and CRC32.
var hashAlgorithms = [...]string{
	"CRC32", "MD2", "MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512",
	"SHAKE128", "SHAKE256",
}

// ParseHashAlgorithm reads the name of a hash function that is all the text of a
// 200. The name has to be a known one, since a 200 may just as well say "OK".
func ParseHashAlgorithm(r ftpreply.Reply) (HashAlgorithm, error) {
	other, err := checkCode(r, ftpreply.CodeCommandOK, algorithmSource)
	if err != nil {
		return HashAlgorithm{}, err
	}
	v, d, err := parseLines(r, readHashAlgorithm)
	v.Tolerances = d | other
	return v, err
}

// AppendHashAlgorithm appends a 200 reply. It fails on a name that is not known.
func AppendHashAlgorithm(dst []byte, name string) ([]byte, error) {
	if v, _, f := readHashAlgorithm([]byte(name)); f.err != nil || v.Name != name {
		return dst, appendError(ErrSyntax, name, algorithmSource)
	}
	return append(append(append(dst, "200 "...), name...), "\r\n"...), nil
}

func readHashAlgorithm(text []byte) (HashAlgorithm, Tolerance, fault) {
	word := bytes.TrimRight(text, " \t")
	for _, name := range hashAlgorithms {
		if equalFold(word, name) {
			behind, _ := tail(text, len(word))
			return HashAlgorithm{Name: name}, behind | caseOf(word, name), fault{}
		}
	}
	return HashAlgorithm{}, 0, fault{ErrMissing, 0, len(text), algorithmSource}
}
