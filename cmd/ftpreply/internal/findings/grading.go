package findings

import (
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

// Grading holds the flags that set the severity of rules.
type Grading struct {
	file   string
	strict bool
	grades [][2]string // names and grades, in the order of the flags
}

// NewGrading adds the flags to a command.
func NewGrading(cmd *cobra.Command) *Grading {
	g, f := &Grading{}, cmd.Flags()
	f.Func("enable", "`rule` or group to use with its default severity, or all; repeatable", g.grade("on"))
	f.Func("disable", "`rule` or group to turn off, or all; repeatable", g.grade("off"))
	f.Func("severity", "`rule=severity` sets the severity of a rule or group to error, warning, info or off", g.gradeAs)
	f.BoolVar(&g.strict, "strict", false, "raise every violation of an RFC to an error")
	f.StringVar(&g.file, "config", "", "JSON `file` with the same settings; flags override it")
	for _, flag := range []string{"enable", "disable", "severity"} {
		cli.CompleteWith(cmd, flag, ruleNames)
	}
	return g
}

func (g *Grading) grade(grade string) func(name string) error {
	return func(name string) error {
		g.grades = append(g.grades, [2]string{name, grade})
		return nil
	}
}

func (g *Grading) gradeAs(value string) error {
	name, grade, ok := strings.Cut(value, "=")
	if !ok {
		return fmt.Errorf("want a rule or group, =, and a severity, such as bare-lf=error")
	}
	return g.grade(grade)(name)
}

// maxConfig is the size up to which a file of --config is read.
const maxConfig = 1 << 20

// Config returns the settings of the file, overridden by the flags.
func (g *Grading) Config(a *cli.App) (c lint.Config, err error) {
	if g.file != "" {
		if err := a.ReadJSON(g.file, maxConfig, &c); err != nil {
			return c, err
		}
	}
	c.Strict = c.Strict || g.strict
	for _, grade := range g.grades {
		if err := c.Grade(grade[0], grade[1]); err != nil {
			return c, err
		}
	}
	return c, nil
}

// ruleNames returns the names of rules and groups, for completion.
func ruleNames() (names []string) {
	groups := map[lint.Group]bool{}
	for r := range lint.Rules() {
		if !groups[r.Group] {
			groups[r.Group] = true
			names = append(names, string(r.Group))
		}
		names = append(names, r.Name)
	}
	return append(names, lint.AllRules)
}
