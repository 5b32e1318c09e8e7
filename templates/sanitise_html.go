package templates

import (
	htmltemplate "html/template"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

var letterPolicy = newLetterPolicy()

func newLetterPolicy() *bluemonday.Policy {
	policy := bluemonday.NewPolicy()
	policy.AllowElements("p", "br", "b", "strong", "i", "em", "ul", "ol", "li",
		"table", "thead", "tbody", "tr", "th", "td")
	policy.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("th", "td")
	policy.AllowAttrs("value").Matching(bluemonday.Integer).OnElements("li")
	policy.AllowAttrs("href").OnElements("a")
	policy.AllowURLSchemes("https")
	policy.RequireParseableURLs(true)
	policy.AllowRelativeURLs(false)
	policy.RequireNoFollowOnLinks(true)
	policy.AddTargetBlankToFullyQualifiedLinks(true) // brings rel="noopener" with it
	return policy
}

// Rich makes HTML that came in as HTML (a pasted or formatted letter) safe to
// show: paragraphs, lists, simple tables, emphasis and https links remain.
// It is the only way to unescaped output. Plain text does not go through it:
// a parser of HTML would cut «температура < 18 °C» at the sign.
func Rich(html string) htmltemplate.HTML {
	return htmltemplate.HTML(letterPolicy.Sanitize(html))
}

// Paragraphs shows plain text as typed: blank lines part paragraphs, line
// breaks stay, everything else is escaped and no address becomes a link.
func Paragraphs(text string) htmltemplate.HTML {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var out strings.Builder
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			out.WriteString("<p>" + strings.Join(lines, "<br>\n") + "</p>\n")
			lines = lines[:0]
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		lines = append(lines, htmltemplate.HTMLEscapeString(line))
	}
	flush()
	return htmltemplate.HTML(out.String())
}
