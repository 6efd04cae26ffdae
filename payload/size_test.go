package payload

import (
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// sizeTests: with a reason, at is the text at fault.
var sizeTests = []struct {
	name, raw  string
	want       uint64
	tolerances Tolerance
	reason     error
	at         string
}{
	{"number", "213 1024\r\n", 1024, 0, nil, ""},
	{"zero", "213 0\r\n", 0, 0, nil, ""},
	{"leading zeros are in the grammar", "213 0001024\r\n", 1024, 0, nil, ""},
	{"blank before", "213  812\r\n", 812, ExtraSpace, nil, ""},
	{"blank after", "213 812 \r\n", 812, TrailingSpace, nil, ""},
	{"words after", "213 812 bytes\r\n", 812, TextAfter, nil, ""},
	{"full stop", "213 812.\r\n", 812, TextAfter, nil, ""},
	{"words before", "213 junk 1024\r\n", 1024, TextBefore, nil, ""},
	{"words before, blank after", "213 The size is 1024 \r\n", 1024, TextBefore | TrailingSpace, nil, ""},
	{"two numbers", "213 812 of 1024\r\n", 0, 0, ErrAmbiguous, "812 of 1024"},
	{"three numbers", "213 512 1024 2048\r\n", 0, 0, ErrAmbiguous, "512 1024 2048"},
	{"two numbers after words", "213 size 512 1024\r\n", 0, 0, ErrAmbiguous, "size 512 1024"},
	{"most of 64 bits", "213 18446744073709551615\r\n", 1<<64 - 1, 0, nil, ""},
	{"more than 63 bits", "213 9223372036854775808\r\n", 1 << 63, 0, nil, ""},
	{"more than 64 bits", "213 18446744073709551616\r\n", 0, 0, ErrRange, "18446744073709551616"},
	{"minus one", "213 -1\r\n", 0, 0, ErrSyntax, "-1"},
	{"minus five", "213 -5\r\n", 0, 0, ErrSyntax, "-5"},
	{"plus sign", "213 +1024\r\n", 0, 0, ErrSyntax, "+1024"},
	{"sign at the end", "213 size -5\r\n", 0, 0, ErrSyntax, "-5"},
	{"underscore", "213 1_000\r\n", 0, 0, ErrSyntax, "1_000"},
	{"comma", "213 1,024\r\n", 0, 0, ErrSyntax, "1,024"},
	{"fraction", "213 1024.5\r\n", 0, 0, ErrSyntax, "1024.5"},
	{"hexadecimal", "213 0x10\r\n", 0, 0, ErrSyntax, "0x10"},
	{"Arabic digits", "213 ١٢٣\r\n", 0, 0, ErrMissing, "١٢٣"},
	{"number inside words", "213 size 5 bytes\r\n", 0, 0, ErrMissing, "size 5 bytes"},
	{"empty", "213 \r\n", 0, 0, ErrMissing, ""},
	{"bare code", "213\r\n", 0, 0, ErrMissing, ""},
	{"blanks", "213   \r\n", 0, 0, ErrMissing, "  "},
	{"words", "213 File not found\r\n", 0, 0, ErrMissing, "File not found"},
	{"last line", "213-Size follows\r\n213 812\r\n", 812, 0, nil, ""},
	{"first line", "213-812\r\n213 End\r\n", 812, OtherLine, nil, ""},
	{"interior line", "213-Size\r\n 812\r\n213 End\r\n", 812, OtherLine | ExtraSpace, nil, ""},
	{"250", "250 812\r\n", 812, OtherCode, nil, ""},
	{"550", "550 x: not a plain file.\r\n", 0, 0, ErrCode, "550 "},
}

func TestSize(t *testing.T) {
	for _, tt := range sizeTests {
		t.Run(tt.name, func(t *testing.T) {
			r := reply(t, tt.raw)
			s, err := ParseSize(r)
			checkError(t, r, err, tt.reason, tt.at)
			if want := (Size{tt.want, tt.tolerances}); s != want {
				t.Errorf("%+v, want %+v", s, want)
			}
		})
	}
}

func TestSizeRoundTrip(t *testing.T) {
	properties := gopter.NewProperties(nil)
	properties.Property("213", prop.ForAll(func(size uint64) bool {
		r, err := ftpreply.Parse(AppendSize(nil, size))
		if err != nil {
			return false
		}
		s, err := ParseSize(r)
		return err == nil && s == Size{Bytes: size}
	}, gen.UInt64()))
	properties.TestingRun(t)
}

func FuzzSize(f *testing.F) {
	for _, tt := range sizeTests {
		f.Add([]byte(tt.raw))
		f.Add([]byte(tt.raw[3 : len(tt.raw)-2]))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		fuzzReplies(input, func(r ftpreply.Reply) {
			s, err := ParseSize(r)
			checkResult(t, r, s.Tolerances, err)
			if err != nil && s.Bytes != 0 {
				t.Errorf("%q: %d with %v", r.Raw(), s.Bytes, err)
			}
		}, "213")
	})
}

func TestSizeAllocs(t *testing.T) {
	for _, raw := range []string{"213 1024\r\n", "213 junk 1024\r\n", "213-Size follows\r\n213 812\r\n"} {
		r := reply(t, raw)
		if n := testing.AllocsPerRun(100, func() { ParseSize(r) }); n != 0 {
			t.Errorf("%q: %v allocations", raw, n)
		}
	}
}

func BenchmarkSize(b *testing.B) {
	r := reply(b, "213 1024\r\n")
	b.ReportAllocs()
	for b.Loop() {
		ParseSize(r)
	}
}
