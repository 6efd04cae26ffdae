//go:build !amd64 || purego

package ftpreply

// passPlainBlocks leaves all to passPlainLines.
func (f *Framer) passPlainBlocks(_ []byte, line int) int { return line }

// findInBlocks leaves all to findPlainReplies.
func (f *Framer) findInBlocks([]byte, *[maxPlainReplies]uint16) (found int, more bool) {
	return 0, true
}
