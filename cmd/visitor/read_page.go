package visitor

import (
	"iter"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Text is what a reader sees of the page, words with single spaces.
func (p Page) Text() string {
	if p.root == nil {
		return string(p.Body)
	}
	for n := range p.nodes("main") {
		return textOf(n)
	}
	return textOf(p.root)
}

// Says reports whether the page shows the words.
func (p Page) Says(words string) bool { return strings.Contains(p.Text(), words) }

// Value is the text of the first element with the class, or "".
func (p Page) Value(class string) string {
	for n := range p.nodes("") {
		if hasClass(n, class) {
			return textOf(n)
		}
	}
	return ""
}

// Values are the texts of all elements with the class.
func (p Page) Values(class string) []string {
	var out []string
	for n := range p.nodes("") {
		if hasClass(n, class) {
			out = append(out, textOf(n))
		}
	}
	return out
}

// Input is what stands in a field of the page, also in a textarea.
func (p Page) Input(name string) string {
	for n := range p.nodes("") {
		if attr(n, "name") != name {
			continue
		}
		if n.Data == "textarea" {
			return rawText(n)
		}
		return attr(n, "value")
	}
	return ""
}

// Link is the address of the first link whose address holds the words.
func (p Page) Link(words string) string {
	for n := range p.nodes("a") {
		if strings.Contains(attr(n, "href"), words) {
			return attr(n, "href")
		}
	}
	return ""
}

// Links are the addresses of all links whose address holds the words.
func (p Page) Links(words string) []string {
	var out []string
	for n := range p.nodes("a") {
		if strings.Contains(attr(n, "href"), words) {
			out = append(out, attr(n, "href"))
		}
	}
	return out
}

func (p Page) form(action string) *html.Node {
	for n := range p.nodes("form") {
		if strings.Contains(attr(n, "action"), action) {
			return n
		}
	}
	return nil
}

// nodes are the elements of a kind, of any kind for "".
func (p Page) nodes(kind string) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		if p.root == nil {
			return
		}
		for n := range walk(p.root) {
			if (kind == "" || n.Data == kind) && !yield(n) {
				return
			}
		}
	}
}

func walk(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for d := range n.Descendants() {
			if d.Type == html.ElementNode && !yield(d) {
				return
			}
		}
	}
}

// presetOf is what a form would send untouched, buttons left out.
func presetOf(form *html.Node) url.Values {
	values := url.Values{}
	for n := range walk(form) {
		name := attr(n, "name")
		if name == "" || has(n, "disabled") {
			continue
		}
		switch n.Data {
		case "input":
			switch attr(n, "type") {
			case "submit", "button", "file", "image":
			case "radio", "checkbox":
				if has(n, "checked") {
					values.Add(name, attr(n, "value"))
				}
			default:
				values.Add(name, attr(n, "value"))
			}
		case "textarea":
			values.Add(name, rawText(n))
		case "select":
			values.Set(name, selected(n))
		}
	}
	return values
}

func selected(n *html.Node) string {
	first, found := "", false
	for o := range walk(n) {
		if o.Data != "option" {
			continue
		}
		if has(o, "selected") {
			return attr(o, "value")
		}
		if !found {
			first, found = attr(o, "value"), true
		}
	}
	return first
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func hasClass(n *html.Node, class string) bool {
	for _, c := range strings.Fields(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	// A parser drops the newline that follows the tag of a textarea.
	return b.String()
}

func textOf(n *html.Node) string { return strings.Join(strings.Fields(rawText(n)), " ") }
