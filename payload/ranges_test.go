package payload

import (
	"fmt"
	"testing"

	"github.com/ftpreply/ftpreply"
)

// rangeList is what a Ranges says.
type rangeList struct {
	Ranges     string
	Tolerances Tolerance
}

func parseRangeList(r ftpreply.Reply) (rangeList, error) {
	v, err := ParseRanges(r)
	list := rangeList{Tolerances: v.Tolerances}
	for start, end := range v.All() {
		list.Ranges += fmt.Sprint(start, "-", end, " ")
	}
	return list, err
}

var rangesTests = []parseTest[rangeList]{
	{"one", "111 Range Marker 0-29\r\n", rangeList{"0-29 ", 0}, nil, ""},
	{"several", "111 Range Marker 0-29,30-89,200-300\r\n", rangeList{"0-29 30-89 200-300 ", 0}, nil, ""},
	{"blanks, other case, words", "111 a range marker 0-29, 30-89 so far\r\n", rangeList{"0-29 30-89 ", TextBefore | OtherCase | ExtraSpace | TextAfter}, nil, ""},
	{"backwards", "111 Range Marker 30-29\r\n", rangeList{}, ErrRange, "30-29"},
	{"too large", "111 Range Marker 0-18446744073709551616\r\n", rangeList{}, ErrRange, "0-18446744073709551616"},
	{"half a range", "111 Range Marker 0-\r\n", rangeList{}, ErrSyntax, "0-"},
	{"comma at the end", "111 Range Marker 0-5,\r\n", rangeList{}, ErrSyntax, "0-5,"},
	{"joined", "111 Range Marker 0-5x\r\n", rangeList{}, ErrSyntax, "0-5x"},
	{"words", "111 busy\r\n", rangeList{}, ErrMissing, "busy"},
	{"226", "226 done\r\n", rangeList{}, ErrCode, "226 "},
}

func TestRanges(t *testing.T) { testParse(t, parseRangeList, rangesTests) }

func TestAppendRanges(t *testing.T) {
	raw, err := AppendRanges(nil, [2]uint64{0, 5}, [2]uint64{7, 1<<64 - 1})
	v := reparse(t, raw, err, parseRangeList)
	if v != (rangeList{"0-5 7-18446744073709551615 ", 0}) {
		t.Errorf("%q: %+v", raw, v)
	}
	full := reparse(t, raw, err, ParseRanges)
	for range full.All() {
		break
	}
	for _, ranges := range [][][2]uint64{{}, {{5, 4}}} {
		if raw, err := AppendRanges([]byte("x"), ranges...); err == nil || string(raw) != "x" {
			t.Errorf("%v: %q, %v", ranges, raw, err)
		}
	}
}

func FuzzRanges(f *testing.F) {
	fuzzParse(f, parseRangeList, func(v rangeList) Tolerance { return v.Tolerances }, rangesTests, func(t *testing.T, v rangeList) {
		if v.Ranges == "" {
			t.Error("no range and no error")
		}
	}, "111")
}
