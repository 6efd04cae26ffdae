package probe

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"path"
	"strings"
	"sync/atomic"
	"testing"
)

// userFiles are the files of the user. A run must not change them.
var userFiles = map[string]string{
	"/thesis.doc": "ten years of work", "/photos.zip": "children", "/docs/taxes": "1998", "/docs/letter": "dear",
	"/notes": "abc", "/unique": "not the one of STOU",
}

// serveUser starts a server that has the files of the user.
func serveUser(t *testing.T) *server {
	s := serve(t, map[string]func(*client, string){})
	maps.Copy(s.files, userFiles)
	s.folders["/docs"] = true
	return s
}

// A misbehavior changes a server. The generator makes servers differ.
type misbehavior struct {
	name string
	do   func(s *server, r *rand.Rand)
}

// after runs do instead of each command with the verb, once the verb has come often enough.
func after(s *server, r *rand.Rand, verb string, do func(c *client, argument string)) {
	times := 0
	if r.IntN(2) == 0 {
		times = r.IntN(6)
	}
	var seen atomic.Int64
	s.instead[verb] = func(c *client, argument string) {
		if int(seen.Add(1)) <= times {
			c.answer(verb, argument)
			return
		}
		do(c, argument)
	}
}

// says answers and does nothing.
func says(text string) func(*client, string) {
	return func(c *client, _ string) { c.say(text) }
}

// verbs are the commands of a run that make, change and remove files, and those before them.
var verbs = []string{"MKD", "CWD", "PWD", "NLST", "STOR", "APPE", "STOU", "RETR", "DELE", "RMD", "XMKD", "XRMD", "RNFR", "RNTO", "EPSV", "PASS", "QUIT", "TYPE"}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

