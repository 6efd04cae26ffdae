package control

import "slices"

// Marks are the places in the stream of the server where records of the recording begin, in
// order. Where there are too many, some are missing, and a place has the record before it.
type marks []mark

type mark struct{ offset, record int64 }

// maxMarks is the number of marks that are kept. A reply has seldom more lines.
const maxMarks = 1 << 12

// add adds the record of the bytes at an offset. anew drops all marks before.
func (m *marks) add(offset, record int64, anew bool) {
	if anew {
		*m = (*m)[:0]
	}
	if n := len(*m); n == 0 || n < maxMarks && (*m)[n-1].record != record {
		*m = append(*m, mark{offset, record})
	}
}

// from returns the marks from that of an offset on.
func (m marks) from(offset int64) marks {
	if len(m) < 2 {
		return m
	}
	i, found := m.find(offset)
	if !found && i > 0 {
		i--
	}
	return m[i:]
}

// at returns the record of an offset, or otherwise if there are no marks.
func (m marks) at(offset, otherwise int64) int64 {
	i, found := m.find(offset)
	switch {
	case found:
		return m[i].record
	case i > 0:
		return m[i-1].record
	}
	return otherwise
}

func (m marks) find(offset int64) (int, bool) {
	return slices.BinarySearchFunc(m, offset, func(a mark, offset int64) int {
		switch {
		case a.offset < offset:
			return -1
		case a.offset > offset:
			return 1
		}
		return 0
	})
}
