package payload

import (
	"slices"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/leanovate/gopter/gen"
)

// protocolList is a Protocols with its numbers.
type protocolList struct {
	Numbers    []uint16
	Tolerances Tolerance
}

func parseProtocolList(r ftpreply.Reply) (protocolList, error) {
	v, err := ParseProtocols(r)
	return protocolList{slices.Collect(v.All()), v.Tolerances}, err
}

var protocolsTests = []parseTest[protocolList]{
	{"RFC 2428", "522 Network protocol not supported, use (1,2)\r\n", protocolList{Numbers: []uint16{1, 2}}, nil, ""},
	{"one", "522 Only IPv4 is supported (1)\r\n", protocolList{Numbers: []uint16{1}}, nil, ""},
	{"full stop", "522 use (2).\r\n", protocolList{Numbers: []uint16{2}}, nil, ""},
	{"word in the list", "522 Network protocol not supported (use 2).\r\n", protocolList{[]uint16{2}, TextBefore}, nil, ""},
	{"blanks", "522 use (1, 2)\r\n", protocolList{[]uint16{1, 2}, ExtraSpace}, nil, ""},
	{"RFC 1639", "521 Supported address families are (4, 6)\r\n", protocolList{Numbers: []uint16{4, 6}}, nil, ""},
	{"RFC 1639, names", "521 Supported address families are (4, IPX)\r\n", protocolList{[]uint16{4}, NamesInList}, nil, ""},
	{"other parentheses before", "522 Protocol (sorry), use (1)\r\n", protocolList{Numbers: []uint16{1}}, nil, ""},
	{"other parentheses after", "522 use (1) (sorry)\r\n", protocolList{Numbers: []uint16{1}}, nil, ""},
	{"multi-line", "522-use (1)\r\n522 Sorry\r\n", protocolList{[]uint16{1}, OtherLine}, nil, ""},
	{"most", "522 (65535)\r\n", protocolList{Numbers: []uint16{65535}}, nil, ""},
	{"too large", "522 (1,65536)\r\n", protocolList{}, ErrRange, "1,65536"},
	{"negative", "522 (-1)\r\n", protocolList{}, ErrMissing, "(-1)"},
	{"vsftpd", "522 Bad network protocol.\r\n", protocolList{}, ErrMissing, "Bad network protocol."},
	{"empty list", "522 use ()\r\n", protocolList{}, ErrMissing, "use ()"},
	{"cut", "522 use (1,2\r\n", protocolList{}, ErrMissing, "use (1,2"},
	{"521 for something else", "521 \"/x\" (directory) already exists\r\n", protocolList{}, ErrMissing, "\"/x\" (directory) already exists"},
	{"500", "500 (1)\r\n", protocolList{}, ErrCode, "500 "},
}

func TestProtocols(t *testing.T) { testParse(t, parseProtocolList, protocolsTests) }

func TestProtocolsRoundTrip(t *testing.T) {
	forAll(t, func(first uint16, more []uint16) bool {
		numbers := append([]uint16{first}, more...)
		raw, err := AppendProtocols(nil, numbers...)
		return equal(reparse(t, raw, err, parseProtocolList), protocolList{Numbers: numbers})
	}, gen.UInt16(), gen.SliceOf(gen.UInt16()))
	if raw, err := AppendProtocols([]byte("x")); err == nil || string(raw) != "x" {
		t.Errorf("AppendProtocols() = %q, %v", raw, err)
	}
}

func TestProtocolsStop(t *testing.T) {
	v, _ := ParseProtocols(reply(t, "522 (1,2)\r\n"))
	for n := range v.All() {
		if n != 1 {
			t.Error(n)
		}
		break
	}
}

func FuzzProtocols(f *testing.F) {
	fuzzParse(f, parseProtocolList, func(v protocolList) Tolerance { return v.Tolerances }, protocolsTests, func(t *testing.T, v protocolList) {
		if len(v.Numbers) == 0 {
			t.Error("no number and no error")
		}
	}, "522", "521")
}
