package replytest

import "io"

// CheckVector is check for the vector of that name.
func CheckVector(name string, newReader func(io.Reader) func() (Answer, error)) []string {
	for _, v := range Vectors() {
		if v.Name == name {
			return check(v, newReader)
		}
	}
	return []string{"no vector " + name}
}

// Explains reports whether Check explains a deviation.
func Explains(deviation string) bool { return departures[deviation].Effect != "" }
