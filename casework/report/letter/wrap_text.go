package letter

import "strings"

// wrap breaks a text into lines that fit a block: at spaces, and within a word
// only if the word alone is too wide. Line breaks of the text are kept.
func (p *printer) wrap(b block, text string) []string {
	var out []string
	for _, paragraph := range strings.Split(p.known(strings.TrimRight(text, "\n ")), "\n") {
		out = append(out, p.wrapLine(b, paragraph)...)
	}
	return out
}

func (p *printer) wrapLine(b block, text string) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		joined := word
		if line != "" {
			joined = line + " " + word
		}
		if p.fits(b, joined) {
			line = joined
			continue
		}
		if line != "" {
			out = append(out, line)
		}
		for !p.fits(b, word) {
			n := p.most(b, word)
			out = append(out, word[:n])
			word = word[n:]
		}
		line = word
	}
	return append(out, line)
}

func (p *printer) fits(b block, text string) bool {
	p.note(p.pdf.SetFontWithStyle("go", b.style, b.size))
	w, err := p.pdf.MeasureTextWidth(text)
	p.note(err)
	// After an error everything fits, so that wrapping ends.
	return err != nil || w <= b.width
}

// most is how many bytes of a word fit a line, at least one letter.
func (p *printer) most(b block, word string) int {
	last := 0
	for i := range word {
		if i > 0 && !p.fits(b, word[:i]) {
			break
		}
		last = i
	}
	if last == 0 {
		// Narrower than one letter: take it all the same.
		for i := range word {
			if i > 0 {
				return i
			}
		}
		return len(word)
	}
	return last
}
