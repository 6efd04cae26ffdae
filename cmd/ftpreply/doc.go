/*
Command ftpreply lints and parses recordings of FTP control connections.

	ftpreply lint FILE|DIRECTORY|-...      what is wrong with the replies, and whom it breaks
	ftpreply parse FILE|DIRECTORY|-...     replies and commands, one JSON object a line
	ftpreply stats FILE|DIRECTORY|-...     how many replies, commands and findings, and how fast
	ftpreply sessions FILE|DIRECTORY|-...  who logged in, and which files moved
	ftpreply probe HOST[:PORT]             what a server can do, and whether it does it right
	ftpreply explain CODE|RULE|DEVIATION   what it means
	ftpreply formats [FORMAT]              what can be read, and what each recording keeps

The exit status is 0 when nothing was found at or above --fail-on, 1 when something
was, 2 when the command could not run or not all input could be read, and 130 when
Ctrl-C ended it.

# Input

Files that are compressed with gzip, bzip2 or zstd are read as they are; what they hold
is recognised by its first bytes, whatever the names, or named with --from. Directories are
walked, and files in them that are no recordings are left out; -v tells which. Several
files are read at a time (-j), and the output has the order of the input.

What cannot be read is reported with its name, the place (the line of a recording, or the
byte of what it was decompressed to) and the reason; what came before it, and the
other files, are still read. Behind such a place nothing is concluded from what is open. A
Ctrl-C does the same: what was read until then is reported. A second one ends the
command at once.

A recording may have lost what a rule needs: line ends, control characters, commands. Then
the rule is mute, and so are the deviations that it is found by. "ftpreply formats" tells
what a format keeps, "ftpreply explain" what a rule needs.

--code, --command and --connection choose what is looked at. A code may have x, y or z for
any digit: --code 5yz,x30. A command stands for itself and for the replies to it. Findings
are those about such replies and commands. The totals say how much was left out.

--output writes to a file, which is put in place when it is complete.

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
absolute; grouped says that replies are as the producer put them together, masked that it
hides passwords, codes_only that it leaves out the texts, decrypted that it shows in clear what was
said under TLS. mute lists the rules that therefore find nothing, and filter is what --code,
--command and --connection ask for. What crossed the wire follows in order. Keys that do not
apply are left out.

	type        reply, command, error (no reply, or not a whole one), tls (skipped), gap (something
	            is missing: lost bytes of a side, 0 when unknown), or connection, which comes
	            first and has the addresses, server and client, if they are known
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
"type":"summary": files, connections, replies, errors, warnings, info, known, which
counts the findings of the baseline, and filtered, which counts those that were not asked
for. A finding has further:

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
case, which fails by findings at or above --fail-on, and is skipped where it is mute.

# Objects of stats --format ndjson

The headers of the recordings come first, then counts of them all:

	code        code, class, name, replies
	class       class, replies
	command     command (a verb, or "(other)" for those in no table), sent, replies (by class)
	            and latency
	server      software as the greeting names it, connections, replies
	rule        rule, severity, findings
	summary     files, connections, tls (connections that went on under it), replies,
	            no_reply (pieces that are none), filtered (replies not asked for), latency

A latency is about the time from a command to its final reply, in seconds: replies (how
many), min, p50, p90, p99, max. A percentile may be too great by a sixteenth.

# Objects of sessions --format ndjson

Behind the header of a recording stand its sessions, and before each its transfers, as they
end. A transfer has source, stream and time (of the command) as above, and

	command     RETR, STOR, STOU, APPE, LIST, NLST or MLSD
	argument    the name
	outcome     completed, failed (refused), aborted (behind a preliminary reply), or open:
	            the recording has no final reply
	code        of the final reply
	bytes       the size, and size_from, which is "reply" for that of a 150, and "SIZE"
	restart     the byte that it began at; some servers tell the size from there on
	seconds     from the command to the final reply

A session has source, stream and time (of its beginning), and

	seconds     how long it was
	server, client  the addresses
	software    of the server, as its greeting tells
	user        who logged in, or tried to
	login       accepted, refused or none, and the code that said so
	refused     logins that were
	tls         whether there was TLS, which cannot be read
	gaps        how often something is missing
	commands, replies  how many there were
	completed, failed, aborted, open  transfers, by their outcome
	bytes       of the completed transfers whose size is known
	ended       quit (by 221), server-closing (by 421), tls (it goes on there), hang-up (the
	            client closed it), closed, or open (the recording ends before)

The summary has files, connections, accepted, refused, completed, failed, aborted, open,
bytes, and filtered, which counts the connections that were not asked for.

# Objects of probe --format ndjson

A header comes first; its source is the address, and its format is "probe". Each check
follows as it ends, with "type":"check":

	name, section, asks  the check, the section of the RFC, and the question
	outcome     passed, failed, refused, not supported or skipped
	reason      why it did not pass
	advice      of a pass: what is not as an RFC recommends
	turns       what was said: command, and its replies; of a long one the first and the
	            last line
	findings    stream, line, column, severity, rule, message, code, command, excerpt, rfc,
	            clients and fingerprint as in lint, and count: how often it was found

The last object has "type":"summary":

	software    of the server, as its greeting tells
	system      what SYST told
	tls         the version and the cipher suite
	connections, replies  how many there were
	outcomes    how many checks ended so
	commands    name, the best code that it got, and outcome
	features    label, whether FEAT listed it, and the outcome of trying it
	sections    section, and the outcomes of its checks
	left        what could not be removed from the server

# Objects of formats --format json

An array of objects: name, producer (what writes it), recognised (by what), loses, and
fidelity and mute as in a header.
*/
package main
