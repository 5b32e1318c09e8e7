package portal

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// LargePrint prints an answer in large letters for people with poor sight. The
// print has no signature and says so.
type LargePrint func(ctx context.Context, c casework.Case, a casework.Answer) ([]byte, error)

// documents are the files of an answer as a page offers them. The letter names
// the applicant, so it is not for whoever knows only number and code.
func (p *Portal) documents(c *fiber.Ctx, a casework.Answer, base string, reduced bool) []templates.FileItem {
	if reduced {
		return fileItems(a.Files, base)
	}
	items := fileItems(a.Documents(), base)
	if p.LargePrint == nil {
		return items
	}
	return append(items, templates.FileItem{Name: p.Kit.T(c, "letterform.name_large", "Number", a.Number), Href: base + "/large/" + a.ID + ".pdf"})
}

// downloadLarge gives an answer in large letters.
func (p *Portal) downloadLarge(v *visit) error {
	if p.LargePrint == nil {
		return notFound()
	}
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "file")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.Answers, func(a casework.Answer) bool { return a.ID == v.c.Params("answer") })
	if i < 0 {
		return notFound()
	}
	pdf, err := p.LargePrint(v.c.UserContext(), c, c.Answers[i])
	if err != nil {
		return err
	}
	name := p.Kit.T(v.c, "letterform.name_large", "Number", c.Answers[i].Number)
	for key, value := range p.Files.DownloadHeaders(casework.File{Name: name, Type: "application/pdf"}) {
		v.c.Set(key, value)
	}
	return v.c.Send(pdf)
}
