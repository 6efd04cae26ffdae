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
	Fidelity JsonFidelity `json:"fidelity"`
	Mute     []string     `json:"mute,omitempty"`   // the rules that cannot be proved
	Filter   string       `json:"filter,omitempty"` // what is asked for
}

type JsonFidelity struct {
	LineEnds  bool   `json:"line_ends"`
	AllBytes  bool   `json:"all_bytes"`
	AllLines  bool   `json:"all_lines"`
	BothSides bool   `json:"both_sides"`
	Grouped   bool   `json:"grouped,omitempty"`    // replies are as the producer put them together
	Masked    bool   `json:"masked,omitempty"`     // passwords are
	CodesOnly bool   `json:"codes_only,omitempty"` // the texts of replies are missing
	Decrypted bool   `json:"decrypted,omitempty"`  // what was said under TLS is there
	Clock     string `json:"clock"`
}

var ClockNames = [...]string{
	transcript.NoClock: "none", transcript.RelativeClock: "relative", transcript.AbsoluteClock: "absolute",
}

// WriteHeader begins the JSON about a recording.
func (rec *Recording) WriteHeader() *render.JSONWriter {
	w := render.NewJSONWriter(rec.Out)
	w.Write(&jsonHeader{
		"header", cli.SchemaVersion, "ftpreply", cli.Version(), rec.Source, rec.Format.Name, FidelityObject(rec.Format),
		MuteRules(rec.Lost), rec.Filter.String()})
	return w
}

func FidelityObject(f *transcript.Format) JsonFidelity {
	keeps := f.Keeps.Has
	return JsonFidelity{
		LineEnds: keeps(fidelity.LineEnds), AllBytes: keeps(fidelity.AllBytes), AllLines: keeps(fidelity.AllLines), BothSides: keeps(fidelity.BothSides),
		Grouped: !keeps(fidelity.LineStarts), Masked: !keeps(fidelity.Passwords), CodesOnly: !keeps(fidelity.Texts), Decrypted: !keeps(fidelity.Wire),
		Clock: ClockNames[f.Clock],
	}
}

// Time renders a time: as in RFC 3339, or as seconds from the start of the recording.
func (rec *Recording) Time(t time.Time) string {
	switch clock := rec.Format.Clock; {
	case t.IsZero() || clock == transcript.NoClock:
		return ""
	case clock == transcript.RelativeClock:
		return "+" + t.Sub(transcript.Epoch).String()
	default:
		return t.Format(time.RFC3339Nano)
	}
}
