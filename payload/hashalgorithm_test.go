package payload

import "testing"

var hashAlgorithmTests = []parseTest[HashAlgorithm]{
	{"ProFTPD", "200 SHA-256\r\n", HashAlgorithm{Name: "SHA-256"}, nil, ""},
	{"case", "200 sha-1\r\n", HashAlgorithm{"SHA-1", OtherCase}, nil, ""},
	{"blank after", "200 MD5 \r\n", HashAlgorithm{"MD5", TrailingSpace}, nil, ""},
	{"OK", "200 OK\r\n", HashAlgorithm{}, ErrMissing, "OK"},
	{"in words", "200 SHA-1 selected\r\n", HashAlgorithm{}, ErrMissing, "SHA-1 selected"},
	{"501", "501 SHA-1\r\n", HashAlgorithm{}, ErrCode, "501 "},
}

func TestHashAlgorithm(t *testing.T) {
	testParse(t, ParseHashAlgorithm, hashAlgorithmTests)
	for _, name := range hashAlgorithms {
		raw, err := AppendHashAlgorithm(nil, name)
		if got := reparse(t, raw, err, ParseHashAlgorithm); got != (HashAlgorithm{Name: name}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, name := range []string{"", "ROT13", "sha-1", "MD5 "} {
		if raw, err := AppendHashAlgorithm([]byte("x"), name); err == nil || string(raw) != "x" {
			t.Errorf("AppendHashAlgorithm(%q) = %q, %v", name, raw, err)
		}
	}
}
