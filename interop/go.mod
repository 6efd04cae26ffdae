module github.com/ftpreply/ftpreply/interop

go 1.25

require github.com/ftpreply/ftpreply v0.1.0
