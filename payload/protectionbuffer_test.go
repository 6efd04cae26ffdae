package payload

import (
	"testing"

	"github.com/leanovate/gopter/gen"
)

var protectionBufferTests = []parseTest[ProtectionBuffer]{
	{"alone", "200 PBSZ=0\r\n", ProtectionBuffer{}, nil, ""},
	{"words after", "200 PBSZ=0 successful\r\n", ProtectionBuffer{}, nil, ""},
	{"words around", "200 Buffer is PBSZ=16384.\r\n", ProtectionBuffer{Size: 16384}, nil, ""},
	{"case", "200 pbsz=5\r\n", ProtectionBuffer{5, OtherCase}, nil, ""},
	{"multi-line", "200-PBSZ=5\r\n200 ok\r\n", ProtectionBuffer{5, OtherLine}, nil, ""},
	{"most", "200 PBSZ=4294967295\r\n", ProtectionBuffer{Size: 1<<32 - 1}, nil, ""},
	{"too large", "200 PBSZ=4294967296\r\n", ProtectionBuffer{}, ErrRange, "4294967296"},
	{"negative", "200 PBSZ=-1\r\n", ProtectionBuffer{}, ErrSyntax, "PBSZ=-1"},
	{"no number", "200 PBSZ=\r\n", ProtectionBuffer{}, ErrSyntax, "PBSZ="},
	{"the size that was asked for", "200 PBSZ set to 0.\r\n", ProtectionBuffer{}, ErrMissing, "PBSZ set to 0."},
	{"Pure-FTPd without TLS", "503 PBSZ=0\r\n", ProtectionBuffer{}, ErrCode, "503 "},
}

func TestProtectionBuffer(t *testing.T) { testParse(t, ParseProtectionBuffer, protectionBufferTests) }

func TestProtectionBufferRoundTrip(t *testing.T) {
	forAll(t, func(size uint32) bool {
		return reparse(t, AppendProtectionBuffer(nil, size), nil, ParseProtectionBuffer) == ProtectionBuffer{Size: size}
	}, gen.UInt32())
}

func FuzzProtectionBuffer(f *testing.F) {
	fuzzParse(f, ParseProtectionBuffer, func(v ProtectionBuffer) Tolerance { return v.Tolerances }, protectionBufferTests, nil, "200")
}
