package ftpreply_test

import (
	"fmt"

	"github.com/ftpreply/ftpreply"
)

func ExampleCode_Info() {
	info, ok := ftpreply.CodeFileUnavailable.Info()
	fmt.Println(ok)
	fmt.Println(info.Name)
	fmt.Println(info.Source)

	// The digits say something of a code that the table does not have, too.
	unknown := ftpreply.Code(459)
	_, ok = unknown.Info()
	fmt.Println(ok)
	fmt.Println(unknown.Class())
	fmt.Println(unknown.Group())
	// Output:
	// true
	// File Unavailable
	// RFC 959, section 4.2.1
	// false
	// transient negative
	// file system
}
