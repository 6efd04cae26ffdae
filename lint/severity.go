package lint

import "fmt"

// A Severity is the severity of a finding. Severities are ordered.
type Severity uint8

const (
	Info    Severity = iota + 1 // a common deviation that clients tolerate
	Warning                     // at least one real client desynchronizes or misreads it
	Error                       // no client can read it correctly
)

var severityNames = [...]string{Info: "info", Warning: "warning", Error: "error"}

// String returns "info", "warning" or "error".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return ""
}

// MarshalText returns the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames {
		if name != "" && name == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("severity %q is none of info, warning, error", text)
}
