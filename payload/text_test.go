package payload

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbersIn(t *testing.T) {
	tests := []struct {
		text string
		want []uint64
	}{
		{"Restarting at 100. Send STORE", []uint64{100}},
		{"(0).", []uint64{0}},
		{"at 5, or at 6: 7", []uint64{5, 6, 7}},
		{"ProFTPD 1.3.8 on 192.0.2.1", nil},
		{"1,024 -5 +5 5_000 0x10 SHA256 5th 2026-01-02 10:30", nil},
		{"917.3 kbytes", nil},
		{"'7' [8] 9", []uint64{7, 8, 9}},
		{"\u0661\u0662 5\u0663", nil},
		{"", nil},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var got []uint64
			for n := range numbersIn([]byte(tt.text)) {
				got = append(got, n.value)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIndexFold(t *testing.T) {
	for _, tt := range []struct {
		text, word string
		want       int
	}{{"x pbsz=1", "PBSZ=", 2}, {"PBSZ", "PBSZ=", -1}, {"", "A", -1}, {"aA", "A", 0}} {
		if got := indexFold([]byte(tt.text), tt.word); got != tt.want {
			t.Errorf("indexFold(%q, %q) = %d, want %d", tt.text, tt.word, got, tt.want)
		}
	}
}

func TestScanNumber(t *testing.T) {
	tests := []struct {
		text string
		n    uint64
		end  int
		ok   bool
	}{
		{"", 0, 0, true},
		{"x", 0, 0, true},
		{"-1", 0, 0, true},
		{"0", 0, 1, true},
		{"007x", 7, 3, true},
		{"18446744073709551615", 1<<64 - 1, 20, true},
		{"18446744073709551616", 0, 20, false},
		{"18446744073709551620", 0, 20, false},
		{"99999999999999999999x", 0, 20, false},
		{"0000000000000000000000001", 1, 25, true},
		{"٣", 0, 0, true},
	}
	for _, tt := range tests {
		n, end, ok := scanNumber([]byte(tt.text), 0)
		if ok != tt.ok || end != tt.end || ok && n != tt.n {
			t.Errorf("%q: %d %d %v, want %d %d %v", tt.text, n, end, ok, tt.n, tt.end, tt.ok)
		}
	}
}
