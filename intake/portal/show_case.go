package portal

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// showCase is the page of a case for its applicant.
func (p *Portal) showCase(v *visit) error {
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "cabinet")
	if err != nil {
		return err
	}
	view := p.viewCase(v.c, &c, "/case/"+c.ID, false)
	view.Acts = p.caseActs(v, &c)
	view.After = p.afterAnswer(v, &c)
	if view.Shield != nil {
		view.Shield.CanLift = view.Shield.Sealed && c.Applicant().Key == v.who.Key
	}
	return p.Kit.Render(v.c, fiber.StatusOK, "portal/case", "portal", view.Number, view)
}

// caseActs lists what the person can do on the case now.
func (p *Portal) caseActs(v *visit, c *casework.Case) caseActs {
	can := p.Office.Acts(c, v.by)
	acts := caseActs{Withdraw: slices.Contains(can, casework.ActWithdraw), Signers: len(c.Parties.Applicants),
		Second: c.Applicant().Key != v.who.Key}
	acts.Withdraw = acts.Withdraw && !acts.Second
	if q, ok := openQuestion(c); ok && slices.Contains(can, casework.ActClarify) {
		acts.Question, acts.Paused = q.Text, q.Pauses
		if t, ok := c.Term(casework.TermInfo); ok {
			acts.Due = t.Due
		}
	}
	if slices.Contains(can, casework.ActJoin) && !acts.Second {
		if key, err := p.Office.Invitation(v.c.UserContext(), v.by, c.ID); err == nil {
			acts.Invitation = v.c.BaseURL() + "/join/" + c.ID + "/" + key
		}
	}
	return acts
}

// downloadText gives the whole text of the appeal as a file.
func (p *Portal) downloadText(v *visit) error {
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "text")
	if err != nil {
		return err
	}
	v.c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	v.c.Set(fiber.HeaderContentDisposition, `attachment; filename="appeal.txt"`)
	return v.c.SendString(c.Content.Text)
}

// explainTerm shows how a date came about, day by day.
func (p *Portal) explainTerm(v *visit) error {
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "term")
	if err != nil {
		return err
	}
	return p.showTerm(v.c, &c, "/case/"+c.ID)
}

// downloadFile gives the working copy of a file of the appeal or an answer.
func (p *Portal) downloadFile(v *visit) error {
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "file")
	if err != nil {
		return err
	}
	f, ok := fileOf(&c, v.c.Params("file"), true)
	if !ok {
		return notFound()
	}
	return p.sendFile(v.c, f)
}

// fileOf finds a file the applicant may have: his own and those of answers that
// were sent, never those of a draft of an answer.
func fileOf(c *casework.Case, id string, own bool) (casework.File, bool) {
	var lists [][]casework.File
	if own {
		lists = append(lists, c.Content.Files)
		for _, r := range c.Procedure.Requests {
			if r.To == casework.ToApplicant {
				lists = append(lists, r.Files)
			}
		}
	}
	for _, a := range c.Answers {
		if own {
			// The letter as a file names the applicant.
			lists = append(lists, a.Documents())
			continue
		}
		lists = append(lists, a.Files)
	}
	for _, l := range lists {
		for _, f := range l {
			if f.ID == id {
				return f, true
			}
		}
	}
	return casework.File{}, false
}

func (p *Portal) sendFile(c *fiber.Ctx, f casework.File) error {
	content, err := p.Files.Open(c.UserContext(), f)
	if err != nil {
		return err
	}
	for name, value := range p.Files.DownloadHeaders(f) {
		c.Set(name, value)
	}
	// The stream is closed by the server when the last byte has left.
	return c.SendStream(content, int(f.WorkSize))
}
