package main

import (
	"bufio"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
)

// Output about bytes from a pipe is written before more bytes come.
func TestLive(t *testing.T) {
	tests := []struct {
		name  string
		args  []string
		turns [][2]string // bytes of the input, and a text that must follow in the output
	}{
		{"parse", []string{"parse", "-"}, [][2]string{
			{"220 hi 1\r\n", `"text":["hi 1"]`}, {"220-hi", ""}, {" 2\r\n220 x\r\n", `"text":["hi 2","x"]`}, {"220 hi 3\r\n", `"text":["hi 3"]`}}},
		{"lint as JSON", []string{"lint", "--format", "ndjson", "-"}, [][2]string{
			{"220 hi\r\n", ""}, {"220 \x01\r\n", `"rule":"control-byte"`}, {"stray\r\n", `"rule":"stray-line"`}}},
		{"lint", []string{"lint", "-v", "-"}, [][2]string{
			{"220 hi\r\n220 \x01\r\n", "[control-byte]"}, {"stray\r\n", "[stray-line]"}, {"221 \x01\r\n", "[control-byte]"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stdin, input := io.Pipe()
			output, stdout := io.Pipe()
			ended := make(chan int)
			go func() {
				ended <- cli.NewApp(t.Context(), stdin, stdout, io.Discard).Run(commands.All, tt.args)
				stdout.Close()
			}()
			lines := make(chan string)
			go func() {
				defer close(lines)
				for s := bufio.NewScanner(output); s.Scan(); {
					lines <- s.Text()
				}
			}()
			for _, turn := range tt.turns {
				io.WriteString(input, turn[0])
				for found := turn[1] == ""; !found; {
					select {
					case line := <-lines:
						found = strings.Contains(line, turn[1])
					case <-time.After(time.Minute):
						t.Fatalf("nothing follows %q", turn[0])
					}
				}
			}
			input.Close()
			go func() {
				for range lines {
				}
			}()
			<-ended
		})
	}
}
