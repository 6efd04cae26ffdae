package clients

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/replytest"
)

const matrixFile = "testdata/matrix.tsv"

// A session is a row of the matrix: a vector in a place.
type session struct {
	place  place
	vector string // its name, or "-" for the clean session itself
	clean  string // the clean session to compare with: its codes, and silence or close after them

	script script
}

func (s *session) String() string {
	if s.vector == noVector {
		return fmt.Sprintf("clean session %q as %s", s.clean, s.place)
	}
	return fmt.Sprintf("%s as %s", s.vector, s.place)
}

const noVector = "-"

// sessions returns every row: for each place the clean sessions, then the vectors.
func sessions() (rows []*session) {
	vectors := replytest.Vectors()
	for _, at := range places {
		var cleans []string
		var played []*session
		for _, v := range vectors {
			s := playable(at, v)
			played = append(played, s)
			cleans = append(cleans, s.clean)
		}
		for _, d := range demonstrations {
			cleans = append(cleans, cmp.Or(d.clean, "220"))
		}
		slices.Sort(cleans)
		for _, clean := range slices.Compact(cleans) {
			rows = append(rows, &session{at, noVector, clean, cleanScript(at, clean)})
		}
		rows = append(rows, played...)
	}
	return rows
}

// A clean session may end with one of these after its codes.
const (
	silenced = "silence" // no answer
	closed   = "close"   // the end of the connection
)

// playable splits a vector into parts that answer one command each, as package ftpreply
// frames it in that place. The last part may be an incomplete reply. A line that is not a
// reply is joined to the next reply, or to the last one.
func playable(at place, v *replytest.Vector) *session {
	var f ftpreply.Framer
	f.MaxReply = 1 << 30
	if at == asReply {
		f.Next([]byte(cleanGreeting), false) // from which it learns the line ending
	}
	var clean []string
	var ends []int
	open := false
	input := v.Input()
	for consumed := 0; ; {
		reply, n, err := f.Next(input[consumed:], v.EOF)
		consumed += n
		if err == ftpreply.ErrShort || err == io.EOF {
			open = open || consumed < len(input)
			break
		}
		open = errors.Is(err, io.ErrUnexpectedEOF)
		if err == nil {
			clean = append(clean, fmt.Sprintf("%03d", int(reply.Code())))
			ends = append(ends, consumed)
		}
	}
	if open || len(ends) == 0 {
		clean = append(clean, silenced)
		ends = append(ends, len(input))
	}
	ends[len(ends)-1] = len(input)
	if v.EOF {
		clean = append(clean, closed)
	}
	return &session{at, v.Name, strings.Join(clean, " "), script{place: at, parts: cut(v.Segments, ends), eof: v.EOF}}
}

// cut divides the bytes of the segments at the given ends, and keeps the borders of the
// segments.
func cut(segments [][]byte, ends []int) (parts [][][]byte) {
	begin := 0
	for _, end := range ends {
		var part [][]byte
		offset := 0
		for _, segment := range segments {
			from, to := max(begin-offset, 0), min(end-offset, len(segment))
			if from < to {
				part = append(part, segment[from:to])
			}
			offset += len(segment)
		}
		parts = append(parts, part)
		begin = end
	}
	return parts
}

// cleanScript returns the script of a clean session.
func cleanScript(at place, clean string) script {
	s := script{place: at}
	for _, word := range strings.Fields(clean) {
		switch word {
		case closed:
			s.eof = true
		case silenced:
			s.parts = append(s.parts, nil)
		default:
			s.parts = append(s.parts, [][]byte{[]byte(word + " clean\r\n")})
		}
	}
	return s
}

// A matrix has the outcome of every client for every vector.
type matrix struct {
	clients  []string
	versions map[string]string // by client
	cells    map[cell]string   // the outcomes
}

func newMatrix() *matrix {
	return &matrix{versions: map[string]string{}, cells: map[cell]string{}}
}

// copyFrom copies the version and the outcomes of a client from another matrix.
func (m *matrix) copyFrom(other *matrix, rows []*session, client string) {
	m.versions[client] = other.versions[client]
	for _, row := range rows {
		m.cells[row.cell(client)] = other.cells[row.cell(client)]
	}
}

// A cell identifies one outcome in a matrix.
type cell struct {
	place                 place
	vector, clean, client string
}

// cell returns the cell of a client in the row.
func (s *session) cell(client string) cell {
	return cell{s.place, s.vector, s.clean, client}
}

const matrixHead = `# The outcome of each client for each vector. See the documentation of this package.
# Made by go test -update in this folder; do not edit.
`

// readMatrix reads the record. If the file does not exist, the matrix is empty.
func readMatrix() (*matrix, error) {
	m := newMatrix()
	text, err := os.ReadFile(matrixFile)
	if errors.Is(err, os.ErrNotExist) {
		return m, nil
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 3 || m.clients != nil && len(f) != 3+len(m.clients) {
			return nil, fmt.Errorf("%s:%d: %d columns", matrixFile, i+1, len(f))
		}
		switch {
		case m.clients == nil:
			m.clients = f[3:]
		case f[0] == "version":
			for i, name := range m.clients {
				m.versions[name] = f[3+i]
			}
		default:
			row := session{place: place(f[0]), vector: f[1], clean: f[2]}
			for i, name := range m.clients {
				m.cells[row.cell(name)] = f[3+i]
			}
		}
	}
	return m, err
}

// write writes the record to its file.
func (m *matrix) write(rows []*session) error {
	var b bytes.Buffer
	b.WriteString(matrixHead)
	line := func(place, vector, clean string, value func(client string) string) {
		fmt.Fprintf(&b, "%s\t%s\t%s", place, vector, clean)
		for _, name := range m.clients {
			b.WriteString("\t" + value(name))
		}
		b.WriteString("\n")
	}
	line("place", "vector", "clean session", func(client string) string { return client })
	line("version", noVector, noVector, func(client string) string { return m.versions[client] })
	for _, row := range rows {
		line(string(row.place), row.vector, row.clean, func(client string) string { return m.cells[row.cell(client)] })
	}
	return os.WriteFile(matrixFile, b.Bytes(), 0o666)
}

// A difference is a cell whose outcome is not the recorded one.
type difference struct {
	row           *session
	client        string
	recorded, now string
}

func (d difference) String() string {
	return fmt.Sprintf("%s, %s\n\trecorded  %s\n\tnow       %s", d.client, d.row, strconv.Quote(d.recorded), strconv.Quote(d.now))
}

// differences compares the cells of a client with the record, row by row.
func (m *matrix) differences(rows []*session, now *matrix, client string) (all []difference) {
	for _, row := range rows {
		if recorded, now := m.cells[row.cell(client)], now.cells[row.cell(client)]; recorded != now {
			all = append(all, difference{row, client, recorded, now})
		}
	}
	return all
}
