package clients

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const pageHead = `# What breaks whom

<!-- Made by go test -update in interop/clients. Do not edit. -->

FTP clients were given odd replies, and the commands that they sent next tell what they made of
them. The first table has the departures that broke one of them; [rules.md](rules.md) says under
which conditions, and what to do.

`

const pageMethod = `
## How this was measured

A server that follows a script holds a clean session with the client, but for one reply, which is one
of the inputs that this library is tested with (replytest/testdata/vectors.txt). That stands in the
place of the greeting, or of the reply to the first command behind the login that any 2yz answers. What
the client sends next, and when, tells what it took for the reply; what it prints is not looked at. To
the next command the server keeps its answer back for 1.5 s: who goes on meanwhile has taken something
else for the answer, and loses step. A client that does nothing for 3 s waits; many would wait for
minutes, or for ever. A client copes when it does the same as with plain replies of the same codes.

The clients are those of Debian, basic-ftp is from npm; they have their usual settings, but that lftp
was told to do without TLS, FEAT and a second attempt. Clients that read commands from a file (ncftp,
tnftp, inetutils ftp) go on when a login has failed; where that could be taken for a login without the
password, the session is not in the table.

lftp goes on 5 s after a bare LF, though not each time; here it waits. lftp and basic-ftp throw away
a reply that comes when they expect none, and so keep step where others lose it, if it comes in time.

What each of them did with each input is in interop/clients/testdata/matrix.tsv. ` + "`go test ./interop/clients`" + `
measures again, and fails when a client of the recorded version does something else;
` + "`interop/install-clients.sh`" + ` installs the clients. For the clients without a column, and for the rules
that no such input shows, interop/clients/testdata/elsewhere.tsv says where the lines come from.

## Which input shows what

| departure | inputs | place | because |
| --- | --- | --- | --- |
`

// page is docs/clients.md.
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
**W** waits, **F** fails, **S** loses step: takes something else for the answer to its next command,
**P** logs in without sending the password, **C** cuts the text; in parentheses: only under a condition.
A dot: copes. Empty: not measured, or not to be told.
`

// letters are what stands for an effect in the table.
var letters = []struct{ effect, letter string }{
	{"logs in", "P"}, {"loses step", "S"}, {"ends the line there", "S"}, {"crashes", "F"}, {"fails", "F"}, {"waits", "W"}, {"cuts", "C"},
}

// table shows the list with a column for each client in the matrix, and one for others.
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

// mark is what the table has of a client, in a line about one subject.
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

// copes tells whether the client was shown the departure, and could be judged.
func copes(m *matrix, subject, client string) bool {
	return slices.ContainsFunc(demonstrations, func(d demonstration) bool {
		return d.of == subject && d.judges(m, client)
	})
}

// others names the clients that are not in the matrix.
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
