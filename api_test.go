package ftpreply_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/api.txt")

const module = "github.com/ftpreply/ftpreply"

// source returns the non-test Go files of the packages in all modules of the repository, by
// the directory of the package; that of package ftpreply is ".".
func source(t *testing.T) (*token.FileSet, map[string][]*ast.File) {
	files := token.NewFileSet()
	packages := map[string][]*ast.File{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || name != "." && d.Name()[0] == '.'):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		packages[path.Dir(name)] = append(packages[path.Dir(name)], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, packages
}

// otherModules are the directories of the modules beside the root module.
var otherModules = []string{"beam", "cmd/ftpreply", "interop", "recording"}

func within(dir string, parents ...string) bool {
	return slices.ContainsFunc(parents, func(parent string) bool { return dir == parent || strings.HasPrefix(dir, parent+"/") })
}

// The exported identifiers of the public packages are those in testdata/api.txt. After a change
// that is meant, run: go test -run TestAPI -update .
func TestAPI(t *testing.T) {
	const name = "testdata/api.txt"
	files, packages := source(t)
	var lines []string
	for dir, list := range packages {
		if slices.Contains(strings.Split(dir, "/"), "internal") || within(dir, otherModules...) || list[0].Name.Name == "main" {
			continue
		}
		for _, file := range list {
			for _, decl := range file.Decls {
				for _, line := range exported(files, decl) {
					lines = append(lines, strings.TrimPrefix(dir+" ", ". ")+line)
				}
			}
		}
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the API differs from %s; if that is meant, run go test -run TestAPI -update .\n(-file +source):\n%s", name, diff)
	}
}

// exported describes the exported identifiers of a declaration, one in a line.
func exported(files *token.FileSet, decl ast.Decl) (lines []string) {
	text := func(n ast.Node) string {
		var b bytes.Buffer
		printer.Fprint(&b, files, n)
		return strings.Join(strings.Fields(b.String()), " ")
	}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		signature := strings.TrimPrefix(text(d.Type), "func")
		if d.Recv == nil && d.Name.IsExported() {
			return []string{"func " + d.Name.Name + signature}
		}
		if d.Recv != nil && d.Name.IsExported() {
			receiver := text(d.Recv.List[0].Type)
			if ast.IsExported(strings.TrimLeft(receiver, "*")) {
				return []string{fmt.Sprintf("method (%s) %s%s", receiver, d.Name.Name, signature)}
			}
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() {
						lines = append(lines, d.Tok.String()+" "+name.Name)
					}
				}
			case *ast.TypeSpec:
				if !s.Name.IsExported() {
					continue
				}
				structure, ok := s.Type.(*ast.StructType)
				switch {
				case s.Assign.IsValid():
					lines = append(lines, "type "+s.Name.Name+" = "+text(s.Type))
					continue
				case !ok:
					lines = append(lines, "type "+s.Name.Name+" "+text(s.Type))
					continue
				}
				lines = append(lines, "type "+s.Name.Name+" struct")
				for _, field := range structure.Fields.List {
					if len(field.Names) == 0 {
						lines = append(lines, "type "+s.Name.Name+" struct, "+text(field.Type))
					}
					for _, name := range field.Names {
						if name.IsExported() {
							lines = append(lines, "type "+s.Name.Name+" struct, "+name.Name+" "+text(field.Type))
						}
					}
				}
			}
		}
	}
	return lines
}

// mayImport has the packages of this repository that each package may import, tests aside.
// Imports go in one direction, from the bytes to the reports:
//
//	wire, plain <- ftpreply <- payload, dialogue <- control <- lint <- probe <- cmd
//	ftpreply <- readers <- lint
//	fidelity <- transcript, lint
//	transcript <- recording <- cmd, beam
var mayImport = map[string][]string{
	"internal/wire":       {},
	"internal/plain":      {"internal/wire"},
	".":                   {"internal/wire", "internal/plain"},
	"payload":             {".", "internal/wire"},
	"dialogue":            {".", "internal/wire"},
	"fidelity":            {},
	"readers":             {".", "internal/wire"},
	"control":             {".", "internal/wire", "payload", "dialogue", "fidelity"},
	"lint":                {".", "internal/wire", "payload", "dialogue", "fidelity", "control", "readers"},
	"transcript":          {".", "internal/wire", "dialogue", "fidelity"},
	"probe":               {".", "payload", "dialogue", "control", "lint"},
	"probe/probetest":     {"lint", "probe"},
	"replytest":           {},
	"compat/textproto":    {"."},
	"internal/genvectors": {".", "payload", "dialogue", "replytest"},
	"clib":                {"."},
}

func TestImports(t *testing.T) {
	_, packages := source(t)
	for dir, list := range packages {
		imports := map[string]bool{}
		for _, file := range list {
			for _, spec := range file.Imports {
				name, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				if name == module {
					name = module + "/."
				}
				if name, ok := strings.CutPrefix(name, module+"/"); ok {
					imports[name] = true
				}
			}
		}
		if within(dir, otherModules...) {
			checkModule(t, dir, imports)
			continue
		}
		allowed, ok := mayImport[dir]
		if !ok {
			t.Errorf("%s has no entry in mayImport", dir)
		}
		for name := range imports {
			if !slices.Contains(allowed, name) {
				t.Errorf("%s imports %s", dir, name)
			}
		}
	}
}

// checkModule checks a package of another module. recording and beam know transcripts; only the
// command and beam join them with rules. No subcommand imports another.
func checkModule(t *testing.T, dir string, imports map[string]bool) {
	const commands = "cmd/ftpreply/internal/"
	for _, name := range slices.Sorted(maps.Keys(imports)) {
		switch {
		case within(dir, "recording") && within(name, "lint", "control", "probe", "cmd", "readers"),
			within(dir, "beam") && within(name, "probe", "cmd"),
			strings.HasSuffix(dir, "cmd") && strings.HasSuffix(name, "cmd") && within(dir, "cmd") && strings.HasPrefix(name, commands),
			!within(dir, "cmd", "interop") && within(name, "cmd", "interop"):
			t.Errorf("%s imports %s", dir, name)
		}
	}
}
