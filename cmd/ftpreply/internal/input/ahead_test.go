package input

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply/transcript"
)

// A scripted gives events of so many bytes, then an error. It lends the bytes.
type scripted struct {
	sizes  []int
	err    error
	buffer []byte
	at     int
	wait   chan bool // unless nil, each event waits for it
}

func (s *scripted) Next() (transcript.Event, error) {
	for i := range s.buffer {
		s.buffer[i] = '#'
	}
	if s.wait != nil {
		<-s.wait
	}
	if s.at == len(s.sizes) {
		return transcript.Event{}, s.err
	}
	s.buffer = append(s.buffer[:0], s.text(s.at)...)
	s.at++
	return transcript.Event{Conn: s.at, Bytes: s.buffer}, nil
}

func (s *scripted) text(i int) string {
	return strings.Repeat(string(rune('a'+i%26)), s.sizes[i])
}

func TestReadAhead(t *testing.T) {
	many := make([]int, 5*batchEvents/2)
	for i := range many {
		many[i] = i % 1000
	}
	end := errors.New("the end")
	for name, sizes := range map[string][]int{
		"none": nil, "one": {3}, "many": many, "large": {batchBytes, 1, batchBytes + 1, 2, batchBytes / 2, batchBytes / 2, batchBytes/2 + 1, 3},
	} {
		s := &scripted{sizes: sizes, err: end}
		a := readAhead(s)
		for i := range sizes {
			e, err := a.Next()
			if err != nil {
				t.Fatalf("%s: event %d: %v", name, i, err)
			}
			if e.Conn != i+1 || string(e.Bytes) != s.text(i) {
				t.Fatalf("%s: event %d is %d, with %d bytes", name, i, e.Conn, len(e.Bytes))
			}
		}
		for range 2 {
			if _, err := a.Next(); err != end {
				t.Errorf("%s: at the end: %v", name, err)
			}
		}
	}
}

// What has come is not held back until more comes.
func TestReadAheadHoldsNothing(t *testing.T) {
	s := &scripted{sizes: []int{1, 2, 3}, err: errors.New("the end"), wait: make(chan bool)}
	a := readAhead(s)
	for i := range s.sizes {
		s.wait <- true
		if e, err := a.Next(); err != nil || fmt.Sprint(len(e.Bytes)) != fmt.Sprint(s.sizes[i]) {
			t.Fatalf("event %d: %v, %v", i, e, err)
		}
	}
	s.wait <- true
	if _, err := a.Next(); err != s.err {
		t.Error(err)
	}
}

// The consumer learns that Next is about to block, and that it has blocked for a while.
func TestReadAheadPauses(t *testing.T) {
	s := &scripted{sizes: []int{1}, err: errors.New("the end"), wait: make(chan bool)}
	a := readAhead(s)
	var calls []string
	a.flush = func() { calls = append(calls, "flush") }
	a.pause = func() {
		calls = append(calls, "pause")
		s.wait <- true
	}
	for range 2 {
		a.Next()
	}
	if got := strings.Join(calls, " "); got != "flush pause flush pause" {
		t.Error(got)
	}
}
