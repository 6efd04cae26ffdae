// Package servers runs real FTP servers on the loopback and judges what they say.
//
// It has tests only. interop/install.sh installs the servers; a test of one that is
// missing is skipped.
package servers
