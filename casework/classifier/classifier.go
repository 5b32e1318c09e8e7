// Package classifier holds the official thematic classifier of citizens'
// appeals (типовой общероссийский тематический классификатор): 5 sections,
// topics, groups, questions and sub-questions with their codes, and the
// dictionary of kinds of appeals. Codes are facts of the published edition of
// 2025; the names were keyed again and must be compared with the official
// list before production.
package classifier

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"
)

//go:embed topics.csv
var topicsCSV string

//go:embed subtypes.csv
var subtypesCSV string

// Topic is one entry of the classifier.
type Topic struct {
	// Code has four or five groups of four digits; the whole code is the key,
	// since the last group repeats under several parents.
	Code string
	// Level is 1 for a section, 4 for a question, 5 for a sub-question.
	Level  int
	Parent string
	Name   string
	// Leaf entries can be assigned to a question of an appeal.
	Leaf bool
}

// Subtype is a kind of appeal in the official dictionary, such as "Ж1.1".
type Subtype struct{ Code, Kind, Name string }

// Tree is the classifier; immutable and safe for parallel use.
type Tree struct {
	byCode   map[string]Topic
	children map[string][]Topic
	all      []Topic
	subtypes []Subtype
}

// Official is the classifier that comes with the program. The embedded files
// are checked by a test, so reading them cannot fail at run time.
var Official = sync.OnceValue(func() *Tree {
	t, err := Parse(topicsCSV, subtypesCSV)
	if err != nil {
		panic(err)
	}
	return t
})

// Parse reads topics (code,level,parent_code,name,is_leaf) and subtypes
// (code,official_code,question_type,name), both CSV with a head. Errors name
// the line.
func Parse(topics, subtypes string) (*Tree, error) {
	t := &Tree{byCode: map[string]Topic{}, children: map[string][]Topic{}}
	rows, err := rowsOf(topics, 5)
	if err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	for i, r := range rows {
		topic := Topic{Code: r[0], Parent: r[2], Name: strings.TrimSpace(r[3]), Leaf: r[4] == "1"}
		if _, err := fmt.Sscanf(r[1], "%d", &topic.Level); err != nil || topic.Code == "" || topic.Name == "" {
			return nil, fmt.Errorf("topics: line %d: want code, level, parent, name, leaf", i+2)
		}
		if _, twice := t.byCode[topic.Code]; twice {
			return nil, fmt.Errorf("topics: line %d: code %s is there twice", i+2, topic.Code)
		}
		t.byCode[topic.Code] = topic
		t.children[topic.Parent] = append(t.children[topic.Parent], topic)
		t.all = append(t.all, topic)
	}
	rows, err = rowsOf(subtypes, 4)
	if err != nil {
		return nil, fmt.Errorf("subtypes: %w", err)
	}
	for _, r := range rows {
		t.subtypes = append(t.subtypes, Subtype{Code: r[1], Kind: r[2], Name: strings.TrimSpace(r[3])})
	}
	return t, nil
}

func rowsOf(text string, fields int) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord = fields
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[1:], nil
}

// Topic finds an entry; false if there is no such code.
func (t *Tree) Topic(code string) (Topic, bool) {
	topic, ok := t.byCode[code]
	return topic, ok
}

// Name is the name of a code, the code itself if it is unknown.
func (t *Tree) Name(code string) string {
	if topic, ok := t.byCode[code]; ok {
		return topic.Name
	}
	return code
}

// Children lists the entries under a code, the sections for "".
func (t *Tree) Children(code string) []Topic { return t.children[code] }

// Path lists the entries from the section down to the code.
func (t *Tree) Path(code string) []Topic {
	var path []Topic
	for topic, ok := t.byCode[code]; ok; topic, ok = t.byCode[topic.Parent] {
		path = append([]Topic{topic}, path...)
	}
	return path
}

// Search lists at most limit assignable entries whose names hold every word
// of the query, by beginnings of words, questions before sub-questions.
func (t *Tree) Search(query string, limit int) []Topic {
	words := strings.Fields(fold(query))
	if len(words) == 0 {
		return nil
	}
	var found []Topic
	for level := 4; level <= 5; level++ {
		for _, topic := range t.all {
			if topic.Level == level && len(found) < limit && holds(fold(topic.Name), words) {
				found = append(found, topic)
			}
		}
	}
	return found
}

// Branches lists at most limit entries above the questions, broad ones first,
// whose names hold every word of the query; for no words the sections and
// their themes.
func (t *Tree) Branches(query string, limit int) []Topic {
	words := strings.Fields(fold(query))
	deepest := 3
	if len(words) == 0 {
		deepest = 2
	}
	var found []Topic
	for level := 1; level <= deepest; level++ {
		for _, topic := range t.all {
			if topic.Level == level && len(found) < limit && holds(fold(topic.Name), words) {
				found = append(found, topic)
			}
		}
	}
	return found
}

func fold(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "ё", "е")
}

// holds compares the first letters of words only, so that other endings of
// the same word fit too.
func holds(name string, words []string) bool {
	for _, w := range words {
		r := []rune(w)
		if len(r) > 5 {
			r = r[:len(r)-2]
		}
		if !strings.Contains(" "+name, " "+string(r)) {
			return false
		}
	}
	return true
}

// Subtypes lists the official kinds of appeals.
func (t *Tree) Subtypes() []Subtype { return t.subtypes }

// ByPrefix lists at most limit assignable codes that begin with the prefix.
func (t *Tree) ByPrefix(prefix string, limit int) []string {
	var out []string
	for _, topic := range t.all {
		if topic.Level >= 4 && len(out) < limit && strings.HasPrefix(topic.Code, prefix) {
			out = append(out, topic.Code)
		}
	}
	return out
}
