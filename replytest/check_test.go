package replytest_test

import (
	"bufio"
	"errors"
	"io"
	"net/textproto"
	"strings"
	"testing"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/replytest"
)

// library adapts the parser of package ftpreply. It skips lines that are not replies.
func library(r io.Reader) func() (replytest.Answer, error) {
	p := ftpreply.NewParser(r)
	return func() (a replytest.Answer, err error) {
		for {
			reply, err := p.Next()
			if errors.Is(err, ftpreply.ErrNotReply) || errors.Is(err, ftpreply.ErrTooLong) {
				continue
			}
			if err != nil {
				return a, err
			}
			a.Code = int(reply.Code())
			a.Lines = []string{}
			for l := range reply.Lines() {
				a.Lines = append(a.Lines, string(l.Text()))
			}
			return a, nil
		}
	}
}

func TestCheck(t *testing.T) { replytest.Check(t, library) }

// ExampleCheck shows how a client holds its own reader against the vectors, in a test of
// its own.
func ExampleCheck() {
	_ = func(t *testing.T) {
		replytest.Check(t, func(r io.Reader) func() (replytest.Answer, error) {
			p := ftpreply.NewParser(r) // in place of the client's reader
			return func() (replytest.Answer, error) {
				reply, err := p.Next()
				return replytest.Answer{Code: int(reply.Code())}, err
			}
		})
	}
	// Output:
}

// naive reads replies as many clients do: a line ends at LF, and a multi-line reply ends at
// any code and a space.
func naive(r io.Reader) func() (replytest.Answer, error) {
	b := bufio.NewReader(r)
	return func() (a replytest.Answer, err error) {
		for {
			line, err := b.ReadString('\n')
			line = strings.TrimRight(line, "\r\n")
			if len(line) >= 4 && line[3] == ' ' && strings.Trim(line[:3], "0123456789") == "" {
				for _, digit := range line[:3] {
					a.Code = 10*a.Code + int(digit-'0')
				}
				return a, nil
			}
			if err != nil {
				return a, err
			}
		}
	}
}

// goTextproto adapts net/textproto.
func goTextproto(r io.Reader) func() (replytest.Answer, error) {
	c := textproto.NewReader(bufio.NewReader(r))
	return func() (replytest.Answer, error) {
		code, _, err := c.ReadResponse(0)
		return replytest.Answer{Code: code}, err
	}
}

// TestFaultsFound checks that faults of readers are found, with a reason.
func TestFaultsFound(t *testing.T) {
	for _, test := range []struct {
		name   string
		reader func(io.Reader) func() (replytest.Answer, error)
		vector string
		want   string // in the report; empty: no fault
	}{
		{"the library", library, "hidden-in-multi", ""},
		{"any code ends a reply", naive, "multi-othercode", "inner-code: Only the code of the first line"},
		{"any LF ends a line", naive, "hidden-in-multi", "was never sent"},
		{"any LF ends a line", goTextproto, "hidden-one-line", "was never sent"},
		{"a plain reply", naive, "single", ""},
		{"a part is taken for the whole", naive, "size-cut", "incomplete reply"},
	} {
		t.Run(test.name+"/"+test.vector, func(t *testing.T) {
			report := strings.Join(replytest.CheckVector(test.vector, test.reader), "\n")
			if test.want == "" && report != "" || !strings.Contains(report, test.want) {
				t.Errorf("report %q, want %q in it", report, test.want)
			}
		})
	}
}

// TestDeparturesAreKnown checks that every deviation of a vector is explained.
func TestDeparturesAreKnown(t *testing.T) {
	for _, v := range replytest.Vectors() {
		for _, o := range v.Want[replytest.Default] {
			for _, d := range o.Deviations {
				if !replytest.Explains(d) {
					t.Errorf("%s: %s is not explained", v.Name, d)
				}
			}
		}
	}
}
