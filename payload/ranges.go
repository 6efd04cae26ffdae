package payload

import (
	"iter"
	"strconv"

	"github.com/ftpreply/ftpreply"
)

const (
	rangesLabel  = "Range Marker "
	rangesSource = "GFD.020, range markers"
)

// Ranges is the list of the ranges of a file that a GridFTP server has received, in a 111. It
// views the reply.
type Ranges struct {
	Tolerances Tolerance
	list       []byte
}

// ParseRanges reads "Range Marker 0-29,30-89" in a 111. A range begins at its first byte and
// ends before its second number.
func ParseRanges(r ftpreply.Reply) (Ranges, error) {
	v, d, err := parseAs(r, 111, rangesSource, func(text []byte) (v Ranges, d Tolerance, f fault) {
		label := indexFold(text, rangesLabel)
		if label < 0 {
			return v, 0, fault{ErrMissing, 0, len(text), rangesSource}
		}
		if label > 0 {
			d |= TextBefore
		}
		from := label + len(rangesLabel)
		d |= caseOf(text[label:from], rangesLabel)
		to := from
		for {
			start, dash, ok := scanNumber(text, to)
			stop, end, ok2 := scanNumber(text, min(dash+1, len(text)))
			switch {
			case dash == to || at(text, dash) != '-' || end == dash+1:
				return v, 0, fault{ErrSyntax, from, len(text), rangesSource}
			case !ok || !ok2 || stop < start:
				return v, 0, fault{ErrRange, to, end, rangesSource}
			}
			if to = end; at(text, to) != ',' {
				break
			}
			if to = skipBlanks(text, to+1); to > end+1 {
				d |= ExtraSpace
			}
		}
		after, alone := tail(text, to)
		if !alone {
			return v, 0, fault{ErrSyntax, from, len(text), rangesSource}
		}
		return Ranges{list: text[from:to]}, d | after, f
	})
	v.Tolerances = d
	return v, err
}

// All yields the ranges: the first byte, and the byte after the last.
func (v Ranges) All() iter.Seq2[uint64, uint64] {
	return func(yield func(start, end uint64) bool) {
		for i := 0; i < len(v.list); {
			start, dash, _ := scanNumber(v.list, i)
			end, to, _ := scanNumber(v.list, dash+1)
			if !yield(start, end) {
				return
			}
			i = skipBlanks(v.list, min(to+1, len(v.list)))
		}
	}
}

// AppendRanges appends a 111 reply. Each range is the first byte and the byte after the last.
// It fails without a range, and if a range ends before it begins.
func AppendRanges(dst []byte, ranges ...[2]uint64) ([]byte, error) {
	if len(ranges) == 0 {
		return dst, appendError(ErrMissing, ranges, rangesSource)
	}
	reply := append(dst, "111 "+rangesLabel...)
	for i, r := range ranges {
		if r[1] < r[0] {
			return dst, appendError(ErrRange, r, rangesSource)
		}
		if i > 0 {
			reply = append(reply, ',')
		}
		reply = strconv.AppendUint(append(strconv.AppendUint(reply, r[0], 10), '-'), r[1], 10)
	}
	return append(reply, "\r\n"...), nil
}

func (v Ranges) describe() ([]Field, Tolerance) {
	ranges := []string{}
	for start, end := range v.All() {
		ranges = append(ranges, strconv.FormatUint(start, 10)+"-"+strconv.FormatUint(end, 10))
	}
	return []Field{{"ranges", ranges}}, v.Tolerances
}
