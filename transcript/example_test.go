package transcript_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/ftpreply/ftpreply/fidelity"
	"github.com/ftpreply/ftpreply/transcript"
)

// A log of lftp from a terminal on Windows.
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

// A log whose format is not known is read by its marks, which are learned from its first lines.
func ExampleOpen_marks() {
	log := "10:00:00 SENT: 220 ready\n10:00:01 RECEIVED: USER anna\n10:00:02 SENT: 331 Password required\n"
	r, err := transcript.Open(strings.NewReader(log), "")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Marks)
	for {
		e, err := r.Next()
		if err != nil {
			break
		}
		fmt.Printf("%v: %q\n", e.Side, e.Bytes)
	}
	// Output:
	// replies after "SENT: ", commands after "RECEIVED: ", times like 15:04:05
	// server: "220 ready\r\n"
	// client: "USER anna\r\n"
	// server: "331 Password required\r\n"
}

// The marks of a log may be given instead.
func ExampleOpenMarked() {
	log := "conn=7 in: USER anna\nconn=7 out: 331 Password required\n"
	r, err := transcript.OpenMarked(strings.NewReader(log), transcript.Marks{Reply: "out: ", Command: "in: ", Session: `conn=(\d+)`})
	if err != nil {
		fmt.Println(err)
		return
	}
	for {
		e, err := r.Next()
		if err != nil {
			break
		}
		fmt.Printf("%v: %q\n", e.Side, e.Bytes)
	}
	// Output:
	// client: "USER anna\r\n"
	// server: "331 Password required\r\n"
}

// A log without replies is an error that says how the program is made to log them.
func ExampleFormatError() {
	log := "Sun Nov 22 10:23:15 2026 [pid 7] [anna] OK LOGIN: Client \"192.0.2.2\"\n"
	_, err := transcript.Open(strings.NewReader(log), "")
	var format *transcript.FormatError
	if errors.As(err, &format) {
		fmt.Println(format.Program)
		fmt.Println(format.Switch)
	}
	// Output:
	// vsftpd without protocol logging
	// log_ftp_protocol=YES in vsftpd.conf
}
