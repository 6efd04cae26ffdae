// Package commands lists the subcommands of ftpreply.
package commands

import (
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/explaincmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/formatscmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/lintcmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/parsecmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/probecmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/servecmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/sessionscmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/showcmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/statscmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/tapcmd"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/versioncmd"
)

// All lists the subcommands, in the order in which they are documented.
var All = []cli.Command{
	lintcmd.New, parsecmd.New, statscmd.New, sessionscmd.New, showcmd.New, explaincmd.New, formatscmd.New, probecmd.New, tapcmd.New, servecmd.New,
	versioncmd.New,
}
