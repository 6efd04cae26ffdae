package main

import (
	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/lint"
	"github.com/spf13/cobra"
)

// completeWith lets a shell complete the values of a flag.
func completeWith(cmd *cobra.Command, flag string, list func() []string) {
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return list(), cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // there is no such flag
	}
}

// ruleNames lists what can be graded.
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

// explainable lists what can be explained.
func explainable() (names []string) {
	for r := range lint.Rules() {
		names = append(names, r.Name+"\t"+r.Summary)
	}
	for d := range ftpreply.Deviations() {
		if lint.RuleNamed(d.Name) == nil {
			names = append(names, d.Name+"\t"+d.Summary)
		}
	}
	for c := range ftpreply.Codes() {
		names = append(names, c.Code.String()+"\t"+c.Name)
	}
	return names
}
