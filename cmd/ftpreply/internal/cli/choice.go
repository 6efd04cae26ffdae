package cli

import (
	"fmt"
	"strings"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

// A Choice is the value of a flag that has a name for each of its values.
type Choice[T any] struct {
	Value T

	name    string
	choices []named[T]
}

type named[T any] struct {
	name  string
	value T
}

// NewChoice returns a Choice with a default value. Or adds the others.
func NewChoice[T any](name string, value T) Choice[T] {
	return Choice[T]{Value: value, name: name, choices: []named[T]{{name, value}}}
}

// Or returns a Choice with a further value.
func (c Choice[T]) Or(name string, value T) Choice[T] {
	c.choices = append(c.choices, named[T]{name, value})
	return c
}

// AddTo adds the flag to a command.
func (c *Choice[T]) AddTo(cmd *cobra.Command, flag, usage string) {
	cmd.Flags().Var(c, flag, usage+": "+strings.Join(c.names(), ", "))
	CompleteWith(cmd, flag, c.names)
}

func (c *Choice[T]) names() (names []string) {
	for _, choice := range c.choices {
		names = append(names, choice.name)
	}
	return names
}

// Set, String and Type implement pflag.Value.
func (c *Choice[T]) Set(name string) error {
	for _, choice := range c.choices {
		if choice.name == name {
			c.name, c.Value = name, choice.value
			return nil
		}
	}
	return fmt.Errorf("it must be one of %s", strings.Join(c.names(), ", "))
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
	return NewChoice("mask", control.MaskSecrets).Or("hash", control.HashSecrets).Or("show", control.ShowSecrets)
}

// NewSeverityChoice returns the Choice of the lowest severity that sets the exit status.
func NewSeverityChoice() Choice[lint.Severity] {
	return NewChoice("error", lint.Error).Or("warning", lint.Warning).Or("info", lint.Info).Or("never", lint.Error+1)
}
