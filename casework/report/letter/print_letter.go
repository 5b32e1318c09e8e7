package letter

import (
	"bytes"
	"fmt"
	"io"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// The page: A4 with the margins of ГОСТ Р 7.0.97-2016 (left 30 mm, right 10,
// top and bottom 20), in points.
const (
	pageWidth, pageHeight = 595.28, 841.89
	left, right           = 85.0, 28.3
	top, bottom           = 56.7, 56.7
	width                 = pageWidth - left - right
)

// faces of the fonts by the style of gopdf.
var faces = []struct {
	style int
	data  []byte
}{{gopdf.Regular, goregular.TTF}, {gopdf.Bold, gobold.TTF}, {gopdf.Italic, goitalic.TTF}, {gopdf.Bold | gopdf.Italic, gobolditalic.TTF}}

// printer writes one letter.
type printer struct {
	pdf  gopdf.GoPdf
	size float64
	// y is where the next line begins.
	y    float64
	page int
	has  func(rune) bool
	err  error
}

// Write prints a letter. Errors: those of w; a text that cannot be laid out.
func Write(w io.Writer, l Letter) error {
	p := &printer{size: 12}
	if l.Large {
		p.size = 18
	}
	if err := p.open(l); err != nil {
		return fmt.Errorf("letter: %w", err)
	}
	p.head(l)
	p.body(l)
	p.foot(l)
	p.number(l)
	if p.err != nil {
		return fmt.Errorf("letter: %w", p.err)
	}
	var out bytes.Buffer
	if _, err := p.pdf.WriteTo(&out); err != nil {
		return fmt.Errorf("letter: %w", err)
	}
	_, err := w.Write(out.Bytes())
	return err
}

func (p *printer) open(l Letter) error {
	p.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	for _, f := range faces {
		if err := p.pdf.AddTTFFontDataWithOption("go", f.data, gopdf.TtfOption{Style: f.style}); err != nil {
			return err
		}
	}
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return err
	}
	var buf sfnt.Buffer
	p.has = func(r rune) bool {
		i, err := font.GlyphIndex(&buf, r)
		return err == nil && i != 0
	}
	p.pdf.SetInfo(gopdf.PdfInfo{Title: p.known(l.Title), Author: p.known(l.Body), CreationDate: l.Moment.UTC()})
	p.newPage()
	return nil
}

// known replaces what the fonts cannot show by a visible sign.
func (p *printer) known(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case r == '\t':
			out = append(out, ' ')
		case r == '\u200b' || r == '\ufeff' || r == '\u00ad' || r == '\u200d' || r == '\ufe0f':
			// Invisible: nothing is lost without it.
		case r == '\n' || p.has(r):
			out = append(out, r)
		default:
			out = append(out, '□')
		}
	}
	return string(out)
}

func (p *printer) newPage() {
	p.pdf.AddPage()
	p.page++
	p.y = top
}

func (p *printer) note(err error) {
	if p.err == nil {
		p.err = err
	}
}

// lineHeight is the distance of lines of a size.
func lineHeight(size float64) float64 { return size * 1.35 }

// block is a column of text on the page.
type block struct {
	x, width, size float64
	style          int
	align          int
}

// room begins a new page unless height fits on this one.
func (p *printer) room(height float64) {
	if p.y+height > pageHeight-bottom {
		p.newPage()
	}
}

// lines writes wrapped lines and moves down.
func (p *printer) lines(b block, text string) {
	for _, line := range p.wrap(b, text) {
		p.room(lineHeight(b.size))
		p.line(b, line)
		p.y += lineHeight(b.size)
	}
}

// line writes one line at the present place.
func (p *printer) line(b block, text string) {
	if text == "" {
		return
	}
	p.note(p.pdf.SetFontWithStyle("go", b.style, b.size))
	x := b.x
	if b.align != gopdf.Left {
		w, err := p.pdf.MeasureTextWidth(text)
		p.note(err)
		if b.align == gopdf.Center {
			x += (b.width - w) / 2
		} else {
			x += b.width - w
		}
	}
	// Text stands on its base line.
	p.pdf.SetXY(x, p.y+b.size)
	p.note(p.pdf.Text(text))
}
