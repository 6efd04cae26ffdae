package ftpserver

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
	"time"

	"github.com/spf13/afero"
)

// Readme is the content of /readme.txt.
const Readme = "This file comes from ftpreply serve.\nIt has two lines.\n"

// timeFormat is the time of MDTM and of facts (RFC 3659, section 2.3).
const timeFormat = "20060102150405"

// epoch is the time of the files, so that answers do not depend on the clock.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// NewFiles returns the files that a server has by default:
//
//	/readme.txt    two lines
//	/empty.txt     nothing
//	/pub/data.bin  64 KiB of all byte values
//	/pub/a b.txt   a name with a space
func NewFiles() afero.Fs {
	files := afero.NewMemMapFs()
	data := make([]byte, 64<<10)
	for i := range data {
		data[i] = byte(i * 7)
	}
	for name, content := range map[string][]byte{
		"/readme.txt": []byte(Readme), "/empty.txt": nil, "/pub/data.bin": data, "/pub/a b.txt": []byte("a b\n"),
	} {
		files.MkdirAll(path.Dir(name), 0o755)
		afero.WriteFile(files, name, content, 0o644) // memory cannot fail
		files.Chtimes(name, epoch, epoch)
	}
	files.Chtimes("/pub", epoch, epoch)
	return files
}

// entries returns the entries of a directory in the order of their names, or the file itself.
func (s *session) entries(name string) []fs.FileInfo {
	info, err := s.server.config.Files.Stat(name)
	if err != nil {
		return nil
	}
	if !info.IsDir() {
		return []fs.FileInfo{info}
	}
	infos, _ := afero.ReadDir(s.server.config.Files, name)
	sort.Slice(infos, func(i, j int) bool { return infos[i].Name() < infos[j].Name() })
	return infos
}

// hasParent reports whether the directory of a name exists.
func (s *session) hasParent(name string) bool {
	info, err := s.server.config.Files.Stat(path.Dir(name))
	return err == nil && info.IsDir()
}

// listLine writes an entry as LIST does.
func listLine(info fs.FileInfo) string {
	mode := "-rw-r--r--"
	if info.IsDir() {
		mode = "drwxr-xr-x"
	}
	return fmt.Sprintf("%s 1 ftp ftp %12d %s %s", mode, info.Size(), info.ModTime().UTC().Format("Jan _2 15:04"), info.Name())
}

// factsOf writes the facts of an entry (RFC 3659, section 7.5).
func factsOf(info fs.FileInfo) string {
	if info.IsDir() {
		return "Type=dir;Modify=" + info.ModTime().UTC().Format(timeFormat) + ";"
	}
	return fmt.Sprintf("Type=file;Size=%d;Modify=%s;", info.Size(), info.ModTime().UTC().Format(timeFormat))
}

// mayMake counts a new file or directory, and reports whether there is room for it.
func (s *Server) mayMake() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made >= s.config.Limits.Files {
		return false
	}
	s.made++
	return true
}

// use counts stored bytes, and reports whether there is room for them.
func (s *Server) use(n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stored+n > s.config.Limits.Stored {
		return false
	}
	s.stored += n
	return true
}

func (s *Server) free(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored = max(0, s.stored-n)
}
