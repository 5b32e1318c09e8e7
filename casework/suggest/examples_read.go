package suggest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxRows bounds a file of examples.
const maxRows = 1_000_000

// columns maps the accepted headings to fields; of two headings for a field
// the first here wins.
var columns = []struct {
	heading string
	field   func(*Example) *string
}{
	{"id", func(e *Example) *string { return &e.ID }},
	{"text", func(e *Example) *string { return &e.Text }},
	{"place", func(e *Example) *string { return &e.Place }},
	{"topic", func(e *Example) *string { return &e.Topic }},
	{"category_name", func(e *Example) *string { return &e.Category }},
	{"category", func(e *Example) *string { return &e.Category }},
	{"body", func(e *Example) *string { return &e.Body }},
	{"executor", func(e *Example) *string { return &e.Body }},
}

// ReadCSV reads past cases from a table with a heading row. It needs the
// column text and at least one of topic, category_name (or category) and body
// (or executor); id and place are read if present and other columns are
// ignored. The file is UTF-8 with or without a byte order mark, separated by
// commas or semicolons. An error names the line.
func ReadCSV(r io.Reader) ([]Example, error) {
	input := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := input.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		input.Discard(3)
	}
	table := csv.NewReader(input)
	table.Comma = separatorOf(input)
	table.ReuseRecord = true
	heading, err := table.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("line 1: the file is empty, a heading row is needed")
	}
	if err != nil {
		return nil, describe(err)
	}
	fields, err := readHeading(heading)
	if err != nil {
		return nil, err
	}
	return readRows(table, fields)
}

// separatorOf looks at the first line: the separator is what it has more of.
func separatorOf(input *bufio.Reader) rune {
	start, _ := input.Peek(4 << 10)
	line, _, _ := bytes.Cut(start, []byte("\n"))
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
		return ';'
	}
	return ','
}

// setter stores the value of one column in an example; nil ignores it.
type setter func(*Example) *string

func readHeading(heading []string) ([]setter, error) {
	position := map[string]int{}
	for i, h := range heading {
		name := strings.ToLower(strings.TrimSpace(h))
		if _, twice := position[name]; twice && name != "" {
			return nil, fmt.Errorf("line 1: two columns are called %.40q", name)
		}
		position[name] = i
	}
	fields := make([]setter, len(heading))
	var probe Example
	taken := map[*string]bool{}
	for _, c := range columns {
		i, ok := position[c.heading]
		if target := c.field(&probe); ok && !taken[target] {
			fields[i], taken[target] = c.field, true
		}
	}
	switch {
	case !taken[&probe.Text]:
		return nil, errors.New("line 1: there is no column text")
	case !taken[&probe.Topic] && !taken[&probe.Category] && !taken[&probe.Body]:
		return nil, errors.New("line 1: there is no column topic, category_name or body to learn from")
	}
	return fields, nil
}

func readRows(table *csv.Reader, fields []setter) ([]Example, error) {
	var examples []Example
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			return examples, nil
		}
		if err != nil {
			return nil, describe(err)
		}
		line, _ := table.FieldPos(0)
		if len(examples) == maxRows {
			return nil, fmt.Errorf("line %d: more than %d rows", line, maxRows)
		}
		var e Example
		for i, set := range fields {
			if set == nil {
				continue
			}
			if !utf8.ValidString(row[i]) {
				line, _ := table.FieldPos(i)
				return nil, fmt.Errorf("line %d: the text is not UTF-8; save the table as UTF-8", line)
			}
			*set(&e) = strings.Clone(strings.TrimSpace(row[i]))
		}
		examples = append(examples, e)
	}
}

// describe turns an error of the CSV reader into one that begins with the line.
func describe(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("line %d: %w", parse.Line, parse.Err)
	}
	return fmt.Errorf("reading the table: %w", err)
}
