package render

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestSafeJSON(t *testing.T) {
	in := "\"a\u00e9\x7f\u009b\u202e\U0001f600\U000e0041##vso[x]# #\""
	want := "\"a\u00e9" + `\u007f\u009b\u202e` + "\U0001f600" + `\udb40\udc41\u0023#vso[x]# #"`
	if got := string(SafeJSON([]byte(in))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var x, y string
	if json.Unmarshal([]byte(in), &x) != nil || json.Unmarshal(SafeJSON([]byte(in)), &y) != nil || x != y {
		t.Errorf("%q became %q", x, y)
	}
	if plain := []byte(`{"a":"# b"}`); !bytes.Equal(SafeJSON(plain), plain) {
		t.Error("plain text is changed")
	}
}
