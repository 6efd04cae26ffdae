package payload

import "testing"

var translationTests = []parseTest[Translation]{
	{"none", "216 NONE\r\n", Translation{}, nil, ""},
	{"EPSV", "216 EPSV\r\n", Translation{Commands: TranslatesEPSV}, nil, ""},
	{"both", "216 EPSVEPRT enabled\r\n", Translation{Commands: TranslatesEPSVAndEPRT}, nil, ""},
	{"case", "216 epsv\r\n", Translation{TranslatesEPSV, OtherCase}, nil, ""},
	{"blank before", "216  EPSV \r\n", Translation{TranslatesEPSV, ExtraSpace}, nil, ""},
	{"multi-line", "216-EPSV\r\n216 ok\r\n", Translation{TranslatesEPSV, OtherLine}, nil, ""},
	{"another keyword", "216 EPRT\r\n", Translation{}, ErrMissing, "EPRT"},
	{"keyword inside", "216 now EPSV\r\n", Translation{}, ErrMissing, "now EPSV"},
	{"empty", "216 \r\n", Translation{}, ErrMissing, ""},
	{"502", "502 EPSV\r\n", Translation{}, ErrCode, "502 "},
}

func TestTranslation(t *testing.T) { testParse(t, ParseTranslation, translationTests) }

func TestTranslationRoundTrip(t *testing.T) {
	for c := TranslatesNone; c <= TranslatesEPSVAndEPRT; c++ {
		raw, err := AppendTranslation(nil, c)
		if got := reparse(t, raw, err, ParseTranslation); got != (Translation{Commands: c}) {
			t.Errorf("%v: %+v", c, got)
		}
	}
	if raw, err := AppendTranslation([]byte("x"), 3); err == nil || string(raw) != "x" {
		t.Errorf("AppendTranslation(3) = %q, %v", raw, err)
	}
	if got := TranslatedCommands(3).String(); got != "TranslatedCommands(3)" {
		t.Error(got)
	}
}

func FuzzTranslation(f *testing.F) {
	fuzzParse(f, ParseTranslation, func(v Translation) Tolerance { return v.Tolerances }, translationTests, nil, "216")
}
