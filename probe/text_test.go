package probe

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"
)

func TestPrintable(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", `257 "/a b" is \ here`, `257 "/a b" is \ here`},
		{"escape sequence", "a\x1b[2Jb\a", `a\x1b[2Jb\a`},
		{"forged line", "x\r\nall checks passed", `x\r\nall checks passed`},
		{"order of text", "a\u202eb\u2066", `a\u202eb\u2066`},
		{"tags", "a\U000e0041", `a\U000e0041`},
		{"not UTF-8", "\xe4\xf6", `\xe4\xf6`},
		{"letters", "gr\u00fc\u00dfe \u6587", "gr\u00fc\u00dfe \u6587"},
		{"replacement character", "\ufffd", "\ufffd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := printable(tt.text); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// The names in a certificate are the server's text.
func TestQuotedError(t *testing.T) {
	cert := &x509.Certificate{DNSNames: []string{"a\x1b]0;x\a\nall checks passed"}}
	inner := x509.HostnameError{Certificate: cert, Host: "h"}
	err := error(quotedError{inner})
	if strings.ContainsAny(err.Error(), "\x1b\a\n") {
		t.Errorf("%q", err.Error())
	}
	var host x509.HostnameError
	if !errors.As(err, &host) {
		t.Error("the error inside is hidden")
	}
}

func TestShorten(t *testing.T) {
	if got := shorten("abc\r\n"); got != "abc" {
		t.Error(got)
	}
	long := strings.Repeat("x", maxShown-1) + "\u00fcy"
	if got := shorten(long); got != strings.Repeat("x", maxShown-1)+"..." {
		t.Error(got)
	}
	if got := shorten(strings.Repeat("\x80", 500)); len(got) > 4*maxShown+3 {
		t.Errorf("%d bytes", len(got))
	}
}
