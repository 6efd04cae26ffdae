package main

import (
	"os"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/commands"
)

// Writes docs/rules.md, docs/formats.md and docs/ftpreply.1.
//
//go:generate go test ./internal/gendocs -update

func main() { os.Exit(cli.Main(commands.All...)) }
