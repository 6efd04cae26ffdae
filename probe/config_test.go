package probe

import "testing"

func TestPlan(t *testing.T) {
	lacking := func(c Config) (n int) {
		for _, p := range c.Plan() {
			if p.Lacks != "" {
				n++
			}
		}
		return n
	}
	all := len((&Config{}).Plan())
	some := lacking(Config{User: "x"})
	if none := lacking(Config{}); none <= some || none >= all {
		t.Errorf("%d of %d lack something without a user, %d with one", none, all, some)
	}
	if n := lacking(Config{User: "x", Write: true, Security: Explicit}); n != 0 {
		t.Errorf("%d lack something in the largest configuration", n)
	}
	if n := len((&Config{Sections: []string{"RFC 7151"}}).Plan()); n != 2 {
		t.Errorf("%d checks of RFC 7151", n)
	}
	if n := len((&Config{Sections: []string{"RFC 7151"}, Skip: []string{"host"}}).Plan()); n != 1 {
		t.Errorf("%d checks of RFC 7151 without host", n)
	}
}
