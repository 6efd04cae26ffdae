package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// outputSchema describes the objects of the NDJSON output as a JSON Schema.
//
//go:embed output.schema.json
var outputSchema string

// outputPageText is docs/output.md with {{objects COMMAND}} in place of the tables of objects.
//
//go:embed output.md
var outputPageText string

func schemaPage() (string, error) { return outputSchema, nil }

// A schema is the part of a JSON Schema that the tables show.
type schema struct {
	Ref         string             `json:"$ref"`
	Description string             `json:"description"`
	Type        any                `json:"type"`
	Const       any                `json:"const"`
	Enum        []any              `json:"enum"`
	OneOf       []schema           `json:"oneOf"`
	Items       *schema            `json:"items"`
	Required    []string           `json:"required"`
	Properties  orderedProperties  `json:"properties"`
	Defs        map[string]*schema `json:"$defs"`
}

// orderedProperties keeps the order of the keys.
type orderedProperties []property

type property struct {
	key string
	schema
}

func (o *orderedProperties) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(strings.NewReader(string(text)))
	if _, err := d.Token(); err != nil { // the brace
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		p := property{key: key.(string)}
		if err := d.Decode(&p.schema); err != nil {
			return err
		}
		*o = append(*o, p)
	}
	return nil
}

// outputPage returns docs/output.md.
func outputPage() (string, error) {
	var s schema
	if err := json.Unmarshal([]byte(outputSchema), &s); err != nil {
		return "", err
	}
	text := outputPageText
	for _, command := range []string{"header", "parse", "lint", "sessions", "stats", "probe"} {
		text = strings.Replace(text, "{{objects "+command+"}}", s.tables(command), 1)
	}
	return text, nil
}

// tables returns the tables of the objects of a command, and of the objects in them.
func (s *schema) tables(name string) string {
	var names []string
	var add func(name string)
	add = func(name string) {
		if slices.Contains(names, name) {
			return
		}
		d := s.Defs[name]
		if d.OneOf == nil {
			names = append(names, name)
		}
		for _, one := range d.OneOf {
			if one.name() != "header" {
				add(one.name())
			}
		}
		for _, p := range d.Properties {
			if p.Items != nil && p.Items.Ref != "" {
				add(p.Items.name())
			} else if p.Ref != "" {
				add(p.name())
			}
		}
	}
	add(name)
	var tables []string
	for _, name := range names {
		tables = append(tables, s.table(name))
	}
	return strings.Join(tables, "\n")
}

// table returns the table of one object.
func (s *schema) table(name string) string {
	d := s.Defs[name]
	_, short, nested := strings.Cut(name, "-")
	if !nested || d.Properties[0].key != "type" {
		short = name
	}
	var b strings.Builder
	fmt.Fprintf(&b, "`%s`: %s.\n\n| key | type | meaning |\n| --- | --- | --- |\n", short, d.Description)
	for _, p := range d.Properties {
		optional := ""
		if !slices.Contains(d.Required, p.key) {
			optional = ", optional"
		}
		fmt.Fprintf(&b, "| `%s` | %s%s | %s |\n", p.key, p.typeName(), optional, p.Description)
	}
	return b.String()
}

func (s *schema) name() string { return strings.TrimPrefix(s.Ref, "#/$defs/") }

func (s *schema) typeName() string {
	switch {
	case s.Ref != "":
		return s.name()
	case s.Const != nil:
		return fmt.Sprintf("`%v`", s.Const)
	case s.Enum != nil:
		var names []string
		for _, v := range s.Enum {
			names = append(names, fmt.Sprintf("`%v`", v))
		}
		return strings.Join(names, ", ")
	case s.Items != nil:
		return "list of " + s.Items.typeName()
	}
	if types, ok := s.Type.([]any); ok {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(types...), " ", " or "), "[]")
	}
	return fmt.Sprint(s.Type)
}
