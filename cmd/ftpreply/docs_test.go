package main

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const repository = "../.."

// documents returns the paths of the Markdown documents, relative to the repository.
func documents(t *testing.T) (paths []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "vectors/*.md"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			path, _ = filepath.Rel(repository, path)
			paths = append(paths, filepath.ToSlash(path))
		}
	}
	if !slices.Contains(paths, "README.md") || len(paths) < 5 {
		t.Fatalf("the documents are not all there: %q", paths)
	}
	return paths
}

func readDocument(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks returns the fenced code blocks of a language, and in the language "" the indented
// ones.
func blocks(text, language string) (found []string) {
	fence, inside := "", strings.Builder{}
	open := false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "```") && !open:
			open, fence = true, strings.TrimPrefix(trimmed, "```")
			inside.Reset()
		case strings.HasPrefix(trimmed, "```"):
			open = false
			if fence == language && language != "" {
				found = append(found, inside.String())
			}
			inside.Reset()
		case open:
			inside.WriteString(line)
		case language == "" && strings.HasPrefix(line, "    "):
			inside.WriteString(line[4:])
		case language == "" && inside.Len() > 0 && trimmed != "":
			found = append(found, inside.String())
			inside.Reset()
		}
	}
	if language == "" && !open && inside.Len() > 0 {
		found = append(found, inside.String())
	}
	return found
}

// command is a line that runs ftpreply, perhaps with input from a printf.
var command = regexp.MustCompile(`^(printf '[^']*' \| )?(go run \./cmd/ftpreply|ftpreply) `)

// TestCommandsInDocuments runs every command of the documents that runs ftpreply. Words in
// capitals (HOST, FILE) are placeholders; such commands are not run.
func TestCommandsInDocuments(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("no POSIX shell")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "ftpreply")); err != nil { // TestMain looks at its name
		t.Fatal(err)
	}
	placeholder := regexp.MustCompile(`\b[A-Z]{3,}\b`)
	ran := 0
	for _, path := range documents(t) {
		text := readDocument(t, path)
		for _, block := range slices.Concat(blocks(text, "sh"), blocks(text, "")) {
			for line := range strings.Lines(block) {
				line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
				line = strings.TrimPrefix(line, "$ ")
				if !command.MatchString(line+" ") || placeholder.MatchString(strings.ReplaceAll(line, "RETR", "")) {
					continue
				}
				ran++
				t.Run(path+": "+line, func(t *testing.T) {
					script := "cd " + repository + " && " + strings.Replace(line, "go run ./cmd/ftpreply", "ftpreply", 1)
					cmd := exec.Command(shell, "-c", script)
					cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
					output, err := cmd.CombinedOutput()
					var exit *exec.ExitError
					if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1: there are findings
						t.Errorf("%v\n%s", err, output)
					}
					if len(output) == 0 {
						t.Error("no output")
					}
				})
			}
		}
	}
	if ran < 3 {
		t.Errorf("only %d commands found", ran)
	}
}

// TestOutputInReadme compares the finding that the README shows with a real one. A line that
// ends in … is the beginning of a line.
func TestOutputInReadme(t *testing.T) {
	shown := ""
	for _, block := range blocks(readDocument(t, "README.md"), "") {
		if strings.HasPrefix(block, "testdata/captures/") {
			shown = block
		}
	}
	if shown == "" {
		t.Fatal("the README shows no output of lint")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "ftpreply")
	if err := os.Symlink(self, bin); err != nil {
		t.Skip(err)
	}
	cmd := exec.Command(bin, "lint", "testdata/captures")
	cmd.Dir = repository
	output, _ := cmd.Output() // its exit status is 1 if there are findings
	for line := range strings.Lines(shown) {
		line = strings.TrimRight(line, "\n ")
		head, cut := strings.CutSuffix(line, "…")
		if !strings.Contains(string(output), head+map[bool]string{false: "\n"}[cut]) {
			t.Errorf("lint does not print %q", line)
		}
	}
}

// squeezed returns code without indentation and blank lines.
func squeezed(code string) string {
	var lines []string
	for line := range strings.Lines(code) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// TestCodeInDocuments checks that each Go snippet is a part of a file that is compiled: an
// Example, as a rule.
func TestCodeInDocuments(t *testing.T) {
	var compiled strings.Builder
	err := filepath.WalkDir(repository, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		compiled.WriteString(squeezed(string(text)) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range documents(t) {
		for _, snippet := range blocks(readDocument(t, path), "go") {
			if !strings.Contains(compiled.String(), squeezed(snippet)) {
				t.Errorf("%s: this snippet is in no Go file:\n%s", path, snippet)
			}
		}
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors returns the names by which the headings of a document can be linked.
func anchors(text string) (names []string) {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		names = append(names, strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return names
}

// TestLinksInDocuments checks that links within the repository lead somewhere.
func TestLinksInDocuments(t *testing.T) {
	links := 0
	for _, path := range documents(t) {
		lines := bufio.NewScanner(strings.NewReader(readDocument(t, path)))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			for _, m := range link.FindAllStringSubmatch(lines.Text(), -1) {
				target, anchor, _ := strings.Cut(m[1], "#")
				if strings.Contains(target, "://") {
					continue
				}
				links++
				to := path
				if target != "" {
					to = filepath.ToSlash(filepath.Join(filepath.Dir(path), target))
				}
				if _, err := os.Stat(filepath.Join(repository, to)); err != nil {
					t.Errorf("%s: %s leads nowhere", path, m[1])
					continue
				}
				if anchor != "" && strings.HasSuffix(to, ".md") && !slices.Contains(anchors(readDocument(t, to)), anchor) {
					t.Errorf("%s: %s has no heading %s", path, to, anchor)
				}
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links found", links)
	}
}
