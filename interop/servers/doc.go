// Package servers runs real FTP servers on the loopback and judges their replies.
//
// It has only tests. interop/install.sh installs the servers; the test of a missing server
// is skipped.
package servers
