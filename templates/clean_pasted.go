package templates

import (
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// pastedPolicy keeps of pasted HTML what the marks of a letter can say.
var pastedPolicy = bluemonday.NewPolicy().AllowElements("p", "div", "br", "b", "strong", "i", "em", "ul", "ol", "li",
	"h1", "h2", "h3", "h4", "tr", "td", "th", "table", "tbody", "thead")

// CleanPasted turns HTML that was pasted from an office program into the plain
// text with marks that letters are made of. Links, styles, scripts and pictures
// are dropped, their words stay; asterisks of the text mark nothing.
func CleanPasted(source string) string {
	p := &pasted{}
	tokens := html.NewTokenizer(strings.NewReader(pastedPolicy.Sanitize(source)))
	for tokens.Next() != html.ErrorToken {
		p.take(tokens.Token())
	}
	var out []string
	for line := range strings.SplitSeq(p.out.String(), "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// pasted is a letter on its way from HTML to marks.
type pasted struct {
	out strings.Builder
	// lists holds the count of each open list, -1 where items have no number.
	lists []int
}

func (p *pasted) take(t html.Token) {
	begins := t.Type == html.StartTagToken
	switch {
	case t.Type == html.TextToken:
		text := strings.NewReplacer("\n", " ", "\r", " ", "\t", " ", "\u00a0", " ", "*", `\*`).Replace(t.Data)
		p.out.WriteString(text)
		return
	case t.Data == "br":
		p.out.WriteString("\n")
	case t.Data == "b", t.Data == "strong":
		p.mark("**", begins)
	case t.Data == "i", t.Data == "em":
		p.mark("*", begins)
	case t.Data == "ul" && begins:
		p.lists = append(p.lists, -1)
		p.out.WriteString("\n")
	case t.Data == "ol" && begins:
		p.lists = append(p.lists, 0)
		p.out.WriteString("\n")
	case t.Data == "ul", t.Data == "ol":
		p.lists = p.lists[:max(0, len(p.lists)-1)]
		p.out.WriteString("\n")
	case t.Data == "li" && begins:
		p.out.WriteString("\n" + p.item())
	case t.Data == "td", t.Data == "th":
		p.out.WriteString(" ")
	case t.Data == "p", t.Data == "h1", t.Data == "h2", t.Data == "h3", t.Data == "h4":
		if len(p.lists) == 0 {
			p.out.WriteString("\n\n")
		}
	case t.Data == "div", t.Data == "tr", t.Data == "table":
		p.out.WriteString("\n")
	}
}

// mark keeps a mark close to its words, as ReadMarks wants it.
func (p *pasted) mark(mark string, begins bool) {
	if begins {
		p.out.WriteString(mark)
		return
	}
	text := p.out.String()
	if kept, empty := strings.CutSuffix(text, mark); empty {
		p.out.Reset()
		p.out.WriteString(kept)
		return
	}
	words := strings.TrimRight(text, " \n")
	p.out.Reset()
	p.out.WriteString(words + mark + text[len(words):])
}

func (p *pasted) item() string {
	last := len(p.lists) - 1
	if last < 0 || p.lists[last] < 0 {
		return "- "
	}
	p.lists[last]++
	return strconv.Itoa(p.lists[last]) + ". "
}
