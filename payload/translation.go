package payload

import (
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const translationSource = "RFC 6384, section 11"

// TranslatedCommands is the set of commands that a gateway between an IPv6 client and an
// IPv4 server translates.
type TranslatedCommands uint8

const (
	TranslatesNone        TranslatedCommands = iota // NONE
	TranslatesEPSV                                  // EPSV
	TranslatesEPSVAndEPRT                           // EPSVEPRT
)

var translationKeywords = [...]string{"NONE", "EPSV", "EPSVEPRT"}

// String returns the keyword: "NONE", "EPSV" or "EPSVEPRT".
func (c TranslatedCommands) String() string {
	if int(c) >= len(translationKeywords) {
		return "TranslatedCommands(" + strconv.Itoa(int(c)) + ")"
	}
	return translationKeywords[c]
}

// Translation is the answer of a gateway to ALGS.
type Translation struct {
	Commands   TranslatedCommands
	Tolerances Tolerance
}

// ParseTranslation reads the keyword at the start of a 216. Words may follow it.
func ParseTranslation(r ftpreply.Reply) (Translation, error) {
	v, d, err := parseAs(r, ftpreply.CodeALGTranslationStatus, translationSource, func(text []byte) (v Translation, d Tolerance, f fault) {
		from := skipBlanks(text, 0)
		if from > 0 {
			d |= ExtraSpace
		}
		word := text[from:][:wordLen(text[from:])]
		for i, keyword := range translationKeywords {
			if equalFold(word, keyword) {
				return Translation{Commands: TranslatedCommands(i)}, d | caseOf(word, keyword), f
			}
		}
		return v, 0, fault{ErrMissing, 0, len(text), translationSource}
	})
	v.Tolerances = d
	return v, err
}

// AppendTranslation appends a 216 reply. It fails if c is not one of the constants.
func AppendTranslation(dst []byte, c TranslatedCommands) ([]byte, error) {
	if int(c) >= len(translationKeywords) {
		return dst, appendError(ErrRange, c, translationSource)
	}
	return append(append(append(dst, "216 "...), c.String()...), "\r\n"...), nil
}

func (v Translation) describe() ([]Field, Tolerance) {
	return []Field{{"commands", v.Commands.String()}}, v.Tolerances
}
