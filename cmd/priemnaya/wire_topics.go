package main

import (
	"strings"

	"priemnaya/casework/classifier"
	"priemnaya/intake/portal"
)

// portalTopics is the classifier as the portal asks for it.
type portalTopics struct{ *classifier.Tree }

// Topic finds an entry by its code.
func (t portalTopics) Topic(code string) (portal.Topic, bool) {
	x, ok := t.Tree.Topic(code)
	return portal.Topic{Code: x.Code, Name: x.Name, Leaf: x.Leaf}, ok
}

// Under lists the entries directly below a code.
func (t portalTopics) Under(code string) []portal.Topic {
	var out []portal.Topic
	for _, x := range t.Tree.Children(code) {
		out = append(out, portal.Topic{Code: x.Code, Name: x.Name, Leaf: len(t.Tree.Children(x.Code)) == 0})
	}
	return out
}

// Parent is the code above.
func (t portalTopics) Parent(code string) string {
	x, _ := t.Tree.Topic(code)
	return x.Parent
}

// deskTopics is the classifier as the desk asks for it.
type deskTopics struct{ *classifier.Tree }

// Name is what a code means; one without its last zeros is the same code.
func (t deskTopics) Name(code string) (string, bool) {
	x, ok := t.Tree.Topic(code)
	for n := strings.Count(code, "."); !ok && code != "" && n < 3; n++ {
		code += ".0000"
		x, ok = t.Tree.Topic(code)
	}
	return x.Name, ok
}

// Branches finds topics of every level, broad ones first, with the codes that
// competences are written by: without zeros at the end.
func (t deskTopics) Branches(words string, limit int) []string {
	if strings.Trim(words, "0123456789.") == "" && words != "" {
		return t.codes(words, limit)
	}
	var out []string
	for _, x := range t.Tree.Branches(words, limit) {
		out = append(out, bareCode(x.Code))
	}
	if words != "" {
		out = append(out, t.Find(words, limit)...)
	}
	return out[:min(len(out), limit)]
}

// codes lists at most limit codes that begin so: the branch itself, what stands
// below it, and questions.
func (t deskTopics) codes(beginning string, limit int) []string {
	var out []string
	var below func(code string)
	below = func(code string) {
		for _, x := range t.Tree.Children(code) {
			bare := bareCode(x.Code)
			if x.Level < 4 && strings.HasPrefix(bare, beginning) && len(out) < limit {
				out = append(out, bare)
			}
			if x.Level < 3 && (strings.HasPrefix(bare, beginning) || strings.HasPrefix(beginning, bare)) {
				below(x.Code)
			}
		}
	}
	below("")
	out = append(out, t.Tree.ByPrefix(beginning, limit)...)
	return out[:min(len(out), limit)]
}

func bareCode(code string) string {
	for strings.HasSuffix(code, ".0000") {
		code = strings.TrimSuffix(code, ".0000")
	}
	return code
}

// Find lists codes by their beginning or by words of their names.
func (t deskTopics) Find(words string, limit int) []string {
	var out []string
	if words != "" && strings.Trim(words, "0123456789.") == "" {
		return t.Tree.ByPrefix(words, limit)
	}
	for _, x := range t.Tree.Search(words, limit) {
		out = append(out, x.Code)
	}
	return out
}
