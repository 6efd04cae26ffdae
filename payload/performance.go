package payload

import (
	"bytes"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const performanceSource = "GFD.020, performance markers"

// Performance is the progress of one stripe of a transfer, in a 112 of a GridFTP server.
//
//	112-Perf Marker
//	 Timestamp:  1234567890.5
//	 Stripe Index: 0
//	 Stripe Bytes Transferred: 12345
//	 Total Stripe Count: 1
//	112 End
type Performance struct {
	Timestamp  []byte // seconds since 1970, perhaps with a fraction; a view
	Stripe     uint64
	Bytes      uint64 // that the stripe has transferred
	Stripes    uint64 // the number of stripes
	Tolerances Tolerance
}

// ParsePerformance reads the lines of a 112. The error is [ErrMissing] if the number of bytes
// is missing; every other line may be missing.
func ParsePerformance(r ftpreply.Reply) (Performance, error) {
	d, err := checkCode(r, 112, performanceSource)
	if err != nil {
		return Performance{}, err
	}
	v := Performance{Tolerances: d}
	i, found := 0, false
	for l := range r.Lines() {
		label, value, ok := bytes.Cut(l.Text(), []byte{':'})
		label, value = bytes.Trim(label, " \t"), bytes.Trim(value, " \t")
		var to *uint64
		switch {
		case !ok:
		case equalFold(label, "Timestamp"):
			v.Timestamp = value
		case equalFold(label, "Stripe Index"):
			to = &v.Stripe
		case equalFold(label, "Stripe Bytes Transferred"):
			to, found = &v.Bytes, true
		case equalFold(label, "Total Stripe Count"):
			to = &v.Stripes
		}
		if to != nil {
			n, end, fits := scanNumber(value, 0)
			from := bytes.LastIndex(l.Text(), value)
			switch {
			case end == 0 || end < len(value):
				return Performance{}, fault{ErrSyntax, from, from + len(value), performanceSource}.in(r, i)
			case !fits:
				return Performance{}, fault{ErrRange, from, from + len(value), performanceSource}.in(r, i)
			}
			*to = n
		}
		i++
	}
	if !found {
		return Performance{}, fault{err: ErrMissing, source: performanceSource}.in(r, 0)
	}
	return v, nil
}

// AppendPerformance appends a 112 reply. It fails if the timestamp is not a word of printable
// ASCII characters.
func AppendPerformance(dst []byte, v Performance) ([]byte, error) {
	if !isWord(v.Timestamp) {
		return dst, appendError(ErrSyntax, string(v.Timestamp), performanceSource)
	}
	dst = append(append(dst, "112-Perf Marker\r\n Timestamp: "...), v.Timestamp...)
	dst = strconv.AppendUint(append(dst, "\r\n Stripe Index: "...), v.Stripe, 10)
	dst = strconv.AppendUint(append(dst, "\r\n Stripe Bytes Transferred: "...), v.Bytes, 10)
	dst = strconv.AppendUint(append(dst, "\r\n Total Stripe Count: "...), v.Stripes, 10)
	return append(dst, "\r\n112 End\r\n"...), nil
}

func (v Performance) describe() ([]Field, Tolerance) {
	return []Field{{"timestamp", string(v.Timestamp)}, {"stripe", v.Stripe}, {"bytes", v.Bytes}, {"stripes", v.Stripes}}, v.Tolerances
}
