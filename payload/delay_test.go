package payload

import (
	"testing"

	"github.com/leanovate/gopter/gen"
)

var delayTests = []parseTest[Delay]{
	{"RFC 959", "120 Service ready in 003 minutes.\r\n", Delay{Minutes: 3}, nil, ""},
	{"one minute", "120 Ready in 1 minute\r\n", Delay{Minutes: 1}, nil, ""},
	{"min", "120 FTP 2 server: 5 min\r\n", Delay{Minutes: 5}, nil, ""},
	{"version before", "120 ProFTPD 1.3.8 will be ready in 10 MINUTES\r\n", Delay{Minutes: 10}, nil, ""},
	{"number alone", "120 7\r\n", Delay{7, NoLabel}, nil, ""},
	{"first number", "120 wait 7 of 9\r\n", Delay{7, NoLabel}, nil, ""},
	{"zero", "120 Service ready in 0 minutes\r\n", Delay{}, nil, ""},
	{"multi-line", "120-Service ready in 2 minutes\r\n120 Sorry\r\n", Delay{2, OtherLine}, nil, ""},
	{"most", "120 4294967295 minutes\r\n", Delay{Minutes: 1<<32 - 1}, nil, ""},
	{"too many", "120 in 4294967296 minutes\r\n", Delay{}, ErrRange, "4294967296"},
	{"far too many", "120 99999999999999999999\r\n", Delay{}, ErrRange, "99999999999999999999"},
	{"negative", "120 in -3 minutes\r\n", Delay{}, ErrMissing, "in -3 minutes"},
	{"words", "120 Service ready soon\r\n", Delay{}, ErrMissing, "Service ready soon"},
	{"220", "220 5 minutes\r\n", Delay{}, ErrCode, "220 "},
}

func TestDelay(t *testing.T) { testParse(t, ParseDelay, delayTests) }

func TestDelayRoundTrip(t *testing.T) {
	forAll(t, func(minutes uint32) bool {
		return reparse(t, AppendDelay(nil, minutes), nil, ParseDelay) == Delay{Minutes: minutes}
	}, gen.UInt32())
}

func FuzzDelay(f *testing.F) {
	fuzzParse(f, ParseDelay, func(v Delay) Tolerance { return v.Tolerances }, delayTests, nil, "120")
}
