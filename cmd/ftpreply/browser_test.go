package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/clitest"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
	"github.com/ftpreply/ftpreply/lint"
	"golang.org/x/net/websocket"
)

var (
	browser = flag.String("browser", "", "run the test of the HTML report in this Chromium")
	axe     = flag.String("axe", "", "with -browser, check the accessibility with this axe.min.js")
)

// A tab is a page in Chromium, over the DevTools protocol.
type tab struct {
	t      *testing.T
	ws     *websocket.Conn
	id     int
	events []string // console errors, exceptions and requests
}

// open starts Chromium with a page. It returns when the page is loaded.
func open(t *testing.T, page string, args ...string) *tab {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	dir := t.TempDir()
	cmd := exec.CommandContext(ctx, *browser, append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--remote-allow-origins=*", "--user-data-dir=" + dir,
	}, append(args, "about:blank")...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })

	var port string
	for port == "" {
		if ctx.Err() != nil {
			t.Fatal("Chromium does not start")
		}
		text, _ := os.ReadFile(filepath.Join(dir, "DevToolsActivePort"))
		port, _, _ = strings.Cut(string(text), "\n")
		time.Sleep(50 * time.Millisecond)
	}
	var targets []struct {
		Type string `json:"type"`
		URL  string `json:"webSocketDebuggerUrl"`
	}
	resp, err := http.Get("http://127.0.0.1:" + port + "/json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&targets); err != nil {
		t.Fatal(err)
	}
	for _, target := range targets {
		if target.Type != "page" {
			continue
		}
		ws, err := websocket.Dial(target.URL, "", "http://127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		b := &tab{t: t, ws: ws}
		for _, domain := range []string{"Runtime", "Log", "Network", "Page"} {
			b.call(domain+".enable", nil)
		}
		b.call("Page.navigate", map[string]any{"url": page})
		for b.eval(`document.readyState + " " + location.protocol`) != "complete file:" {
			time.Sleep(50 * time.Millisecond)
		}
		return b
	}
	t.Fatal("Chromium has no page")
	return nil
}

// call calls a method, and keeps the events that come before its result.
func (b *tab) call(method string, params any) json.RawMessage {
	b.t.Helper()
	b.id++
	if err := websocket.JSON.Send(b.ws, map[string]any{"id": b.id, "method": method, "params": params}); err != nil {
		b.t.Fatal(err)
	}
	for {
		var m struct {
			ID     int             `json:"id"`
			Method string          `json:"method"`
			Params json.RawMessage `json:"params"`
			Result json.RawMessage `json:"result"`
		}
		if err := websocket.JSON.Receive(b.ws, &m); err != nil {
			b.t.Fatal(err)
		}
		switch {
		case m.ID == b.id:
			return m.Result
		case m.Method == "Network.requestWillBeSent" && !strings.Contains(string(m.Params), `"url":"file:`),
			m.Method == "Runtime.exceptionThrown", m.Method == "Log.entryAdded", m.Method == "Runtime.consoleAPICalled":
			b.events = append(b.events, m.Method+" "+string(m.Params))
		}
	}
}

// eval returns the value of an expression as text.
func (b *tab) eval(expression string) string {
	b.t.Helper()
	var result struct {
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
		Exception any `json:"exceptionDetails"`
	}
	if err := json.Unmarshal(b.call("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true}), &result); err != nil || result.Exception != nil {
		b.t.Fatalf("%s: %v %v", expression, err, result.Exception)
	}
	return fmt.Sprint(result.Result.Value)
}

// press presses a key.
func (b *tab) press(key string) {
	for _, kind := range []string{"keyDown", "keyUp"} {
		b.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": key, "text": key})
	}
}

// The report works in a browser: search, links, keys, dark mode, without errors and requests.
func TestBrowser(t *testing.T) {
	if *browser == "" {
		t.Skip("-browser is not set")
	}
	dir := t.TempDir()
	for i, text := range attacks() {
		attackFile(t, dir, i, text)
	}
	e := lint.Example{"S 220 ready\r\n", "C RETR needle\r\n", "S 550 \x01 nothing\r\n", "C NOOP\r\n", "S 200 ok\r\n"}
	if err := os.WriteFile(filepath.Join(dir, "zz.ndjson"), clitest.ExchangeLines(t, e), 0o666); err != nil {
		t.Fatal(err)
	}
	status, page, stderr := clitest.Run(commands.All, "lint", "--format", "html", dir)
	if status > 1 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, page, 0o666); err != nil {
		t.Fatal(err)
	}
	b := open(t, (&url.URL{Scheme: "file", Path: path}).String())
	check := func(name, expression, want string) {
		t.Helper()
		if got := b.eval(expression); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	const visible = `[...document.querySelectorAll("tbody tr")].filter((r) => r.id && r.checkVisibility()).map((r) => r.querySelector("pre").textContent.trim()).join("|")`
	check("the filters are shown", `document.getElementById("filters").hidden`, "false")
	check("the ladders are closed", visible, "")

	b.press("/")
	check("the search has the focus", `document.activeElement.id`, "search")
	for _, key := range "needle" {
		b.press(string(key))
	}
	time.Sleep(500 * time.Millisecond)
	check("the search", visible, "RETR needle")
	check("the number of matches", `document.getElementById("matches").textContent`, "1 match")
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": "Escape"})
	check("the search is left", `document.activeElement.id + document.getElementById("search").value`, "")

	b.eval(`document.getElementById("search").value = "nothing", document.getElementById("found").click()`)
	check("findings of a search", visible, `550 \x01 nothing`)
	b.eval(`document.getElementById("search").value = "", document.getElementById("found").click()`)

	const at = `document.activeElement.closest("details").open + " " + document.activeElement.matches(".found, .refused, .error")`
	b.press("n")
	check("the next finding", at, "true true")
	b.press("p")
	check("the previous finding", at, "true true")

	b.eval(`document.querySelectorAll("details").forEach((d) => d.open = false), document.querySelector(".rule a").click()`)
	b.eval(`new Promise((done) => setTimeout(done, 300))`)
	check("a click on a finding", `document.activeElement.id === location.hash.slice(1) && document.activeElement.checkVisibility()`, "true")

	const ground = `getComputedStyle(document.body).backgroundColor`
	check("the light mode", ground, "rgb(255, 255, 255)")
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}})
	check("the dark mode", ground, "rgb(13, 17, 23)")
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": "print"})
	check("no filters in print", `document.getElementById("filters").checkVisibility()`, "false")

	if *axe != "" {
		b.call("Emulation.setEmulatedMedia", map[string]any{"media": "", "features": []map[string]string{}})
		source, err := os.ReadFile(*axe)
		if err != nil {
			t.Fatal(err)
		}
		b.eval(string(source) + "; 0")
		b.eval(`document.querySelectorAll("details").forEach((d) => d.open = d.id === "" || d.matches(".connection:last-of-type"))`)
		const problems = `axe.run().then((r) => r.violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => v.id + ": " + v.help + " " + v.nodes.length + " " + v.nodes[0].html.slice(0, 200)).join("\n"))`
		for _, scheme := range []string{"light", "dark"} {
			b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}})
			check("accessibility, "+scheme, problems, "")
		}
	}

	for _, event := range b.events {
		t.Error(event)
	}
}
