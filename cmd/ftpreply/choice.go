package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// A choice is a flag with some names for values.
type choice[T any] struct {
	name    string
	value   T
	choices map[string]T
}

func newChoice[T any](name string, choices map[string]T) choice[T] {
	return choice[T]{name, choices[name], choices}
}

// addTo makes it a flag of the command.
func (c *choice[T]) addTo(cmd *cobra.Command, flag, usage string) {
	cmd.Flags().Var(c, flag, usage+": "+c.names())
	completeWith(cmd, flag, c.list)
}

func (c *choice[T]) list() []string { return slices.Sorted(maps.Keys(c.choices)) }

func (c *choice[T]) names() string { return strings.Join(c.list(), ", ") }

// Set, String and Type make it a pflag.Value.
func (c *choice[T]) Set(name string) error {
	v, ok := c.choices[name]
	if !ok {
		return fmt.Errorf("it must be one of %s", c.names())
	}
	c.name, c.value = name, v
	return nil
}

func (c *choice[T]) String() string { return c.name }
func (c *choice[T]) Type() string   { return "name" }
