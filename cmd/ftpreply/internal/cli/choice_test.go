package cli

import (
	"strings"
	"testing"
)

func TestChoice(t *testing.T) {
	c := NewChoice("one", 1).Or("two", 2).Or("ten", 10)
	if c.Value != 1 || c.String() != "one" {
		t.Errorf("the default is %s, %d", c.String(), c.Value)
	}
	if err := c.Set("ten"); err != nil || c.Value != 10 || c.String() != "ten" {
		t.Errorf("%s, %d, error %v", c.String(), c.Value, err)
	}
	if err := c.Set("x"); err == nil || !strings.HasSuffix(err.Error(), "one of one, two, ten") || c.Value != 10 {
		t.Errorf("%d, error %v", c.Value, err)
	}
}
