package transcript

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"regexp"
	"strconv"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// ftpserverlib writes both sides with log/slog at the level DEBUG, when its client
// contexts are told to (SetDebug), as text or as JSON:
//
//	time=2026-11-22T22:34:12.875Z level=DEBUG msg="Received line" clientId=1 line=SYST
//	time=2026-11-22T22:34:12.875Z level=DEBUG msg="Sending answer" clientId=1 line="215 UNIX Type: L8"
//	{"time":"2026-11-22T22:34:12.875Z","level":"DEBUG","msg":"Received line","clientId":1,"line":"SYST"}
//
// SFTPGo writes the same by zerolog:
//
//	{"level":"debug","time":"2026-11-22T22:34:12.875","sender":"ftpserverlib","clientId":"1","line":"SYST","message":"Received line"}
var ftpserverlib = Format{
	Name:       "ftpserverlib",
	Producer:   "ftpserverlib 0.25, SetDebug, log/slog; SFTPGo, \"debug\": true in the bindings of ftpd",
	Recognised: "Received line or Sending answer, clientId, line",
	Keeps:      fidelity.All &^ (fidelity.LineEnds | fidelity.AllBytes | fidelity.Wire),
	Clock:      AbsoluteClock,
	recognise: linesWith("clientId", func(line []byte) bool {
		r, ok := parseSlog(line)
		return ok && (r.Msg == slogReceived || r.Msg == slogSending)
	}),
	decode: lines(func() lineLog { return slogLog{} }),
}

type slogRecord struct {
	Time     slogTime
	Msg      string
	Message  string // zerolog, as SFTPGo uses it
	ClientID slogID
	Line     string
	ClientIP struct {
		IP   netip.Addr
		Port uint16
	}
}

const (
	slogConnected    = "Client connected"
	slogDisconnected = "Client disconnected"
	slogReceived     = "Received line"
	slogSending      = "Sending answer"
)

var slogText = regexp.MustCompile(`^time=(\S+) level=\S+ msg="([^"]*)" clientId=(\d{1,9})(?: clientIp=(\S+))?(?: line=(.*))?$`)

// A slogTime is a time with a zone or, as SFTPGo writes it, without.
type slogTime struct{ time.Time }

func (t *slogTime) UnmarshalJSON(b []byte) error {
	t.Time, _, _ = parseStamp(bytes.Trim(b, `"`))
	return nil
}

// A slogID is a number, which may be written as a string.
type slogID int

func (id *slogID) UnmarshalJSON(b []byte) error {
	n, err := strconv.Atoi(string(bytes.Trim(b, `"`)))
	*id = slogID(n)
	return err
}

func parseSlog(line []byte) (r slogRecord, ok bool) {
	if bytes.HasPrefix(line, []byte{'{'}) {
		ok = json.Unmarshal(line, &r) == nil && r.ClientID > 0
		if r.Msg == "" {
			r.Msg = r.Message
		}
		return r, ok
	}
	m := slogText.FindSubmatch(line)
	if m == nil {
		return r, false
	}
	r.Time.Time, _ = time.Parse(time.RFC3339Nano, string(m[1]))
	number, _ := strconv.Atoi(string(m[3]))
	r.ClientID = slogID(number)
	r.Msg, r.Line = string(m[2]), string(m[5])
	client, _ := netip.ParseAddrPort(string(m[4]))
	r.ClientIP.IP, r.ClientIP.Port = client.Addr(), client.Port()
	if quoted, err := strconv.Unquote(r.Line); err == nil {
		r.Line = quoted
	}
	return r, true
}

// A slogLog has the clients' addresses, which only the first record of each has.
type slogLog states[netip.AddrPort]

func (l slogLog) line(line []byte, out *emitter) error {
	r, ok := parseSlog(line)
	if !ok {
		return nil
	}
	out.at(r.Time.Time)
	id := strconv.Itoa(int(r.ClientID))
	if r.Msg == slogConnected || r.Msg == slogDisconnected {
		out.forget(id)
	}
	side, spoken := map[string]Side{slogReceived: Client, slogSending: Server}[r.Msg]
	if !spoken && r.Msg != slogConnected {
		return nil
	}
	conn := out.conn(id)
	client := states[netip.AddrPort](l).of(conn)
	if spoken {
		out.add(Event{Conn: conn, Side: side, Client: *client, Bytes: []byte(r.Line)}, "\r\n")
	} else {
		*client = netip.AddrPortFrom(r.ClientIP.IP, r.ClientIP.Port)
	}
	return nil
}
