package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var terminal bytes.Buffer
	p := &progress{stderr: &terminal, total: 2048}
	p.add(1024)
	p.start(0, time.Hour)
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
	p.stop()
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
	p := &progress{stderr: &stderr, total: 1}
	p.start(time.Hour, time.Hour)
	p.stop()
	if stderr.Len() > 0 {
		t.Errorf("%q", stderr.String())
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a := newApp(t.Context(), nil, f, f)
	p = a.startProgress([]file{{size: 3}, {size: 4}})
	if a.stderr != f || p.total != 7 {
		t.Errorf("%T, %d bytes", a.stderr, p.total)
	}
	a.stopProgress(p)
}
