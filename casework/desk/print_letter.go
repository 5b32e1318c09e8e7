package desk

import (
	"context"
	"slices"

	"priemnaya/casework"
)

// Letters prints letters of cases as PDF.
type Letters interface {
	// Preview prints the draft as it would look, marked as a draft.
	Preview(ctx context.Context, c casework.Case) ([]byte, error)
	// Large prints an answer in large letters, without a signature.
	Large(ctx context.Context, c casework.Case, a casework.Answer) ([]byte, error)
}

// letterRoutes are the addresses of printed letters.
func (d *Desk) letterRoutes() []route {
	if d.Letters == nil {
		return nil
	}
	return []route{
		{"GET", casePath + "/draft.pdf", d.sendPreview},
		{"GET", casePath + "/large/:answer.pdf", d.sendLarge},
	}
}

// sendPreview gives the draft on the letterhead, without number and stamp.
func (d *Desk) sendPreview(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	if c.Draft == nil {
		return casework.Fail(casework.NotFound, "desk.sendPreview", "case.none")
	}
	pdf, err := d.Letters.Preview(v.ctx, c)
	if err != nil {
		return err
	}
	return v.sendPDF("letterform.name_draft", c.PublicNumber(), pdf)
}

// sendLarge gives an answer in large letters.
func (d *Desk) sendLarge(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.Answers, func(a casework.Answer) bool { return a.ID == v.c.Params("answer") })
	if i < 0 {
		return casework.Fail(casework.NotFound, "desk.sendLarge", "case.none")
	}
	pdf, err := d.Letters.Large(v.ctx, c, c.Answers[i])
	if err != nil {
		return err
	}
	return v.sendPDF("letterform.name_large", c.Answers[i].Number, pdf)
}

func (v *visit) sendPDF(name, number string, pdf []byte) error {
	file := casework.File{Name: v.t(name, "Number", number), Type: "application/pdf"}
	for key, value := range v.Files.Headers(file) {
		v.c.Set(key, value)
	}
	v.c.Set("X-Content-Type-Options", "nosniff")
	return v.c.Send(pdf)
}
