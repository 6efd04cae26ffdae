package input

import (
	"fmt"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/transcript"
)

// Unit returns the noun for the numbers of Item.Record: "packet" or "line". It returns "" if
// the recording is the bytes of the server, which have no records.
func (rec *Recording) Unit() string {
	switch rec.Format.Name {
	case "raw":
		return ""
	case "pcap":
		return "packet"
	}
	return "line"
}

// Record returns a number of Item.Record, or 0 if the recording has no records.
func (rec *Recording) Record(record int64) int64 {
	if rec.Unit() == "" {
		return 0
	}
	return record
}

// Place returns the name of a record, such as "packet 118" or "line 12", or "" if it is
// unknown.
func (rec *Recording) Place(record int64) string {
	if unit := rec.Unit(); unit != "" && record > 0 {
		return fmt.Sprintf("%s %d", unit, record)
	}
	return ""
}

// Prefix returns the beginning of a line about a place: "file:12: ", which editors and
// terminals follow, or "packet 118: ". line is the number of the line in the bytes of the
// server.
func (rec *Recording) Prefix(record, line int64) string {
	switch unit := rec.Unit(); {
	case unit == "":
		record = line
	case unit == "packet" && record > 0:
		return fmt.Sprintf("packet %d: ", record)
	}
	if record <= 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", render.Message(rec.Source), record)
}

// TimeOfDay returns the time of day in milliseconds, or the seconds from the start of the
// recording, or "" if the time is unknown.
func (rec *Recording) TimeOfDay(t time.Time) string {
	switch clock := rec.Format.Clock; {
	case t.IsZero() || clock == transcript.NoClock:
		return ""
	case clock == transcript.RelativeClock:
		return fmt.Sprintf("+%.3fs", t.Sub(transcript.Epoch).Seconds())
	default:
		return t.Format("15:04:05.000")
	}
}

// NewCauses returns the causes of a connection.
func (rec *Recording) NewCauses(c *Connection) *control.Causes {
	return &control.Causes{Unit: rec.Unit(), Server: c.ServerAddr.Addr()}
}

// CauseText returns a cause in one line, with its time and place.
func (rec *Recording) CauseText(cause *control.Cause) string {
	text := render.Text([]byte(cause.Text))
	for _, head := range []string{rec.Place(cause.Record), rec.TimeOfDay(cause.Time)} {
		if head != "" {
			text = head + "  " + text
		}
	}
	return text
}

// JSONCause is a cause in JSON.
type JSONCause struct {
	Text   string `json:"text"`
	Failed bool   `json:"failed"`
	Seq    int64  `json:"seq,omitempty"`
	Time   string `json:"time,omitempty"`
	Record int64  `json:"record,omitempty"`
}

// CauseObject returns a cause in JSON.
func (rec *Recording) CauseObject(cause *control.Cause) JSONCause {
	return JSONCause{cause.Text, cause.Failed, cause.Seq, rec.Time(cause.Time), rec.Record(cause.Record)}
}
