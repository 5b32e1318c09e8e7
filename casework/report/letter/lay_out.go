package letter

import (
	"fmt"
	"strings"

	"github.com/signintech/gopdf"

	"priemnaya/templates"
)

// head prints letterhead, number and addressee.
func (p *printer) head(l Letter) {
	small := p.size * 0.8
	half := width/2 - 10
	p.lines(block{left, width, p.size * 1.1, gopdf.Bold, gopdf.Center}, l.Body)
	for _, line := range l.Contacts {
		p.lines(block{left, width, small, gopdf.Regular, gopdf.Center}, line)
	}
	p.y += small / 2
	p.pdf.SetLineWidth(0.7)
	p.pdf.Line(left, p.y, left+width, p.y)
	p.y += p.size
	begin, page := p.y, p.page
	var own []string
	if l.Date != "" || l.Number != "" {
		own = append(own, strings.TrimSpace(l.Date+"  "+numbered(l.Words.Number, l.Number)))
	}
	if l.Reply != "" {
		own = append(own, l.Reply)
	}
	for _, line := range own {
		p.lines(block{left, half, small, gopdf.Regular, gopdf.Left}, line)
	}
	end := p.y
	if p.page == page {
		p.y = begin
	}
	for _, line := range l.To {
		p.lines(block{left + half + 20, half, p.size, gopdf.Regular, gopdf.Left}, line)
	}
	p.y = max(p.y, end) + p.size*1.5
	if l.Title != "" {
		p.lines(block{left, width, p.size, gopdf.Bold, gopdf.Center}, l.Title)
		p.y += p.size * 0.7
	}
}

func numbered(word, number string) string {
	if number == "" {
		return ""
	}
	return word + " " + number
}

// body prints the text and the list of enclosures.
func (p *printer) body(l Letter) {
	for _, part := range templates.ReadMarks(l.Text) {
		for _, line := range part {
			b := block{left, width, p.size, gopdf.Regular, gopdf.Left}
			if line.Label != "" {
				p.room(lineHeight(p.size))
				p.line(b, line.Label)
				indent := p.size
				if line.Label != templates.Bullet {
					indent *= 1.8
				}
				b.x, b.width = left+indent, width-indent
			}
			p.marked(b, line.Spans)
		}
		p.y += p.size * 0.5
	}
	if len(l.Enclosures) == 0 {
		return
	}
	p.y += p.size * 0.5
	p.lines(block{left, width, p.size, gopdf.Regular, gopdf.Left}, l.Words.Enclosures)
	for i, name := range l.Enclosures {
		p.lines(block{left + p.size, width - p.size, p.size, gopdf.Regular, gopdf.Left}, fmt.Sprintf("%d. %s", i+1, name))
	}
}

// foot prints who signs, the stamp between his office and his name, and who
// prepared the letter. They stay together on one page.
func (p *printer) foot(l Letter) {
	small := p.size * 0.75
	p.y += p.size * 1.5
	height := 5*lineHeight(small) + 12
	if l.Stamp != nil && l.Stamp.By != "" {
		height += 3 * lineHeight(small)
	}
	p.room(height + float64(len(l.Executor))*lineHeight(small) + p.size)
	third, begin := width/3, p.y
	p.lines(block{left, third - 8, p.size, gopdf.Regular, gopdf.Left}, l.Post)
	end := p.y
	p.y = begin
	p.lines(block{left + 2*third + 8, third - 8, p.size, gopdf.Regular, gopdf.Right}, l.Signer)
	end, p.y = max(end, p.y), begin
	if l.Stamp != nil {
		p.stamp(*l.Stamp, l.Words, block{x: left + third, width: third, size: small * 0.85})
	} else if l.Words.Draft != "" {
		p.lines(block{left + third, third, p.size, gopdf.Italic, gopdf.Center}, l.Words.Draft)
	}
	p.y = max(end, p.y) + p.size
	for _, line := range l.Executor {
		p.lines(block{left, width, small, gopdf.Regular, gopdf.Left}, line)
	}
}

// stamp draws the mark of the electronic signature in a frame.
func (p *printer) stamp(s Stamp, w Words, b block) {
	begin := p.y
	inner := block{b.x + 6, b.width - 12, b.size, gopdf.Bold, gopdf.Center}
	p.y += 6
	p.lines(inner, w.Signed)
	inner.style, inner.align = gopdf.Regular, gopdf.Left
	for _, line := range []string{s.By, labelled(w.Certificate, s.Certificate), labelled(w.Owner, s.Owner), labelled(w.Valid, s.Valid), s.Test} {
		if line != "" {
			p.lines(inner, line)
		}
	}
	p.y += 4
	p.pdf.SetLineWidth(0.7)
	p.pdf.RectFromUpperLeft(b.x, begin, b.width, p.y-begin)
}

func labelled(word, value string) string {
	if value == "" {
		return ""
	}
	return word + ": " + value
}

// number puts page numbers on all pages but the first, at the top, as office
// rules ask.
func (p *printer) number(l Letter) {
	for n := 2; n <= p.page; n++ {
		p.note(p.pdf.SetPage(n))
		p.y = top / 2
		p.line(block{left, width, p.size * 0.8, gopdf.Regular, gopdf.Center}, p.known(strings.TrimSpace(l.Words.Page+" "+fmt.Sprint(n))))
	}
}
