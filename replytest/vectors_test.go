package replytest

import (
	"strings"
	"testing"
)

// Mistakes in the file are found, with their line.
func TestParseVectors(t *testing.T) {
	const whole = "vector a\nin \"220 a\\r\\n\"\n"
	const others = "strict,anycode,anylf = default\n"
	for _, test := range []struct{ text, want string }{
		{whole + "default 0:1 220 \"a\"\n" + others, ""},
		{"default nothing", ":1: default stands before the first vector"},
		{whole + others, "vector a: no expectation under default"},
		{whole + whole, ":3: a second a"},
		{whole + "defaul nothing", `:3: no setting "defaul"`},
		{whole + "default 0:1 junk \"a\"", `:3: no kind "junk"`},
		{whole + "default 01 220 \"a\"", `:3: "01" is no offset:line`},
		{whole + "default 0:1 220 a", `:3: "a" is no quoted text`},
		{whole + "default 0:1 220 \"a\" [Bare]", `:3: "Bare" is no name of a deviation`},
		{whole + "default 9:1 220 \"a\"", ":3: 9 is beyond the input"},
		{whole + "default rejects 0:1 for nul at 0:1", ":3: no reply at 0"},
		{whole + "default nothing more", ":3: cannot read on at"},
		{whole + "max x", `:3: "x" is no number`},
	} {
		_, err := parseVectors(test.text)
		if test.want == "" {
			if err != nil {
				t.Errorf("%q: %v", test.text, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %q", test.text, err, test.want)
		}
	}
}
