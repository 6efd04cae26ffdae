package columns

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

type row struct {
	Text string `parquet:"text"`
}

// A group ends after a number of bytes, so the memory that the rows take is bounded.
func TestWriterEndsGroups(t *testing.T) {
	var out bytes.Buffer
	w := newWriter[row](&out)
	text := strings.Repeat("x", groupSize/4)
	for range 10 {
		w.Add(row{text}, len(text))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || f.NumRows() != 10 || len(f.RowGroups()) != 3 {
		t.Errorf("%d rows in %d groups, %v", f.NumRows(), len(f.RowGroups()), err)
	}
}

type failing struct{}

var errFailing = errors.New("the disk is full")

func (failing) Write([]byte) (int, error) { return 0, errFailing }

func TestWriterReturnsErrors(t *testing.T) {
	w := newWriter[row](failing{})
	text := strings.Repeat("x", groupSize)
	for range 3 {
		w.Add(row{text}, len(text))
	}
	if err := w.Close(); !errors.Is(err, errFailing) {
		t.Errorf("%v", err)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{"é": "é", "\xff\xf1a": "\ufffd\ufffda", "": ""} {
		if got := Text([]byte(in)); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestVerb(t *testing.T) {
	for line, want := range map[string]string{"retr x": "RETR", "hunter2": "(other)", "": "(other)", "  PASS y": "PASS"} {
		if got := *Verb([]byte(line)); got != want {
			t.Errorf("%q: %s", line, got)
		}
	}
}
