package payload

import (
	"testing"

	"github.com/leanovate/gopter/gen"
)

const (
	sha256Hex = "5d9c54f4203d10bf4aa962df8bd7e1b1c30a04b78ce02710dd3f233acffedcf9"
	md5Hex    = "332CAD8B8927A2888E26AF7A65EAE0DA"
)

var digestTests = []parseTest[Digest]{
	{"HASH", "213 SHA-256 0-1800 " + sha256Hex + " readme.txt\r\n",
		Digest{Algorithm: []byte("SHA-256"), End: 1800, Hex: []byte(sha256Hex), Path: []byte("readme.txt")}, nil, ""},
	{"HASH, ProFTPD", "213-Computing SHA-256 digest\r\n213 SHA-256 0-1800 " + sha256Hex + " readme.txt\r\n",
		Digest{Algorithm: []byte("SHA-256"), End: 1800, Hex: []byte(sha256Hex), Path: []byte("readme.txt")}, nil, ""},
	{"HASH, spaces in the path", "213 MD5 5-18446744073709551615 " + md5Hex + "  a b \r\n",
		Digest{Algorithm: []byte("MD5"), Start: 5, End: 1<<64 - 1, Hex: []byte(md5Hex), Path: []byte(" a b ")}, nil, ""},
	{"HASH without a path", "213 MD5 0-5 " + md5Hex + "\r\n",
		Digest{Algorithm: []byte("MD5"), End: 5, Hex: []byte(md5Hex)}, nil, ""},
	{"HASH, control character", "213 MD5 0-5 " + md5Hex + " a\x01b\r\n",
		Digest{Algorithm: []byte("MD5"), End: 5, Hex: []byte(md5Hex), Path: []byte("a\x01b")}, ErrUnsafePath, "\x01b"},
	{"HASH, range too large", "213 MD5 0-18446744073709551616 " + md5Hex + " a\r\n", Digest{}, ErrRange, "0-18446744073709551616"},
	{"HASH, half a range", "213 MD5 0- " + md5Hex + " a\r\n", Digest{}, ErrSyntax, "0- " + md5Hex + " a"},
	{"HASH, no digits", "213 MD5 0-5 xyz a\r\n", Digest{}, ErrSyntax, "xyz a"},
	{"HASH, cut", "213 MD5 0-5\r\n", Digest{}, ErrSyntax, ""},
	{"MD5", "251 readme.txt " + md5Hex + "\r\n", Digest{Hex: []byte(md5Hex), Path: []byte("readme.txt")}, nil, ""},
	{"MD5, ProFTPD", "251-Computing MD5 digest\r\n251 a b.txt " + md5Hex + "\r\n", Digest{Hex: []byte(md5Hex), Path: []byte("a b.txt")}, nil, ""},
	{"MD5, blank after", "251 a " + md5Hex + " \r\n", Digest{Hex: []byte(md5Hex), Path: []byte("a"), Tolerances: TrailingSpace}, nil, ""},
	{"MD5, no path", "251 " + md5Hex + "\r\n", Digest{}, ErrMissing, md5Hex},
	{"MD5, words", "251 Restart marker\r\n", Digest{}, ErrMissing, "Restart marker"},
	{"XCRC, ProFTPD", "250-Computing CRC32 digest\r\n250 C70B3765\r\n", Digest{Hex: []byte("C70B3765")}, nil, ""},
	{"XCRC, Serv-U", "250 70B3765\r\n", Digest{Hex: []byte("70B3765"), Tolerances: NoPadding}, nil, ""},
	{"XMD5 under 213", "213 " + md5Hex + "\r\n", Digest{Hex: []byte(md5Hex)}, nil, ""},
	{"blanks around", "250  C70B3765 \r\n", Digest{Hex: []byte("C70B3765"), Tolerances: ExtraSpace | TrailingSpace}, nil, ""},
	{"full stop", "250 C70B3765.\r\n", Digest{}, ErrMissing, "C70B3765."},
	{"words", "250 Command okay\r\n", Digest{}, ErrMissing, "Command okay"},
	{"empty", "213 \r\n", Digest{}, ErrMissing, ""},
	{"220", "220 C70B3765\r\n", Digest{}, ErrCode, "220 "},
}

func TestDigest(t *testing.T) { testParse(t, ParseDigest, digestTests) }

func TestDigestRoundTrip(t *testing.T) {
	hex := gen.SliceOf(gen.UInt8()).Map(func(b []byte) string {
		const digits = "0123456789abcdefABCDEF"
		s := md5Hex
		for _, c := range b {
			s += digits[c%22:][:1] + "0"
		}
		return s
	})
	forAll(t, func(algorithm, hex, path string, start, end uint64) bool {
		for _, v := range []Digest{
			{Algorithm: []byte(algorithm), Start: start, End: end, Hex: []byte(hex), Path: []byte(path)},
			{Hex: []byte(hex), Path: []byte(path)},
			{Hex: []byte(hex)},
		} {
			raw, err := AppendDigest(nil, v)
			if !equal(reparse(t, raw, err, ParseDigest), v) {
				return false
			}
		}
		return true
	}, bytesOf(1, inWord), hex, bytesOf(1, inPath), gen.UInt64(), gen.UInt64())
}

func TestAppendDigestFails(t *testing.T) {
	for _, v := range []Digest{
		{},
		{Hex: []byte("xyz")},
		{Hex: []byte("00"), Algorithm: []byte("a b")},
		{Hex: []byte("00"), Path: []byte("a\nb")},
	} {
		if raw, err := AppendDigest([]byte("x"), v); err == nil || string(raw) != "x" {
			t.Errorf("AppendDigest(%+v) = %q, %v", v, raw, err)
		}
	}
}

func FuzzDigest(f *testing.F) {
	for _, tt := range hashAlgorithmTests {
		f.Add([]byte(tt.raw))
	}
	fuzzParse(f, ParseDigest, func(v Digest) Tolerance { return v.Tolerances }, digestTests, func(t *testing.T, v Digest) {
		if !isHex(v.Hex) {
			t.Errorf("digits %q", v.Hex)
		}
	}, "213", "250", "251")
}
