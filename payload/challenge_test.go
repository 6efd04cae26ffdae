package payload

import "testing"

var challengeTests = []parseTest[Challenge]{
	{"RFC 2228", "336 Username okay, need password. Challenge is \"abc\".\r\n", Challenge{Text: []byte("abc")}, nil, ""},
	{"quote inside", "336 Challenge is \"a\"b\"\r\n", Challenge{Text: []byte("a\"b")}, nil, ""},
	{"empty", "336 Challenge is \"\".\r\n", Challenge{}, nil, ""},
	{"no quotes", "336 [alg:totp] Enter the code\r\n", Challenge{Text: []byte("[alg:totp] Enter the code")}, nil, ""},
	{"one quote", "336 5\" disk\r\n", Challenge{Text: []byte("5\" disk")}, nil, ""},
	{"nothing", "336 \r\n", Challenge{}, ErrMissing, ""},
	{"530", "530 x\r\n", Challenge{}, ErrCode, "530 "},
}

func TestChallenge(t *testing.T) { testParse(t, ParseChallenge, challengeTests) }

func TestChallengeRoundTrip(t *testing.T) {
	forAll(t, func(challenge string) bool {
		raw, err := AppendChallenge(nil, challenge)
		return equal(reparse(t, raw, err, ParseChallenge), Challenge{Text: []byte(challenge)})
	}, bytesOf(0, inPath))
	if raw, err := AppendChallenge([]byte("x"), "a\r\n"); err == nil || string(raw) != "x" {
		t.Errorf("AppendChallenge = %q, %v", raw, err)
	}
}

func FuzzChallenge(f *testing.F) {
	fuzzParse(f, ParseChallenge, func(v Challenge) Tolerance { return v.Tolerances }, challengeTests, nil, "336")
}
