package render

import "testing"

func TestQuote(t *testing.T) {
	tests := []struct{ in, want string }{
		{"a b", "a b"},
		{`say "hi" \ there`, `say "hi" \\ there`},
		{"\x1b[31m\r\n\t\x7f\x00", `\x1b[31m\r\n\t\x7f\x00`},
		{"caf\xe9 caf\u00e9", `caf\xe9 caf` + "\u00e9"},
		{"\u009b\u202e", `\u009b\u202e`},
	}
	for _, tt := range tests {
		if got := Quote([]byte(tt.in)); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestEscapeUnprintable(t *testing.T) {
	in := "\"a\u00e9\x7f\u009b\u202e\U0001f600\""
	want := "\"a\u00e9" + `\u007f\u009b\u202e` + "\U0001f600\""
	if got := string(EscapeUnprintable([]byte(in))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
