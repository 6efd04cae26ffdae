//go:build unix

package servers

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestTap runs curl and lftp through "ftpreply tap". The files arrive, and the recording has the
// findings that were reported live.
func TestTap(t *testing.T) {
	if !*installed {
		t.Skip("-installed is not set")
	}
	program := filepath.Join(t.TempDir(), "ftpreply")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/ftpreply/ftpreply/cmd/ftpreply").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"vsftpd", "proftpd"} {
		srv := serverNamed(name)
		t.Run(name, func(t *testing.T) {
			srv.require(t)
			for client, transfer := range map[string]func(*testing.T, *site, string, bool, bool){"curl": useCurl, "lftp": useLftp} {
				for _, secure := range []bool{false, true} {
					for _, active := range []bool{false, true} {
						t.Run(fmt.Sprintf("%s/TLS=%t/active=%t", client, secure, active), func(t *testing.T) {
							if find(client) == "" {
								t.Skipf("%s is not installed", client)
							}
							if client == "curl" && secure && active {
								t.Skip("curl 7.88 begins no TLS on a connection that it has accepted, also without a tap")
							}
							s := start(t, srv, ample)
							tapped(t, program, s, secure, func(address string) { transfer(t, s, address, secure, active) })
						})
					}
				}
			}
		})
	}
}

// tapped starts a tap before the server, uses it, and compares its findings with those in the
// recording.
func tapped(t *testing.T, program string, s *site, secure bool, use func(address string)) {
	recording := filepath.Join(t.TempDir(), "recording.ndjson")
	cmd := exec.Command(program, "tap", "--rewrite", "--fail-on", "never", "-o", recording, "0", s.address())
	if secure {
		cmd.Args = append(cmd.Args, "--tls", "explicit", "--insecure")
	}
	var live bytes.Buffer
	cmd.Stdout = &live
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	run(t, cmd)
	messages := bufio.NewReader(stderr)
	address := ""
	for address == "" {
		line, err := messages.ReadString('\n')
		if err != nil {
			t.Fatal("the tap does not listen:", line)
		}
		if _, rest, ok := strings.Cut(line, "listening on "); ok {
			address, _, _ = strings.Cut(rest, ",")
		}
	}
	use(address)
	cmd.Process.Signal(syscall.SIGINT)
	for {
		line, err := messages.ReadString('\n')
		if err != nil {
			break
		}
		t.Error("the tap says:", line)
	}
	if err := cmd.Wait(); err != nil {
		t.Error("the tap:", err)
	}
	again, err := exec.Command(program, "lint", "--fail-on", "never", recording).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := headings(live.String()), headings(string(again)); got != want {
		t.Errorf("live\n%s\nin the recording\n%s", got, want)
	}
	text, err := os.ReadFile(recording)
	if err != nil || len(text) < 1000 {
		t.Errorf("the recording has %d bytes, %v", len(text), err)
	}
}

// headings returns the lines about findings, and the totals.
func headings(output string) string {
	var b strings.Builder
	for line := range strings.Lines(output) {
		if _, totals, ok := strings.Cut(line, "repl"); ok && strings.Contains(line, "connection") {
			b.WriteString(totals)
		} else if i := strings.Index(line, " #"); i > 0 && strings.HasSuffix(line, "]\n") {
			b.WriteString(line[i:])
		}
	}
	return b.String()
}

// transferred checks the file that was loaded down, and the one that was loaded up and down again.
func transferred(t *testing.T, dir string) {
	t.Helper()
	for name, want := range map[string]string{"big.bin": tree["big.bin"], "again": tree["readme.txt"]} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: %d bytes, %v, want %d", name, len(got), err, len(want))
		}
	}
}

func useCurl(t *testing.T, s *site, address string, secure, active bool) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "new"), tree["readme.txt"])
	url := "ftp://" + address + "/" + strings.TrimPrefix(work, "/") + "/"
	for _, step := range [][]string{{"-o", "big.bin", url + "big.bin"}, {"-T", "new", url}, {"-o", "again", url + "new"}} {
		words := append([]string{"-sS", "-u", s.User + ":" + password}, step...)
		if secure {
			words = append(words, "--ssl-reqd", "--insecure")
		}
		if active {
			words = append(words, "--ftp-port", "-")
		}
		runClient(t, dir, "curl", words...)
	}
	transferred(t, dir)
}

func useLftp(t *testing.T, s *site, address string, secure, active bool) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "new"), tree["readme.txt"])
	_, port, _ := net.SplitHostPort(address)
	script := fmt.Sprintf("set net:max-retries 1; set ssl:verify-certificate no; set ftp:ssl-allow %t; set ftp:ssl-force %[1]t; set ftp:ssl-protect-data %[1]t; set ftp:passive-mode %t; ", secure, !active) +
		fmt.Sprintf("cd %s && get big.bin && put new && get new -o again; bye", work)
	runClient(t, dir, "lftp", "-u", s.User+","+password, "-p", port, "-e", script, "127.0.0.1")
	transferred(t, dir)
}

func runClient(t *testing.T, dir, program string, words ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, words...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s %q: %v\n%s", program, words, err, out)
	}
}
