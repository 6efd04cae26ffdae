package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// An error is one line for each error that it joins, and cannot write anything else.
func TestComplain(t *testing.T) {
	hostile := errors.New("certificate of \x1b[2Jx\nftpreply: all checks passed\u202e")
	status, stderr := runWriting(t, nil, func(*App) error {
		return errors.Join(fmt.Errorf("first: %w", hostile), errors.New("::error::second"))
	})
	want := `ftpreply: first: certificate of \x1b[2Jx\nftpreply: all checks passed\u202e` + "\nftpreply: \\x3a:error::second\n"
	if status != ExitTrouble || stderr != want {
		t.Errorf("status %d\n%s", status, stderr)
	}
}

func TestExitStatus(t *testing.T) {
	tests := []struct {
		err    error
		status int
		stderr string
	}{
		{nil, ExitClean, ""},
		{ErrFindings, ExitFindings, ""},
		{ErrTrouble, ExitTrouble, ""},
		{ErrInterrupted, ExitInterrupted, ""},
		{errors.New("x"), ExitTrouble, "ftpreply: x\n"},
		{context.Canceled, ExitTrouble, "ftpreply: context canceled\n"}, // not by the user
	}
	for _, tt := range tests {
		if status, stderr := runWriting(t, nil, func(*App) error { return tt.err }); status != tt.status || stderr != tt.stderr {
			t.Errorf("%v: status %d, %s", tt.err, status, stderr)
		}
	}
	status, stderr := runWriting(t, []string{"--nothing"}, func(*App) error { return nil })
	if status != ExitTrouble || !strings.Contains(stderr, `see "ftpreply do --help"`) {
		t.Errorf("status %d, %s", status, stderr)
	}
}
