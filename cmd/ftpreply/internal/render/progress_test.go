package render

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var terminal bytes.Buffer
	p := NewProgress(&terminal, 2048)
	p.Add(1024)
	p.startAfter(0, time.Hour)
	for range 1000 {
		time.Sleep(time.Millisecond)
		p.mu.Lock()
		drawn := terminal.Len() > 0
		p.mu.Unlock()
		if drawn {
			break
		}
	}
	fmt.Fprintln(p, "a complaint")
	p.Stop()
	got := terminal.String()
	if !strings.Contains(got, "reading") || !strings.Contains(got, "50%") || !strings.Contains(got, "a complaint\n") {
		t.Errorf("%q", got)
	}
	if line := got[strings.LastIndexByte(got, '\r')+1:]; strings.Contains(line, "reading") {
		t.Errorf("the bar is left: %q", got)
	}
}

// What is done soon shows nothing, and nothing is shown but on a terminal.
func TestNoProgress(t *testing.T) {
	var stderr bytes.Buffer
	p := NewProgress(&stderr, 1)
	p.startAfter(time.Hour, time.Hour)
	p.Stop()
	if stderr.Len() > 0 {
		t.Errorf("%q", stderr.String())
	}
}
