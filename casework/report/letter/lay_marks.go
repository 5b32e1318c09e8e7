package letter

import (
	"strings"

	"github.com/signintech/gopdf"

	"priemnaya/templates"
)

// marked writes a line of a letter with its emphasis, wrapped to the block.
func (p *printer) marked(b block, spans []templates.Span) {
	for _, line := range p.wrapSpans(b, spans) {
		p.room(lineHeight(b.size))
		at := b
		for _, s := range line {
			at.style = styleOf(s)
			p.line(at, s.Text)
			at.x += p.width(b, s)
		}
		p.y += lineHeight(b.size)
	}
}

func styleOf(s templates.Span) int {
	style := gopdf.Regular
	if s.Bold {
		style |= gopdf.Bold
	}
	if s.Italic {
		style |= gopdf.Italic
	}
	return style
}

func (p *printer) width(b block, s templates.Span) float64 {
	p.note(p.pdf.SetFontWithStyle("go", styleOf(s), b.size))
	w, err := p.pdf.MeasureTextWidth(s.Text)
	p.note(err)
	return w
}

// wrapSpans breaks styled text into lines. A word may change its style within.
func (p *printer) wrapSpans(b block, spans []templates.Span) [][]templates.Span {
	var out [][]templates.Span
	var line []templates.Span
	for _, word := range p.words(spans) {
		longer := line
		if len(line) > 0 {
			longer = join(line, []templates.Span{{Text: " ", Bold: word[0].Bold && line[len(line)-1].Bold, Italic: word[0].Italic && line[len(line)-1].Italic}})
		}
		longer = join(longer, word)
		if p.fitsSpans(b, longer) {
			line = longer
			continue
		}
		if len(line) > 0 {
			out = append(out, line)
		}
		for !p.fitsSpans(b, word) {
			var head []templates.Span
			head, word = p.cutWord(b, word)
			out = append(out, head)
		}
		line = word
	}
	return append(out, line)
}

// words cuts spans at spaces.
func (p *printer) words(spans []templates.Span) [][]templates.Span {
	var out [][]templates.Span
	var word []templates.Span
	flush := func() {
		if len(word) > 0 {
			out = append(out, word)
			word = nil
		}
	}
	for _, s := range spans {
		text := p.known(strings.ReplaceAll(s.Text, "\n", " "))
		for i, piece := range strings.Split(text, " ") {
			if i > 0 {
				flush()
			}
			if piece != "" {
				word = append(word, templates.Span{Text: piece, Bold: s.Bold, Italic: s.Italic})
			}
		}
	}
	flush()
	return out
}

// join appends spans and merges neighbours of one style, so that plain text is
// set in whole lines.
func join(line, more []templates.Span) []templates.Span {
	out := append([]templates.Span(nil), line...)
	for _, s := range more {
		if n := len(out); n > 0 && out[n-1].Bold == s.Bold && out[n-1].Italic == s.Italic {
			out[n-1].Text += s.Text
			continue
		}
		out = append(out, s)
	}
	return out
}

func (p *printer) fitsSpans(b block, spans []templates.Span) bool {
	w := 0.0
	for _, s := range spans {
		w += p.width(b, s)
	}
	// After an error everything fits, so that wrapping ends.
	return p.err != nil || w <= b.width
}

// cutWord cuts a word that alone is too wide: as much as fits, at least a letter.
func (p *printer) cutWord(b block, word []templates.Span) (head, rest []templates.Span) {
	for i, s := range word {
		if whole := append(head, s); p.fitsSpans(b, whole) {
			head = whole
			continue
		}
		narrow := b
		narrow.style = styleOf(s)
		for _, before := range head {
			narrow.width -= p.width(b, before)
		}
		if len(head) > 0 && narrow.width < b.size {
			return head, word[i:]
		}
		n := p.most(narrow, s.Text)
		head = append(head, templates.Span{Text: s.Text[:n], Bold: s.Bold, Italic: s.Italic})
		if n < len(s.Text) {
			s.Text = s.Text[n:]
			return head, append([]templates.Span{s}, word[i+1:]...)
		}
	}
	return head, nil
}
