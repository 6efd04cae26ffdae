package transcript_test

import (
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/transcript"
)

// A log of lftp that somebody has sent, from a terminal on Windows.
func ExampleOpen() {
	sent := "---- Connecting to ftp.example.org (192.0.2.1) port 21\r\n" +
		"<--- 220-Welcome\r\n<--- 220 ready\r\n---> QUIT\r\n<--- 221 Goodbye.\r\n---- Closing control socket\r\n"
	r, err := transcript.Open(strings.NewReader(sent), "")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s; its line ends are evidence: %v\n", r.Format.Name, r.Format.Keeps.Has(fidelity.LineEnds))
	for {
		e, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		switch e.Kind {
		case transcript.Data:
			fmt.Printf("line %d, connection %d, %v: %q\n", e.Record, e.Conn, e.Side, e.Bytes)
		case transcript.Closed:
			fmt.Printf("connection %d has ended\n", e.Conn)
		}
	}
	// Output:
	// lftp; its line ends are evidence: false
	// line 2, connection 1, server: "220-Welcome\r\n"
	// line 3, connection 1, server: "220 ready\r\n"
	// line 4, connection 1, client: "QUIT\r\n"
	// line 5, connection 1, server: "221 Goodbye.\r\n"
	// connection 1 has ended
}
