package clients

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const pageHead = `# Deviations that clients fail on

<!-- Made by go test -update in interop/clients. Do not edit. -->

A test server sent unusual replies to real FTP clients, and recorded the commands that they sent next.
The first table lists the deviations that at least one client failed on. [rules.md](rules.md) gives the
conditions, and how to fix the server.

`

const pageMethod = `
## How this was measured

A scripted server plays a clean session to the client and replaces one reply with a test vector
(replytest/testdata/vectors.txt). The vector takes the place of the greeting, or of the reply to the first
command after the login that accepts any 2yz. The commands that the client sends next, and their time,
show how it read the vector; its printed output is ignored. The server delays its answer to the next
command by 1.5 s. A client that goes on during the delay has taken something else for the answer: it
desynchronizes. A client that does nothing for 3 s waits; many would wait for minutes, or forever. A client
copes if it does the same as with plain replies of the same codes.

The clients come from Debian, and basic-ftp from npm. They run with their usual settings, except that
lftp runs without TLS, FEAT and a second attempt. Clients that read commands from a file (ncftp, tnftp,
inetutils ftp) go on after a failed login; where that could be mistaken for a login without the
password, the session is not in the table.

lftp goes on 5 s after a bare LF, but not always; here it counts as waiting. lftp and basic-ftp discard a
reply that arrives when they expect none. They therefore stay synchronized where others do not, if that
reply arrives early enough.

interop/clients/testdata/matrix.tsv has the outcome of each client for each vector.
` + "`go test ./interop/clients -installed`" + ` measures again, and fails if a client of the recorded version
behaves differently; ` + "`interop/install-clients.sh`" + ` installs the clients. For clients without a column, and
for rules without a vector, interop/clients/testdata/elsewhere.tsv gives the source of each line.

## Vectors for each deviation

| deviation | vectors | place | reason |
| --- | --- | --- | --- |
`

// page returns the text of docs/clients.md.
func page(m *matrix, list []breakage) string {
	var b strings.Builder
	b.WriteString(pageHead)
	b.WriteString(table(m, list))
	b.WriteString(pageMethod)
	for _, d := range demonstrations {
		of := d.of
		if d.when != "" {
			of += " (" + d.when + ")"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", of, strings.Join(d.vectors, ", "), cmp.Or(d.place, "both"), d.why)
	}
	return b.String()
}

const tableLegend = `
**W** waits, **F** fails, **S** desynchronizes: takes something else for the answer to its next command,
**P** logs in without sending the password, **C** cuts the text; in parentheses: only under a condition.
A dot means that the client copes. An empty cell was not measured, or the measurement does not decide it.
`

// letters maps words of an effect to their letter in the table.
var letters = []struct{ effect, letter string }{
	{"logs in", "P"}, {"desynchronizes", "S"}, {"ends the line there", "S"}, {"crashes", "F"}, {"fails", "F"}, {"waits", "W"}, {"cuts", "C"},
}

// table formats the list with a column for each client in the matrix, and one for others.
func table(m *matrix, list []breakage) string {
	var b strings.Builder
	b.WriteString("| |")
	for _, name := range m.clients {
		fmt.Fprintf(&b, " %s %s |", name, release(m.versions[name]))
	}
	b.WriteString(" others |\n| --- |" + strings.Repeat(" --- |", len(m.clients)+1) + "\n")
	for _, subject := range subjects() {
		about := about(list, subject)
		if len(about) == 0 {
			continue
		}
		fmt.Fprintf(&b, "| `%s` |", subject)
		for _, name := range m.clients {
			fmt.Fprintf(&b, " %s |", mark(m, about, subject, name))
		}
		fmt.Fprintf(&b, " %s |\n", others(m, about))
	}
	b.WriteString(tableLegend)
	return b.String()
}

func about(list []breakage, subject string) (about []breakage) {
	for _, b := range list {
		if b.of == subject {
			about = append(about, b)
		}
	}
	return about
}

// mark returns the cell of a client in the row of one subject.
func mark(m *matrix, about []breakage, subject, client string) string {
	var always, sometimes string
	for _, b := range about {
		switch {
		case b.client != client:
		case b.when == "":
			always += abbreviation(b.effect)
		default:
			sometimes += abbreviation(b.effect)
		}
	}
	if sometimes != "" {
		return strings.TrimSpace(always + " (" + sometimes + ")")
	}
	if always == "" && copes(m, subject, client) {
		return "·"
	}
	return always
}

func abbreviation(effect string) (short string) {
	for _, l := range letters {
		if strings.Contains(effect, l.effect) {
			short += l.letter
		}
	}
	return short
}

// copes reports whether a demonstration of the subject was played to the client, and
// could be judged.
func copes(m *matrix, subject, client string) bool {
	return slices.ContainsFunc(demonstrations, func(d demonstration) bool {
		return d.of == subject && d.judges(m, client)
	})
}

// others lists the clients that are not in the matrix.
func others(m *matrix, about []breakage) string {
	var names []string
	for _, b := range about {
		if slices.Contains(m.clients, b.client) {
			continue
		}
		letter := abbreviation(b.effect)
		if b.when != "" {
			letter = "(" + letter + ")"
		}
		names = append(names, b.client+" "+letter)
	}
	return strings.Join(slices.Compact(names), ", ")
}
