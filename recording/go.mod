module github.com/ftpreply/ftpreply/recording

go 1.25.0

require (
	github.com/ftpreply/ftpreply v0.1.0
	github.com/google/go-cmp v0.7.0
	github.com/gopacket/gopacket v1.7.7
	github.com/klauspost/compress v1.20.3
)

require (
	golang.org/x/net v0.55.0 // indirect
	golang.org/x/sys v0.45.0 // indirect
)
