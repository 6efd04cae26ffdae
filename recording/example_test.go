package recording_test

import (
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/ftpreply/ftpreply/recording"
	"github.com/ftpreply/ftpreply/transcript"
)

// A log of lftp. A file would be read the same way, compressed or not.
func ExampleOpen() {
	file := strings.NewReader("<--- 220 ready\n---> USER alice\n<--- 331 password?\n")

	r, err := recording.Open(file, recording.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("format:", r.Format().Name)
	for {
		e, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		if e.Kind == transcript.Data {
			fmt.Printf("line %d, %v: %q\n", e.Record, e.Side, e.Bytes)
		}
	}

	// Output:
	// format: lftp
	// line 1, server: "220 ready\r\n"
	// line 2, client: "USER alice\r\n"
	// line 3, server: "331 password?\r\n"
}

// A capture from which nothing could be read says why.
func ExampleReader_Skipped() {
	capture := strings.NewReader("\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + // a pcap file,
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01\x00\x00\x00" + // of Ethernet,
		"\x00\x00\x00\x00\x00\x00\x00\x00\x0e\x00\x00\x00\x0e\x00\x00\x00" + // with a frame of 14 bytes
		"DDDDDDSSSSSS\x08\x06") // of ARP

	r, err := recording.Open(capture, recording.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for err == nil {
		_, err = r.Next()
	}
	for _, s := range r.Skipped() {
		fmt.Printf("%d packets skipped: %s\n", s.Packets, s.Reason)
	}

	// Output:
	// 1 packets skipped: not IP
}
