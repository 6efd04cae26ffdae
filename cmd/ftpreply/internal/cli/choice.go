package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

// A Choice is the value of a flag that has a name for each of its values.
type Choice[T any] struct {
	name    string
	Value   T
	choices map[string]T
}

// NewChoice returns a Choice with the value that has the given name.
func NewChoice[T any](name string, choices map[string]T) Choice[T] {
	return Choice[T]{name, choices[name], choices}
}

// AddTo adds the flag to a command.
func (c *Choice[T]) AddTo(cmd *cobra.Command, flag, usage string) {
	cmd.Flags().Var(c, flag, usage+": "+c.names())
	CompleteWith(cmd, flag, c.list)
}

func (c *Choice[T]) list() []string { return slices.Sorted(maps.Keys(c.choices)) }

func (c *Choice[T]) names() string { return strings.Join(c.list(), ", ") }

// Set, String and Type implement pflag.Value.
func (c *Choice[T]) Set(name string) error {
	v, ok := c.choices[name]
	if !ok {
		return fmt.Errorf("it must be one of %s", c.names())
	}
	c.name, c.Value = name, v
	return nil
}

func (c *Choice[T]) String() string { return c.name }
func (c *Choice[T]) Type() string   { return "name" }

// CompleteWith makes the values of a flag known to the completion of a shell.
func CompleteWith(cmd *cobra.Command, flag string, list func() []string) {
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return list(), cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // the command has no such flag
	}
}

// NewSecretsChoice returns the Choice of a way to show secrets.
func NewSecretsChoice() Choice[control.SecretPolicy] {
	return NewChoice("mask", map[string]control.SecretPolicy{
		"mask": control.MaskSecrets, "hash": control.HashSecrets, "show": control.ShowSecrets})
}

// NewSeverityChoice returns the Choice of the lowest severity that sets the exit status.
func NewSeverityChoice() Choice[lint.Severity] {
	return NewChoice("error", map[string]lint.Severity{
		"info": lint.Info, "warning": lint.Warning, "error": lint.Error, "never": lint.Error + 1})
}
