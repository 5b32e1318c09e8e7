package templates

import (
	htmltemplate "html/template"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Letters are plain text with light marks: **bold**, *italic*, lines that begin
// with "- " or "1. " are items of a list, an empty line parts paragraphs. The
// same marks are read here for pages and for print, so that a letter says the
// same in both; a sign that marks nothing stays as typed.

// Span is a piece of a line in one style.
type Span struct {
	Text         string
	Bold, Italic bool
}

// MarkedLine is one line of a letter. Label is "–" for an item of a list, its
// number with the point for a numbered one, and empty otherwise.
type MarkedLine struct {
	Label string
	Spans []Span
}

// Bullet is the label of an item without a number.
const Bullet = "–"

var listItem = regexp.MustCompile(`^(?:[-•–] +|(\d{1,3})[.)] +)`)

// ReadMarks reads a letter as paragraphs of lines. Every character that is not
// a mark is kept; "\*" is an asterisk that marks nothing.
func ReadMarks(text string) [][]MarkedLine {
	var out [][]MarkedLine
	var lines []MarkedLine
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			if len(lines) > 0 {
				out = append(out, lines)
				lines = nil
			}
			continue
		}
		lines = append(lines, readLine(line))
	}
	if len(lines) > 0 {
		out = append(out, lines)
	}
	return out
}

func readLine(line string) MarkedLine {
	var l MarkedLine
	if m := listItem.FindStringSubmatch(line); m != nil {
		l.Label = Bullet
		if m[1] != "" {
			l.Label = m[1] + "."
		}
		line = line[len(m[0]):]
	}
	l.Spans = readSpans(line, Span{})
	return l
}

// readSpans reads the marks of emphasis; the outer style holds within.
func readSpans(line string, style Span) []Span {
	var out []Span
	plain := strings.Builder{}
	flush := func() {
		if plain.Len() > 0 {
			out = append(out, Span{plain.String(), style.Bold, style.Italic})
			plain.Reset()
		}
	}
	for at := 0; at < len(line); {
		if strings.HasPrefix(line[at:], `\*`) {
			plain.WriteByte('*')
			at += 2
			continue
		}
		if mark, inner := emphasis(line, at); mark != "" {
			flush()
			within := style
			within.Bold = style.Bold || mark != "*"
			within.Italic = style.Italic || mark != "**"
			out = append(out, readSpans(inner, within)...)
			at += 2*len(mark) + len(inner)
			continue
		}
		_, n := utf8.DecodeRuneInString(line[at:])
		plain.WriteString(line[at : at+n])
		at += n
	}
	flush()
	return out
}

// emphasis finds a mark that begins at a place, and what it holds. A mark
// touches its words from inside and no letter from outside: 2*3*4 has none.
func emphasis(line string, at int) (mark, inner string) {
	if line[at] != '*' {
		return "", ""
	}
	if before, _ := utf8.DecodeLastRuneInString(line[:at]); wordly(before) {
		return "", ""
	}
	for _, mark := range []string{"***", "**", "*"} {
		rest, ok := strings.CutPrefix(line[at:], mark)
		if !ok || rest == "" || rest[0] == '*' {
			continue
		}
		if first, _ := utf8.DecodeRuneInString(rest); unicode.IsSpace(first) {
			continue
		}
		if end := closing(rest, mark); end > 0 {
			return mark, rest[:end]
		}
	}
	return "", ""
}

// maxEmphasis is how far a mark reaches at most, in bytes: a page of signs
// that close nothing must not take minutes.
const maxEmphasis = 2000

// closing is where a mark ends, 0 if it does not.
func closing(rest, mark string) int {
	for from := 1; from < min(len(rest), maxEmphasis); from++ {
		i := strings.Index(rest[from:], mark)
		if i < 0 {
			return 0
		}
		end := from + i
		last, _ := utf8.DecodeLastRuneInString(rest[:end])
		next, _ := utf8.DecodeRuneInString(rest[end+len(mark):])
		single := mark != "*" || next != '*' && last != '*'
		if !unicode.IsSpace(last) && last != '\\' && !wordly(next) && next != '*' && single {
			return end
		}
		from = end
	}
	return 0
}

func wordly(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// LetterHTML shows a letter with its marks. What it makes goes through the same
// policy as a pasted letter.
func LetterHTML(text string) htmltemplate.HTML {
	var out strings.Builder
	for _, paragraph := range ReadMarks(text) {
		writeParagraph(&out, paragraph)
	}
	return Rich(out.String())
}

func writeParagraph(out *strings.Builder, lines []MarkedLine) {
	open := ""
	turn := func(tag string) {
		if open == tag {
			return
		}
		if open != "" {
			out.WriteString("</" + open + ">\n")
		}
		if tag != "" {
			out.WriteString("<" + tag + ">")
		}
		open = tag
	}
	for _, l := range lines {
		switch l.Label {
		case "":
			if open == "p" {
				out.WriteString("<br>\n")
			}
			turn("p")
			writeSpans(out, l.Spans)
		case Bullet:
			turn("ul")
			out.WriteString("<li>")
			writeSpans(out, l.Spans)
			out.WriteString("</li>")
		default:
			turn("ol")
			out.WriteString(`<li value="` + strings.TrimSuffix(l.Label, ".") + `">`)
			writeSpans(out, l.Spans)
			out.WriteString("</li>")
		}
	}
	turn("")
}

func writeSpans(out *strings.Builder, spans []Span) {
	for _, s := range spans {
		text := htmltemplate.HTMLEscapeString(s.Text)
		if s.Italic {
			text = "<em>" + text + "</em>"
		}
		if s.Bold {
			text = "<strong>" + text + "</strong>"
		}
		out.WriteString(text)
	}
}
