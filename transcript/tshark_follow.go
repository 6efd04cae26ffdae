package transcript

import (
	"bytes"
	"encoding/hex"
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strconv"

	"github.com/ftpreply/ftpreply/fidelity"
)

// tshark prints both directions of a connection with
//
//	tshark -r FILE -q -z follow,tcp,raw,0
//
// (-z may come again, with the numbers of further connections), in hexadecimal digits, those of
// the second node after a tab:
//
//	Follow: tcp,raw
//	Filter: tcp.stream eq 0
//	Node 0: 127.0.0.1:59374
//	Node 1: 127.0.0.1:21
//		3232302d57656c636f6d65…
var tsharkFollow = Format{
	Name:       "tshark-follow",
	Producer:   "tshark -q -z follow,tcp,raw,N",
	Recognised: "Follow: tcp,raw, and lines of hexadecimal digits",
	Loses:      "how the connection ended",
	Keeps:      fidelity.All,
	recognise:  follows("tcp,raw"),
	decode:     lines(func() lineLog { return &followLog{} }),
}

// tsharkASCII has the same with
//
//	tshark -r FILE -q -z follow,tcp,ascii,0
//
// where the bytes stand after a line with their number, as they were but for those that
// are not printable.
var tsharkASCII = Format{
	Name:       "tshark-follow-ascii",
	Producer:   "tshark -q -z follow,tcp,ascii,N",
	Recognised: "Follow: tcp,ascii, and numbers of bytes",
	Loses:      "8-bit and control characters, which are full stops; how the connection ended",
	Keeps:      fidelity.All &^ fidelity.AllBytes,
	recognise:  follows("tcp,ascii"),
	decode:     lines(func() lineLog { return &followASCII{} }),
	keepsEnd:   true,
}

// follows takes all lines after the head, whatever they look like, for tshark's.
func follows(what string) func(head []byte) int {
	return func(head []byte) int {
		_, blocks, _ := bytes.Cut(head, []byte("\nFollow: "+what+"\n"))
		return bytes.Count(blocks, []byte{'\n'})
	}
}

type followASCII struct {
	followLog
	node int
	left int // bytes of the block that are still to come
}

func (l *followASCII) line(line []byte, out *emitter) error {
	if l.left > 0 {
		return l.text(line, out)
	}
	digits, second := bytes.CutPrefix(line, []byte{'\t'})
	if n, err := strconv.Atoi(string(digits)); err == nil && l.conn > 0 {
		l.node, l.left = nodeOf(second), n
		return nil
	}
	return l.followLog.line(line, out)
}

// text gives as much of a line as the block has. The line's own end follows a block
// that ends within it.
func (l *followASCII) text(line []byte, out *emitter) error {
	end := "\r\n"
	if out.exact {
		end = "\n"
	}
	b := slices.Concat(line, []byte(end))
	b = b[:min(len(b), l.left)]
	l.left -= len(b)
	return l.block(l.node, b, out)
}

type followLog struct {
	conn   int // 0 as long as there was no head
	nodes  [2]netip.AddrPort
	server int // which node that is, or neither
}

const neither = -1

var (
	followNode = regexp.MustCompile(`^Node ([01]): (.*)$`)
	followGap  = regexp.MustCompile(`^\[(\d+) bytes missing in capture file\][\x00.]?$`)
)

func (l *followLog) line(line []byte, out *emitter) error {
	if bytes.HasPrefix(line, []byte("Follow: ")) {
		*l = followLog{conn: out.newConn(), server: neither}
		return nil
	}
	if m := followNode.FindSubmatch(line); m != nil {
		l.nodes[m[1][0]-'0'], _ = netip.ParseAddrPort(string(m[2]))
		return nil
	}
	digits, second := bytes.CutPrefix(line, []byte{'\t'})
	b, err := hex.AppendDecode(nil, digits)
	if l.conn == 0 || err != nil || len(b) == 0 {
		return nil // a rule, a head
	}
	return l.block(nodeOf(second), b, out)
}

func nodeOf(second bool) int {
	if second {
		return 1
	}
	return 0
}

var errWhoServes = errors.New("neither node has port 21, and what the first one sends begins neither with a reply code nor with a verb")

func (l *followLog) block(node int, b []byte, out *emitter) error {
	if l.server == neither {
		l.server = l.findServer(node, b)
	}
	if l.server == neither {
		return errWhoServes
	}
	e := Event{Conn: l.conn, Side: Client, Server: l.nodes[l.server], Client: l.nodes[1-l.server], Bytes: b}
	if node == l.server {
		e.Side = Server
	}
	if m := followGap.FindSubmatch(b); m != nil {
		e.Kind, e.Bytes = Gap, nil
		e.Lost, _ = strconv.ParseInt(string(m[1]), 10, 64)
	}
	out.add(e, "")
	return nil
}

// findServer goes by the port, or by the first line if neither port is known.
func (l *followLog) findServer(node int, b []byte) int {
	switch first, second := l.nodes[0].Port() == 21, l.nodes[1].Port() == 21; {
	case first != second && first:
		return 0
	case first != second:
		return 1
	case beginsWithCode(skipPreamble(b)):
		return node
	}
	if line, _, _ := bytes.Cut(b, []byte{'\n'}); isCommand(bytes.ToUpper(line)) {
		return 1 - node
	}
	return neither
}
