package lint_test

import (
	"fmt"
	"time"

	"github.com/ftpreply/ftpreply/control"
	"github.com/ftpreply/ftpreply/lint"
)

// A linter judges the replies of one control connection.
func Example() {
	l := lint.Linter{Report: func(d *lint.Diagnostic) {
		_, line, column := d.Position()
		fmt.Printf("%d:%d %v: %s [%s]\n", line, column, d.Severity, d.Message, d.Rule.Name)
	}}
	c := control.Conn{Handle: l.Item}
	c.Server([]byte("220 ready\r\n"), time.Time{})
	c.Client([]byte("STAT .\r\n"), time.Time{})
	c.Server([]byte("213-Status\r\n-rw-r--r-- nl\n213 End in a name\r\n213 End\r\n"), time.Time{})
	c.Client([]byte("TYPE I\r\n"), time.Time{})
	c.Server([]byte("226 binary\r\n"), time.Time{})
	c.Close(control.RecordingEnds)
	// Output:
	// 4:1 warning: text of this 213 reply looks like a reply of its own [hidden-reply]
	// 3:14 info: the text of this 213 reply contains a bare LF [bare-lf]
	// 6:1 warning: 226 is not listed for TYPE [code-not-listed]
}

// Every rule has an example that breaks it.
func ExampleRule() {
	rule := lint.RuleNamed("missing-reply")
	l := lint.Linter{Report: func(d *lint.Diagnostic) { fmt.Println(d.Message) }}
	c := control.Conn{Handle: l.Item}
	rule.Bad.Run(&c)
	c.Close(control.RecordingEnds)
	// Output:
	// an unknown command got no reply
}

// A Config changes the severities of rules.
func ExampleConfig() {
	var config lint.Config
	if err := config.Grade("bare-lf", "error"); err != nil {
		fmt.Println(err)
	}
	l := lint.Linter{Report: func(d *lint.Diagnostic) {
		if config.Apply(d) {
			fmt.Println(d.Severity, d.Rule.Name)
		}
	}}
	c := control.Conn{Handle: l.Item}
	c.Server([]byte("220 ready\n"), time.Time{})
	// Output:
	// error bare-lf
}