var misbehaviors = []misbehavior{
	{"flat name space", func(s *server, r *rand.Rand) {
		s.resolve = func(_ *client, argument string) string { return "/" + path.Base(argument) }
		s.instead["MKD"] = says("257 made")
		s.instead["CWD"] = says("250 there")
	}},
	{"flat name space with a lying PWD", func(s *server, r *rand.Rand) {
		s.resolve = func(_ *client, argument string) string { return "/" + path.Base(argument) }
		s.instead["MKD"] = says("257 made")
		s.instead["CWD"] = func(c *client, argument string) {
			if c.folder = path.Join(c.folder, argument); path.IsAbs(argument) {
				c.folder = argument
			}
			c.say("250 there")
		}
	}},
	{"CWD without effect", func(s *server, r *rand.Rand) { after(s, r, "CWD", says("250 there")) }},
	{"CWD for PWD only", func(s *server, r *rand.Rand) {
		s.resolve = func(_ *client, argument string) string { return path.Join("/", argument) }
	}},
	{"MKD without effect", func(s *server, r *rand.Rand) { after(s, r, "MKD", says(`257 "/x" made`)) }},
	{"MKD refused, with effect", func(s *server, r *rand.Rand) {
		after(s, r, "MKD", func(c *client, argument string) {
			c.change(func() { c.folders[c.path(argument)] = true })
			c.say("257-made\r\n257 made")
		})
	}},
	{"PWD with another path", func(s *server, r *rand.Rand) {
		after(s, r, "PWD", says(pick(r, `257 "/"`, `257 "/docs"`, `257 "../.."`, `257 ""`, `257 no path`, "550 no", `257 "a b"`)))
	}},
	{"STOU names another file", func(s *server, r *rand.Rand) {
		name := pick(r, "thesis.doc", "../thesis.doc", "/thesis.doc", "/docs/taxes", "notes", "x\rDELE thesis.doc", `"thesis.doc"`, "*", "..", "-rf", "~", "docs", "unique", "", "a/../thesis.doc", "notes ")
		at := pick(r, "/stou.1", "/docs/stou.1", "")
		after(s, r, "STOU", func(c *client, _ string) {
			file := at
			if file == "" {
				file = path.Join(c.folder, "stou.1")
			}
			c.storeUnique(file, "150 FILE: "+name)
		})
	}},
	{"STOU names a file that is then in every directory", func(s *server, r *rand.Rand) {
		var stored atomic.Bool
		s.instead["STOU"] = func(c *client, _ string) {
			c.storeUnique(path.Join(c.folder, "stou.1"), "150 FILE: thesis.doc")
			stored.Store(true)
		}
		s.instead["NLST"] = func(c *client, _ string) {
			var names string
			for _, file := range c.left() {
				if path.Dir(file) == c.folder {
					names += path.Base(file) + "\r\n"
				}
			}
			if stored.Load() {
				names += "thesis.doc\r\n"
			}
			c.transfer(func(data net.Conn) { io.WriteString(data, names) })
		}
		s.resolve = func(c *client, argument string) string {
			switch {
			case argument == "thesis.doc":
				return "/thesis.doc"
			case path.IsAbs(argument):
				return path.Clean(argument)
			default:
				return path.Join(c.folder, argument)
			}
		}
	}},
	{"NLST of other names", func(s *server, r *rand.Rand) {
		kind := r.IntN(7)
		after(s, r, "NLST", func(c *client, _ string) {
			var b strings.Builder
			for _, file := range c.left() {
				switch {
				case kind == 0:
					fmt.Fprintf(&b, "%s\r\n", file)
				case kind == 1:
					fmt.Fprintf(&b, "%s\r\n", path.Base(file))
				case kind == 2 && path.Dir(file) == path.Dir(c.folder), kind == 3 && path.Dir(file) == c.folder:
					fmt.Fprintf(&b, "../%s\r\n", path.Base(file))
				case kind == 4 && path.Dir(file) == c.folder:
					fmt.Fprintf(&b, "%s\r\nthesis.doc\r\n", path.Base(file))
				case kind == 6 && path.Dir(file) == c.folder:
					fmt.Fprintf(&b, "%s\r\n%s/../../thesis.doc\r\n%s\\..\\thesis.doc\r\n", path.Base(file), path.Base(c.folder), path.Base(c.folder))
				case kind == 5 && path.Dir(file) == c.folder:
					fmt.Fprintf(&b, "./%s\r\n", path.Base(file))
				}
			}
			c.transfer(func(data net.Conn) { io.WriteString(data, b.String()) })
		})
	}},
	{"RMD refused", func(s *server, r *rand.Rand) { after(s, r, "RMD", says(pick(r, "550 no", "450 busy", "502 no"))) }},
	{"RMD without effect", func(s *server, r *rand.Rand) { after(s, r, "RMD", says("250 gone")) }},
	{"RMD of all that is inside", func(s *server, r *rand.Rand) {
		s.instead["RMD"] = func(c *client, argument string) {
			name := c.path(argument)
			c.change(func() {
				maps.DeleteFunc(c.files, func(file, _ string) bool { return strings.HasPrefix(file, name+"/") })
				maps.DeleteFunc(c.folders, func(folder string, _ bool) bool { return folder == name || strings.HasPrefix(folder, name+"/") })
			})
			c.say("250 gone")
		}
	}},
	{"DELE refused", func(s *server, r *rand.Rand) { after(s, r, "DELE", says("550 no")) }},
	{"DELE without effect", func(s *server, r *rand.Rand) { after(s, r, "DELE", says("250 gone")) }},
	{"RETR of the latest upload", func(s *server, r *rand.Rand) {
		var latest atomic.Value
		s.instead["STOU"] = func(c *client, _ string) {
			name := pick(r, "thesis.doc", "stou.1")
			c.preliminary = "150 FILE: " + name
			c.transfer(func(data net.Conn) {
				uploaded, _ := io.ReadAll(data)
				latest.Store(string(uploaded))
				c.change(func() { c.files[path.Join(c.folder, "stou.1")] = string(uploaded) })
			})
		}
		s.instead["RETR"] = func(c *client, argument string) {
			if text, ok := latest.Load().(string); ok {
				c.transfer(func(data net.Conn) { io.WriteString(data, text) })
				return
			}
			c.answer("RETR", argument)
		}
	}},
	{"short names", func(s *server, r *rand.Rand) {
		n := pick(r, 6, 8, 12)
		s.resolve = func(c *client, argument string) string {
			name := path.Join(c.folder, argument)
			if path.IsAbs(argument) {
				name = path.Clean(argument)
			}
			dir, base := path.Split(name)
			return path.Join(dir, base[:min(n, len(base))])
		}
	}},
	{"case folded", func(s *server, r *rand.Rand) {
		s.resolve = func(c *client, argument string) string {
			return strings.ToLower(path.Join(c.folder, "/", strings.TrimPrefix(argument, c.folder)))
		}
	}},
	{"commands end at LF", func(s *server, r *rand.Rand) { s.anyLF = true }},
	{"the connection is closed", func(s *server, r *rand.Rand) {
		verb, first := pick(r, verbs...), r.IntN(2) == 0
		after(s, r, verb, func(c *client, argument string) {
			if !first {
				c.answer(verb, argument)
			}
			c.conn.Close()
		})
	}},
	{"no reply", func(s *server, r *rand.Rand) {
		verb, done := pick(r, verbs...), r.IntN(2) == 0
		after(s, r, verb, func(c *client, argument string) {
			if done {
				conn := c.conn
				c.conn = nowhere{conn}
				c.answer(verb, argument)
				c.conn = conn
			}
		})
	}},
	{"two replies", func(s *server, r *rand.Rand) {
		verb := pick(r, verbs...)
		after(s, r, verb, func(c *client, argument string) {
			c.answer(verb, argument)
			c.say("250 and again")
		})
	}},
	{"refused", func(s *server, r *rand.Rand) {
		verb := pick(r, verbs...)
		after(s, r, verb, says(pick(r, "550 no", "421 enough", "502 no", "530 log in", "450 later")))
	}},
	{"few sessions", func(s *server, r *rand.Rand) {
		after(s, r, "USER", says("421 too many"))
	}},
}

