package lintcmd

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
)

// runLint runs the subcommand.
func runLint(args ...string) (status int, stdout, stderr []byte) {
	return clitest.Run([]cli.Command{New}, args...)
}

// The host of a 227 reply is compared with the address of the server.
func TestPeerIsTheServer(t *testing.T) {
	const head = "\n===================================================================\nFollow: tcp,raw\nFilter: tcp.stream eq 0\n" +
		"Node 0: 192.0.2.2:4000\nNode 1: 192.0.2.1:21\n"
	reply := func(text string) string { return fmt.Sprintf("\t%x\n", text) }
	for host, want := range map[string]bool{"192,0,2,1": false, "192,0,2,9": true} {
		text := head + reply("220 a\r\n") + fmt.Sprintf("%x\n", "PASV\r\n") + reply("227 ("+host+",4,1)\r\n")
		_, out, stderr := runLint("lint", "-v", clitest.WriteFile(t, "in.txt", []byte(text)))
		if got := bytes.Contains(out, []byte("[foreign-passive-host]")); got != want {
			t.Errorf("%s: %s%s", host, out, stderr)
		}
	}
}
