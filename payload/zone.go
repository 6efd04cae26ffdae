package payload

import (
	"fmt"

	"github.com/ftpreply/ftpreply"
)

const (
	zoneLabel  = "UTC"
	zoneSource = "de facto, from SITE ZONE of Serv-U"
)

// Zone is the time zone of a server, in its 210 to SITE ZONE.
type Zone struct {
	Minutes    int // east of UTC, from -900 to 900
	Tolerances Tolerance
}

// ParseZone reads "UTC" and the offset in minutes: "210 UTC-300". An offset of four digits is
// [ErrAmbiguous], because it may be hours and minutes.
func ParseZone(r ftpreply.Reply) (Zone, error) {
	v, d, err := parseAs(r, 210, zoneSource, func(text []byte) (v Zone, d Tolerance, f fault) {
		label := indexFold(text, zoneLabel)
		if label < 0 {
			return v, 0, fault{ErrMissing, 0, len(text), zoneSource}
		}
		if label > 0 {
			d |= TextBefore
		}
		from := label + len(zoneLabel)
		d |= caseOf(text[label:from], zoneLabel)
		sign := at(text, from)
		if sign == '+' || sign == '-' {
			from++
		}
		n, end, _ := scanNumber(text, from)
		after, alone := tail(text, end)
		switch {
		case end == from && sign != '+' && sign != '-' && alone:
			return v, d | after, f // UTC itself
		case end == from || !alone:
			return v, 0, fault{ErrSyntax, label, len(text), zoneSource}
		case end-from == 4:
			return v, 0, fault{ErrAmbiguous, label, end, zoneSource}
		case end-from > 4 || n > maxZone:
			return v, 0, fault{ErrRange, from, end, zoneSource}
		}
		v.Minutes = int(n)
		if sign == '-' {
			v.Minutes = -v.Minutes
		}
		return v, d | after, f
	})
	v.Tolerances = d
	return v, err
}

// maxZone is the largest offset in minutes. The largest in use is 14 hours.
const maxZone = 15 * 60

// AppendZone appends a 210 reply. It fails if the offset is larger than 15 hours.
func AppendZone(dst []byte, minutes int) ([]byte, error) {
	if minutes < -maxZone || minutes > maxZone {
		return dst, appendError(ErrRange, minutes, zoneSource)
	}
	return fmt.Appendf(dst, "210 "+zoneLabel+"%+d\r\n", minutes), nil
}

func (v Zone) describe() ([]Field, Tolerance) {
	return []Field{{"minutes", v.Minutes}}, v.Tolerances
}
