package control

import (
	"bytes"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply"
	"github.com/google/go-cmp/cmp"
)

// A reply of several records has the record of each of its bytes.
func TestRecordAt(t *testing.T) {
	pieces := []string{"220 a\r\n", "211-", "b\r\n", " c\r\n", "211 d\r\n200 e\r\n21", "3 f\r\n"}
	want := []string{"1:220 a", "2:211-", "3:b", "4: c", "5:211 d", "5:200 e", "5:21", "6:3 f"}
	for _, clone := range []bool{false, true} {
		var got []string
		c := Conn{Handle: func(it *Item) {
			if it.Kind != ReplyItem {
				return
			}
			if clone {
				it = it.Clone()
			}
			for i, b := range it.Bytes() {
				record := string(rune('0' + it.RecordAt(i)))
				if n := len(got); n == 0 || got[n-1][:1] != record || i == 0 {
					got = append(got, record+":")
				}
				got[len(got)-1] += string(rune(b))
			}
			if it.RecordAt(len(it.Bytes())-1) != it.Record {
				t.Errorf("the last byte is of record %d, the item is of %d", it.RecordAt(len(it.Bytes())-1), it.Record)
			}
		}}
		for i, p := range pieces {
			c.Record = int64(i + 1)
			c.Server([]byte(p), time.Time{})
		}
		c.Close(RecordingEnds)
		for i := range got {
			got[i] = string(bytes.TrimSuffix([]byte(got[i]), []byte("\r\n")))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// The marks of a reply that does not end are bounded, and a gap drops them.
func TestMarksAreBounded(t *testing.T) {
	c := Conn{Options: ftpreply.Options{MaxReply: 1 << 20}}
	c.Server([]byte("211-a\r\n"), time.Time{})
	for i := range 2 * maxMarks {
		c.Record = int64(i + 1)
		c.Server([]byte(" b\r\n"), time.Time{})
	}
	if len(c.marks) != maxMarks {
		t.Errorf("%d marks", len(c.marks))
	}
	c.Gap()
	if len(c.marks) != 0 {
		t.Errorf("%d marks after a gap", len(c.marks))
	}
}
