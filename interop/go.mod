module github.com/ftpreply/ftpreply/interop

go 1.25

require (
	github.com/fclairamb/ftpserverlib v0.25.0
	github.com/ftpreply/ftpreply v0.1.0
	github.com/google/go-cmp v0.7.0
	github.com/spf13/afero v1.15.0
	goftp.io/server/v2 v2.0.3
)

require (
	github.com/fclairamb/go-log v0.5.0 // indirect
	golang.org/x/sys v0.33.0 // indirect
	golang.org/x/text v0.28.0 // indirect
)
