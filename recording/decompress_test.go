package recording

import (
	"errors"
	"io"
	"strings"
	"testing"
)

type letters struct{}

func (letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func TestExpansionIsLimited(t *testing.T) {
	const size = 1 << 20
	packed := gzipped(strings.Repeat("x", size)) // about 1,000 to 1
	for _, tt := range []struct {
		name  string
		bound *limits
		want  error
	}{
		{"no limits", nil, nil},
		{"the defaults", &defaultLimits, nil},
		{"enough", &limits{free: 1000, ratio: 2000, size: size}, nil},
		{"ratio", &limits{free: 1000, ratio: 10, size: 1 << 30}, ErrExpansion},
		{"size", &limits{free: 1 << 30, ratio: 2000, size: size / 2}, ErrExpansion},
	} {
		r, err := decompress(strings.NewReader(packed), tt.bound)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		if !errors.Is(err, tt.want) || tt.want == nil && n != size || tt.want != nil && n > size/2+2*bufferSize {
			t.Errorf("%s: %d bytes, error %v", tt.name, n, err)
		}
	}
}

// The default limits are those that the documentation of Options states.
func TestDefaultLimits(t *testing.T) {
	for _, tt := range []struct {
		name    string
		n, from int64
		want    error
	}{
		{"little, with any ratio", 64 << 20, 1, nil},
		{"ratio of 1,000", 1000 << 20, 1 << 20, nil},
		{"ratio of 1,001", 1001 << 20, 1 << 20, ErrExpansion},
		{"64 GiB", 64 << 30, 64 << 30, nil},
		{"beyond 64 GiB", 64<<30 + 1, 64 << 30, ErrExpansion},
	} {
		e := &expansionReader{r: letters{}, compressed: &offsetReader{n: tt.from}, n: tt.n, limits: defaultLimits}
		if _, err := e.Read(make([]byte, 1)); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v", tt.name, err)
		}
	}
}
