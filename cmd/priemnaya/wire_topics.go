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

// Name is what a code means.
func (t deskTopics) Name(code string) (string, bool) {
	x, ok := t.Tree.Topic(code)
	return x.Name, ok
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
