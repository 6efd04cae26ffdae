package transcript

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// exchange has one JSON object a line for each send or receive of a proxy:
//
//	{"i": 3, "t": 0.055872, "conn": 1, "dir": "C", "tls": false, "bytes": "VVNFUiBmdHB0ZXN0DQo="}
//
// i counts the records, t is in seconds, dir is S for server to client and C for
// client to server, and bytes are in base64.
var exchange = Format{
	Name:    "exchange",
	Summary: `one JSON object for each send or receive: t, conn, dir ("S" or "C"), bytes in base64`,
	Fidelity: Fidelity{
		LineEnds: true, AllBytes: true, AllLines: true, BothSides: true, Clock: RelativeClock,
	},
	recognise: beginsLikeExchange,
	decode:    decodeExchange,
}

// maxRecord bounds a line of the recording.
const maxRecord = 4 << 20

func beginsLikeExchange(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
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
	Bytes   []byte  `json:"bytes"`
}

func decodeExchange(r *bufio.Reader) func(*Event) error {
	var line []byte
	record := int64(0)
	return func(e *Event) (err error) {
		for blank := true; blank; blank = len(bytes.TrimSpace(line)) == 0 {
			record++
			line, err = readRecord(r, line[:0])
			if err == io.EOF {
				return err
			}
			if err != nil {
				return fmt.Errorf("line %d: %w", record, err)
			}
		}
		e.Record = record
		if err := parseExchange(line, e); err != nil {
			return fmt.Errorf("line %d: %w", record, err)
		}
		return nil
	}
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
	e.Conn = *rec.Conn
	e.Bytes = rec.Bytes
	e.Time = Epoch.Add(time.Duration(rec.Seconds * float64(time.Second)))
	return nil
}

// readRecord appends one line to buf, which must not grow beyond maxRecord.
func readRecord(r *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		buf = append(buf, part...)
		switch {
		case len(buf) > maxRecord:
			return buf, fmt.Errorf("longer than %d bytes", maxRecord)
		case err == nil, err == io.EOF && len(buf) > 0:
			return buf, nil
		case err != bufio.ErrBufferFull:
			return buf, err
		}
	}
}
