/*
Command ftpreply lints and parses recordings of FTP control connections.

	ftpreply lint FILE|DIRECTORY|-...     what is wrong with the replies, and whom it breaks
	ftpreply parse FILE|DIRECTORY|-...    replies and commands, one JSON object a line
	ftpreply explain CODE|RULE|DEVIATION  what it means

The exit status is 0 when nothing was found at or above --fail-on, 1 when something
was, 2 when the command could not run or not all input could be read.

# Secrets

The arguments of PASS, ACCT and ADAT are masked wherever they stand, also where a server
repeats them in a later reply, in all that is written: text, excerpts, raw bytes,
payloads, baselines. With --secrets=hash equal secrets can be told to be equal, with
--secrets=show they are shown.

# Rules

The rules are in docs/rules.md. They are graded by name, by group, or as all:

	--enable NAME --disable NAME --severity NAME=error|warning|info|off --strict

The name of a rule goes before that of its group, and that before all; of two flags for one
name the later counts. A file for --config has the same as JSON, in which "on" is
the severity that a rule has by itself. Flags go before the file. Both keys may be left out:

	{"strict": true, "rules": {"bytes": "off", "bare-lf": "on", "stray-line": "error"}}

With --strict only the RFCs' word counts: every departure is an error, also where real
servers make it and readers survive. What is legal, and what is about security,
keeps its severity.

--write-baseline FILE writes what is found; with --baseline FILE that is only counted from
then on. Findings are compared by fingerprint, which is made of the rule, the verb of the
command, the reply code, and the line without its digits.

# Objects of parse

The first object of a recording has "type":"header": schema (the version of what is
said here), tool, version, source, format, and fidelity, which tells what the format keeps:
line_ends, all_bytes, all_lines, both_sides, and clock, which is none, relative or
absolute. What crossed the wire follows in order. Keys that do not apply are left out.

	type        reply, command, error (no reply, or not a whole one), tls (skipped)
	source      the file
	stream      the connection in it, from 1
	seq         the number of the object in the connection, from 1
	time        of the last byte: RFC 3339, or seconds from the beginning, such as +0.5s
	offset, end the place in the bytes from that side, from 0
	line        the line there, from 1; every LF ends a line
	code        the reply code
	class, group, name  what the code means
	multiline   whether the reply has several lines
	text        its lines without the codes; of an error, what there is of it
	raw         the bytes in base64, when text is not UTF-8 and so has lost some
	payload     what a program reads in the text; see package payload
	deviations  departures from the grammar: name, and offset, line, column of the first
	            place, and count of the places when there are several
	error       name, offset, line, message
	command     the command that was answered, or that this is
	cut         true when the command is longer

A payload has a kind, such as passive, path, size, time or features, the fields of that
kind, deviations (names of tolerances that were taken), and error when the text cannot be
read. Which reading of a 213 it is, the command says; where it is not known, the shape does.

# Objects of lint --format ndjson

A header comes first, as above; then findings as they are found, of every severity, with
"type":"finding" and source, stream, seq, time and line as above. The last object has
"type":"summary": files, connections, replies, errors, warnings, info, and known, which
counts the findings of the baseline. A finding has further:

	side        server or client: who sent what it is about
	offset, end the place, in the bytes from that side
	column      the byte in the line, from 1
	places      how many such places there are in the reply
	severity    error, warning or info
	rule        its name
	message     what was found
	code        of the reply
	command     the command that was answered
	excerpt     lines: line (its number), text, and mark, the place in it
	rfc         document and section
	clients     that were measured not to cope
	servers     that were seen to do it
	fingerprint the same for the same finding in another recording

The objects of SARIF have the same finding as the property "finding" of a result, and its
fingerprint as the partial fingerprint "ftpreply/v1"; what is found again in a
recording is counted. In JUnit a recording is a test suite and a rule is a test
case, which fails by findings at or above --fail-on.
*/
package main
