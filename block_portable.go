//go:build !amd64 || purego

package ftpreply

// passPlainBlocks leaves all to passPlainLines.
func (f *Framer) passPlainBlocks(_ []byte, line int) int { return line }
