package input

import (
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/render"
	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/transcript"
)

// jsonHeader is the first object of each recording.
type jsonHeader struct {
	Type     string       `json:"type"` // "header"
	Schema   int          `json:"schema"`
	Tool     string       `json:"tool"`
	Version  string       `json:"version"`
	Source   string       `json:"source"`
	Format   string       `json:"format"`
	Fidelity JSONFidelity `json:"fidelity"`
	Marks    *jsonMarks   `json:"marks,omitempty"`  // of the format generic
	Mute     []string     `json:"mute,omitempty"`   // rules that the recording cannot prove
	Filter   string       `json:"filter,omitempty"` // as flags
}

// jsonMarks are the marks of the format generic, learned or given.
type jsonMarks struct {
	Reply   string `json:"reply"`
	Command string `json:"command"`
	Time    string `json:"time,omitempty"`
	Session string `json:"session,omitempty"`
}

// JSONFidelity is the fidelity of a format in JSON.
type JSONFidelity struct {
	LineEnds  bool   `json:"line_ends"`
	AllBytes  bool   `json:"all_bytes"`
	AllLines  bool   `json:"all_lines"`
	BothSides bool   `json:"both_sides"`
	Grouped   bool   `json:"grouped,omitempty"`    // the program that wrote the log decided where replies end
	Masked    bool   `json:"masked,omitempty"`     // passwords are hidden
	CodesOnly bool   `json:"codes_only,omitempty"` // the texts of replies are missing
	Decrypted bool   `json:"decrypted,omitempty"`  // data that was sent under TLS is shown
	Clock     string `json:"clock"`
}

// ClockNames are the names of the clocks in JSON and in tables.
var ClockNames = [...]string{
	transcript.NoClock: "none", transcript.RelativeClock: "relative", transcript.AbsoluteClock: "absolute",
}

// WriteHeader writes the header of a recording, and returns a writer for further objects.
func (rec *Recording) WriteHeader() *render.JSONWriter {
	var marks *jsonMarks
	if m := rec.Marks; m != nil {
		marks = &jsonMarks{m.Reply, m.Command, m.Time, m.Session}
	}
	w := render.NewJSONWriter(rec.Out)
	w.Write(&jsonHeader{
		"header", cli.SchemaVersion, "ftpreply", cli.Version(), rec.Source, rec.Format.Name, FidelityObject(rec.Format),
		marks, MuteRules(rec.Lost), rec.Filter.String()})
	return w
}

// FidelityObject returns the fidelity of a format in JSON.
func FidelityObject(f *transcript.Format) JSONFidelity {
	keeps := f.Keeps.Has
	return JSONFidelity{
		LineEnds: keeps(fidelity.LineEnds), AllBytes: keeps(fidelity.AllBytes), AllLines: keeps(fidelity.AllLines), BothSides: keeps(fidelity.BothSides),
		Grouped: !keeps(fidelity.LineStarts), Masked: !keeps(fidelity.Passwords), CodesOnly: !keeps(fidelity.Texts), Decrypted: !keeps(fidelity.Wire),
		Clock: ClockNames[f.Clock],
	}
}

// Time returns a time as AppendTime writes it.
func (rec *Recording) Time(t time.Time) string { return string(rec.AppendTime(nil, t)) }

// AppendTime appends a time as in RFC 3339, or as seconds from the start of the recording. It
// appends nothing if the time is unknown.
func (rec *Recording) AppendTime(dst []byte, t time.Time) []byte {
	switch clock := rec.Format.Clock; {
	case t.IsZero() || clock == transcript.NoClock:
		return dst
	case clock == transcript.RelativeClock:
		return append(append(dst, '+'), t.Sub(transcript.Epoch).String()...)
	default:
		return t.AppendFormat(dst, time.RFC3339Nano)
	}
}
