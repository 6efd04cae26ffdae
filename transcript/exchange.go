package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/ftpreply/ftpreply/fidelity"
)

// exchange has one JSON object a line for each send or receive of a proxy:
//
//	{"i": 3, "t": 0.055872, "conn": 1, "dir": "C", "tls": false, "bytes": "VVNFUiBmdHB0ZXN0DQo="}
//
// i counts the records, t is in seconds, dir is S for server to client and C for client to
// server, and bytes are in base64: those of the wire, or, if tls is true, the decrypted bytes.
// "event": "hangup" says that the side has closed its direction of the connection, "gap" that
// bytes are missing, and "closed" that the connection has ended. The first record of a
// connection may have the addresses, as "server": "192.0.2.1:21" and "client".
var exchange = Format{
	Name:       "exchange",
	Producer:   "a recording proxy",
	Recognised: `a JSON object a line with "conn", "dir" and "bytes"`,
	Keeps:      fidelity.All,
	Clock:      RelativeClock,
	recognise:  linesWith(`"bytes"`, isExchange),
	decode:     lines(func() lineLog { return exchangeLog{} }),
}

func isExchange(line []byte) bool {
	if !bytes.HasPrefix(line, []byte{'{'}) {
		return false
	}
	for _, key := range []string{`"conn"`, `"dir"`, `"bytes"`} {
		if !bytes.Contains(line, []byte(key)) {
			return false
		}
	}
	return true
}

type exchangeRecord struct {
	Seconds float64 `json:"t"`
	Conn    *int    `json:"conn"`
	Dir     string  `json:"dir"`
	TLS     bool    `json:"tls"`
	Bytes   []byte  `json:"bytes"`
	Event   string  `json:"event"`
	Server  string  `json:"server"`
	Client  string  `json:"client"`
}

type exchangeLog struct{}

func (exchangeLog) line(line []byte, out *emitter) error {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	var e Event
	if err := parseExchange(line, &e); err != nil {
		return err
	}
	out.add(e, "")
	return nil
}

func parseExchange(line []byte, e *Event) error {
	var rec exchangeRecord
	if err := json.Unmarshal(line, &rec); err != nil {
		return err
	}
	switch rec.Dir {
	case "S":
		e.Side = Server
	case "C":
		e.Side = Client
	default:
		return fmt.Errorf(`dir is %q, not "S" or "C"`, rec.Dir)
	}
	if rec.Conn == nil {
		return errors.New("there is no conn")
	}
	switch rec.Event {
	case "hangup":
		e.Kind = HangUp
	case "gap":
		e.Kind = Gap
	case "closed":
		e.Kind = Closed
	}
	e.Conn, e.TLS, e.Bytes = *rec.Conn, rec.TLS, rec.Bytes
	e.Server, _ = netip.ParseAddrPort(rec.Server) // the addresses may be missing
	e.Client, _ = netip.ParseAddrPort(rec.Client)
	e.Time = Epoch.Add(time.Duration(rec.Seconds * float64(time.Second)))
	return nil
}
