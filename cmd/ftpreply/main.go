// Command ftpreply lints and parses recordings of FTP control connections, and checks live
// servers. "ftpreply help" lists its subcommands, and docs/ftpreply.1 is the manual.
package main

import (
	"os"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
)

//go:generate go run ./internal/gendocs ../..

func main() { os.Exit(cli.Main(commands.All...)) }
