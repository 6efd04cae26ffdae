//go:build !cgo

package main

// Without a C compiler there is no library to build.
func main() {}
