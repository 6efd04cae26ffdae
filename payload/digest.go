package payload

import (
	"bytes"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const digestSource = "no RFC: draft-bryan-ftp-hash, draft-twine-ftpmd5 and the practice of servers"

// Digest is the checksum of a file.
//
//	213 SHA-256 0-1800 5d9c54f4... readme.txt    HASH: all fields
//	251 readme.txt 332CAD8B...                   MD5: Path and Hex
//	250 C70B3765                                 XCRC, XMD5, XSHA1, XSHA256, XSHA512: Hex
//	213 c70b3765                                 CKSM of GridFTP (GFD.020): Hex
type Digest struct {
	Algorithm  []byte // of a HASH, such as "SHA-256"
	Start, End uint64 // of a HASH, the range of the file
	Hex        []byte // hexadecimal digits, in any case
	Path       []byte // decoded as [Path.Name]
	Tolerances Tolerance
}

// ParseDigest reads a 213, 250 or 251 to HASH, MD5, CKSM or one of the X commands. Some servers
// print a CRC without its leading zeros, which is noted as [NoPadding].
//
// With [ErrUnsafePath] the Digest is returned as well.
func ParseDigest(r ftpreply.Reply) (Digest, error) {
	read := readDigest
	switch r.Code() {
	case ftpreply.CodeMD5Digest: // 251
		read = readMD5
	case ftpreply.CodeFileStatus, ftpreply.CodeRequestedFileActionOK:
	default:
		return Digest{}, errCode(r, digestSource)
	}
	v, d, err := parseLines(r, read)
	v.Tolerances = d
	return v, err
}

// readDigest reads "algorithm start-end hex path", or digits alone. A line of words before
// it, such as "Computing MD5 digest", does not have that shape.
func readDigest(text []byte) (v Digest, d Tolerance, f fault) {
	from := skipBlanks(text, 0)
	if from > 0 {
		d |= ExtraSpace
	}
	end := from + wordLen(text[from:])
	if after, _ := tail(text, end); after != TextAfter {
		return readHex(text[from:end:end], d|after, fault{ErrMissing, 0, len(text), digestSource})
	}
	algorithm := text[from:end:end]

	from = end + 1
	start, dash, ok := scanNumber(text, from)
	if dash == from || at(text, dash) != '-' {
		return Digest{}, 0, fault{ErrMissing, 0, len(text), digestSource}
	}
	stop, end, ok2 := scanNumber(text, dash+1)
	switch {
	case end == dash+1, end < len(text) && !isBlank(text[end]):
		return Digest{}, 0, fault{ErrSyntax, from, len(text), digestSource}
	case !ok || !ok2:
		return Digest{}, 0, fault{ErrRange, from, end, digestSource}
	}

	from = min(end+1, len(text))
	end = from + wordLen(text[from:])
	v, d, f = readHex(text[from:end:end], d, fault{ErrSyntax, from, len(text), digestSource})
	if f.err != nil {
		return Digest{}, 0, f
	}
	v.Algorithm, v.Start, v.End = algorithm, start, stop
	path, tab, f := decodePathname(text, min(end+1, len(text)), len(text), digestSource)
	v.Path = path
	return v, d | tab, f
}

// readMD5 reads "path hex". The path may have spaces, so the last space divides them.
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
	path, tab, f := decodePathname(text, 0, cut, digestSource)
	v.Path = path
	return v, d | tab, f
}

// readHex reads the digits of a checksum. Every checksum in use has whole bytes, at least
// four of them. f is the fault to return if digits are not hexadecimal.
func readHex(digits []byte, d Tolerance, f fault) (Digest, Tolerance, fault) {
	if !isHex(digits) {
		return Digest{}, 0, f
	}
	if len(digits) < 8 || len(digits)%2 > 0 {
		d |= NoPadding
	}
	return Digest{Hex: digits}, d, fault{}
}

// AppendDigest appends the reply to a HASH if v has an algorithm, the reply to an MD5 if it
// has only a path, and otherwise the reply to one of the X commands. It fails if Hex is not
// one or more hexadecimal digits, if the algorithm is not a word of printable ASCII
// characters, and on a NUL or a LF in the path.
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

func (v Digest) describe() (fields []Field, d Tolerance) {
	if len(v.Algorithm) > 0 {
		fields = []Field{{"algorithm", string(v.Algorithm)}, {"start", v.Start}, {"end", v.End}}
	}
	fields = append(fields, Field{"hex", string(v.Hex)})
	if len(v.Path) > 0 {
		fields = append(fields, Field{"path", string(v.Path)})
	}
	return fields, v.Tolerances
}
