package transcript

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"

	"github.com/ftpreply/ftpreply/fidelity"
)

// zgrab2 writes an object for each host, with what the server has sent:
//
//	{"ip":"192.0.2.1","data":{"ftp":{"status":"success","result":{"banner":"220 ready\r\n","auth_tls":"234 ok\r\n"}}}}
//
// A scan has millions of records. A record that cannot be read does not end the recording: the
// error comes after the last record.
var zgrab2 = Format{
	Name:       "zgrab2",
	Producer:   "zgrab2 ftp",
	Recognised: `"data":{"ftp":{ on a line of JSON`,
	Loses:      "commands but AUTH; bytes that are not UTF-8",
	Keeps:      fidelity.LineEnds | fidelity.AllLines | fidelity.LineStarts | fidelity.Texts | fidelity.BothSides | fidelity.Passwords,
	Clock:      AbsoluteClock,
	recognise:  linesWith(`"ftp":`, isZgrab),
	decode:     lines(func() lineLog { return &zgrabLog{} }),
}

func isZgrab(line []byte) bool {
	return line[0] == '{' && bytes.Contains(line, []byte(`"data"`)) && bytes.Contains(line, []byte(`"status"`))
}

// A zgrabLog counts the records that cannot be read.
type zgrabLog struct {
	bad   int64
	first error // the reason of the first, with its line
}

// A zgrabRecord is the part of a record that is used. The log of the TLS handshake is not.
type zgrabRecord struct {
	IP   string
	Data struct {
		FTP struct {
			Port      uint16
			Timestamp string
			Result    struct {
				Banner      string
				AuthTLS     string `json:"auth_tls"`
				AuthSSL     string `json:"auth_ssl"`
				ImplicitTLS bool   `json:"implicit_tls"` // the connection began with TLS
			}
		}
	}
}

func (l *zgrabLog) line(line []byte, out *emitter) error {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	var record zgrabRecord
	if err := json.Unmarshal(line, &record); err != nil {
		l.fail(out.record, err)
		return nil
	}
	ftp := &record.Data.FTP
	t, _, _ := parseStamp([]byte(ftp.Timestamp))
	out.at(t)
	result := &ftp.Result
	if result.Banner == "" && result.AuthTLS == "" && result.AuthSSL == "" {
		return nil // the scan has failed, and "status" says why
	}
	address, _ := netip.ParseAddr(record.IP)
	e := Event{Conn: out.newConn(), Server: netip.AddrPortFrom(address, ftp.Port), TLS: result.ImplicitTLS}
	for _, exchange := range []struct{ command, reply string }{{"", result.Banner}, {"AUTH TLS", result.AuthTLS}, {"AUTH SSL", result.AuthSSL}} {
		if exchange.reply == "" {
			continue
		}
		if exchange.command != "" {
			e.send(Client, []byte(exchange.command), out)
		}
		e.Side, e.Bytes = Server, []byte(exchange.reply)
		out.add(e, "")
	}
	out.closed(e.Conn)
	return nil
}

func (l *zgrabLog) fail(line int64, reason error) {
	l.bad++
	if l.first == nil {
		l.first = fmt.Errorf("line %d: %w", line, reason)
	}
}

// failure returns an error if some records could not be read.
func (l *zgrabLog) failure() error {
	switch l.bad {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("a record could not be read: %w", l.first)
	}
	return fmt.Errorf("%d records could not be read: %w, and others", l.bad, l.first)
}
