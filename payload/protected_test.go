package payload

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter/gen"
)

var errBadToken = errors.New("bad token")

// unseal is the inverse of seal, a security mechanism that turns each bit over.
func unseal(token []byte) ([]byte, error) {
	if len(token) > 0 && token[0] == 0 {
		return nil, errBadToken
	}
	return seal(token), nil
}

func seal(b []byte) []byte {
	sealed := make([]byte, len(b))
	for i, c := range b {
		sealed[i] = ^c
	}
	return sealed
}

func sealed(s string) string { return base64.StdEncoding.EncodeToString(seal([]byte(s))) }

var protectedTests = []struct {
	name, raw  string
	want       string // the raw bytes of the reply inside
	tolerances Tolerance
	reason     error
	at         string
}{
	{"one line", "632 " + sealed("230 User logged in.\r\n") + "\r\n", "230 User logged in.\r\n", 0, nil, ""},
	{"631", "631 " + sealed("200 ok\r\n") + "\r\n", "200 ok\r\n", 0, nil, ""},
	{"633", "633 " + sealed("200 ok\r\n") + "\r\n", "200 ok\r\n", 0, nil, ""},
	{"no line end inside", "632 " + sealed("200 ok") + "\r\n", "200 ok\r\n", 0, nil, ""},
	{"multi-line inside one line", "632 " + sealed("211-a\r\n b\r\n211 End") + "\r\n", "211-a\r\n b\r\n211 End\r\n", 0, nil, ""},
	{"cut anywhere", "632-" + sealed("21") + "\r\n632-" + sealed("1-a\r\n b\r") + "\r\n632 " + sealed("\n211 End\r\n") + "\r\n",
		"211-a\r\n b\r\n211 End\r\n", 0, nil, ""},
	{"no code in front", "632-" + sealed("200 o") + "\r\n" + sealed("k\r") + "\r\n632 " + sealed("\n") + "\r\n", "200 ok\r\n", NoCodePrefix, nil, ""},
	{"no padding", "632 " + strings.TrimRight(sealed("200 okay"), "=") + "\r\n", "200 okay\r\n", NoPadding, nil, ""},
	{"no base64", "632 Command okay.\r\n", "", 0, ErrSyntax, "Command okay."},
	{"no base64 in a later line", "632-" + sealed("200 ok") + "\r\n632 x\r\n", "", 0, ErrSyntax, "x"},
	{"empty line", "632-" + sealed("200 ok") + "\r\n632 \r\n", "", 0, ErrSyntax, ""},
	{"refused", "632 AAAA\r\n", "", 0, errBadToken, "AAAA"},
	{"no reply inside", "632 " + sealed("hello") + "\r\n", "", 0, ftpreply.ErrNotReply, sealed("hello")},
	{"two replies inside", "632 " + sealed("200 a\r\n200 b\r\n") + "\r\n", "", 0, ftpreply.ErrTrailing, sealed("200 a\r\n200 b\r\n")},
	{"protected once more", "632 " + sealed("632 AAAA\r\n") + "\r\n", "", 0, ErrCode, sealed("632 AAAA\r\n")},
	{"200", "200 " + sealed("200 ok\r\n") + "\r\n", "", 0, ErrCode, "200 "},
}

func TestProtected(t *testing.T) {
	for _, tt := range protectedTests {
		t.Run(tt.name, func(t *testing.T) {
			raw := []byte(tt.raw)
			r, err := ftpreply.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			v, err := ParseProtected(r, unseal)
			checkError(t, r, err, tt.reason, tt.at)
			clear(raw) // the reply inside has bytes of its own
			if diff := cmp.Diff(tt.want, string(v.Reply.Raw())); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if v.Tolerances != tt.tolerances {
				t.Errorf("tolerances %v, want %v", v.Tolerances, tt.tolerances)
			}
		})
	}
}

func TestProtectedRoundTrip(t *testing.T) {
	forAll(t, func(lines []string, cuts []uint8, c uint16) bool {
		inside, err := ftpreply.AppendReply(nil, 211, lines...)
		if err != nil {
			t.Fatal(err)
		}
		var tokens [][]byte
		rest := inside
		for _, cut := range cuts {
			n := min(int(cut)+1, len(rest)-1)
			if n > 0 {
				tokens = append(tokens, seal(rest[:n]))
				rest = rest[n:]
			}
		}
		raw, err := AppendProtected(nil, ftpreply.Code(c), append(tokens, seal(rest))...)
		v := reparse(t, raw, err, func(r ftpreply.Reply) (Protected, error) { return ParseProtected(r, unseal) })
		return bytes.Equal(v.Reply.Raw(), inside) && v.Tolerances == 0
	}, gen.SliceOf(bytesOf(0, func(c byte) bool { return inLine(c) && c != 0xff })), gen.SliceOf(gen.UInt8()), gen.UInt16Range(631, 633))
}

func TestAppendProtectedFails(t *testing.T) {
	for _, tt := range []struct {
		code   ftpreply.Code
		tokens [][]byte
	}{{200, [][]byte{{1}}}, {634, [][]byte{{1}}}, {632, nil}, {632, [][]byte{{1}, {}}}} {
		if raw, err := AppendProtected([]byte("x"), tt.code, tt.tokens...); err == nil || string(raw) != "x" {
			t.Errorf("AppendProtected(%v, %v) = %q, %v", tt.code, tt.tokens, raw, err)
		}
	}
}

func FuzzProtected(f *testing.F) {
	for _, tt := range protectedTests {
		f.Add([]byte(tt.raw))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			v, err := ParseProtected(r, unseal)
			checkResult(t, r, v.Tolerances, err)
		}, "631", "632", "633")
		if r, err := ftpreply.Parse([]byte("632 " + sealed(string(input)) + "\r\n")); err == nil {
			v, err := ParseProtected(r, unseal)
			checkResult(t, r, v.Tolerances, err)
			if err == nil && !bytes.HasPrefix(v.Reply.Raw(), input) {
				t.Errorf("%q inside, %q sealed", v.Reply.Raw(), input)
			}
		}
	})
}