// nowhere discards all writes.
type nowhere struct{ net.Conn }

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

// checkUser compares the files of the user with those before the run, and the other files
// with Report.Left.
func (s *server) checkUser(t *testing.T, r *Report) (ok bool) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	ok = true
	for name, content := range userFiles {
		if got, there := s.files[name]; !there || got != content {
			t.Errorf("%s is now %q", name, got)
			ok = false
		}
	}
	if !s.folders["/docs"] {
		t.Error("/docs is removed")
		ok = false
	}
	report := strings.Join(r.Left, "\n")
	for name := range maps.Keys(s.files) {
		if _, old := userFiles[name]; !old && !reported(report, name, s.files[name]) {
			t.Errorf("%s is left, and the report says %q", name, r.Left)
			ok = false
		}
	}
	for name := range maps.Keys(s.folders) {
		if name != "/" && name != "/docs" && !reported(report, name, "") {
			t.Errorf("the directory %s is left, and the report says %q", name, r.Left)
			ok = false
		}
	}
	return ok
}

// reported reports whether a report mentions a file, a directory above it, or the content of
// a STOU.
func reported(report, name, content string) bool {
	if strings.HasSuffix(content, " unique") && strings.Contains(report, content[:25]) {
		return true
	}
	for ; name != "/"; name = path.Dir(name) {
		if strings.Contains(report, path.Base(name)) {
			return true
		}
	}
	return false
}

// writingConfig returns a configuration with only the checks that write, and some that move about.
func writingConfig(s *server) Config {
	c := config(s)
	c.Write = true
	c.Sections = []string{"RFC 959 4.1.3", "RFC 2640", "RFC 3659 5", "draft-somers-ftp-mfxx", "no RFC: SITE"}
	for check := range Checks() {
		if check.needs&needWrite == 0 && check.Name != "cwd-without-name" && check.Name != "retr" {
			c.Skip = append(c.Skip, check.Name)
		}
	}
	return c
}
