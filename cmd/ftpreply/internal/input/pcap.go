package input

import (
	"io"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/pcap"
)

// pcapFormat describes packet captures, which are not among the formats of package transcript.
var pcapFormat = pcap.Format

// isPcap reports whether a file that begins so is a packet capture.
func isPcap(head []byte) bool { return pcap.Recognise(head) }

type pcapReader = pcap.Reader

// openPcap reads a packet capture. A connection to one of the ports is a control
// connection; so is one to port 21 or 2121, or whose first bytes show it.
func openPcap(r io.Reader, ports ...uint16) (*pcapReader, error) { return pcap.NewReader(r, ports...) }
