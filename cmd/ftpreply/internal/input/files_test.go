package input

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestAbandonable(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := newAbandonable(ctx, io.MultiReader(strings.NewReader("abc"), strings.NewReader("de")))
	got, err := io.ReadAll(bufio.NewReaderSize(r, 16))
	if string(got) != "abcde" || err != nil {
		t.Errorf("%q, error %v", got, err)
	}
	r = newAbandonable(ctx, &waiting{cancel})
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, ctx.Err()) {
		t.Errorf("error %v", err)
	}
}

// waiting is input that never comes.
type waiting struct{ cancel func() }

func (w *waiting) Read([]byte) (int, error) {
	w.cancel()
	select {}
}
