package portal

import (
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
)

// complainOnAnswer prepares the complaint about the latest answer as a draft
// (promise K4): the right procedure, the body above the one that answered or
// that body itself where the law leaves it the only one, the number and date of
// the answer, the applicant's own data. He writes only the grounds.
func (p *Portal) complainOnAnswer(v *visit) error {
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "act")
	if err != nil {
		return err
	}
	after := p.afterAnswer(v, &c)
	if after == nil || !after.Complain {
		key := "portal.reopen.no_answer"
		if after != nil {
			key = "portal.complain.no_way"
		}
		p.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: key})
		return p.Kit.Redirect(v.c, "/case/"+c.ID)
	}
	d, err := p.Office.NewDraft(v.c.UserContext(), v.by, p.complaintDraft(v, &c))
	if casework.CodeOf(err) == casework.TooMany {
		return p.Kit.Redirect(v.c, "/file")
	}
	if err != nil {
		return err
	}
	v.draft = d
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.complain.draft"})
	return p.Kit.Redirect(v.c, v.stepPath(d.Step))
}

// complaintDraft fills the draft. A complaint about an answer under 59-FZ or the
// rules of the platform is an appeal under 59-FZ of the kind complaint; about a
// decision on a complaint under 210-FZ it goes the same way (art. 11.2 p. 1).
func (p *Portal) complaintDraft(v *visit, c *casework.Case) casework.FilingDraft {
	a := c.Answers[len(c.Answers)-1]
	zone := p.settingsOf(a.Body).Location()
	sent := casework.DateOf(a.SentAt, zone)
	d := casework.FilingDraft{Regime: casework.RegimeAppeal, Kind: casework.KindComplaint, Territory: c.Subject.Territory,
		Address: c.Subject.Address, Contact: c.Applicant().Contact, Lang: p.Kit.Lang(v.c), AddresseeAsked: true,
		Step: "text", Fields: map[string]string{fieldAbout: c.ID}}
	if len(c.Subject.Topics) > 0 {
		d.Topic = c.Subject.Topics[0]
	}
	d.Contact.Cabinet = true
	d.Text = strings.TrimSpace(p.Kit.T(v.c, "portal.complain.text", "Answer", a.Number,
		"Date", templates.FormatDate(d.Lang, sent.Time(zone)), "Body", p.bodyName(a.Body), "Number", c.PublicNumber())) + "\n"
	d.Fields[fieldAboutText] = d.Text
	d.Addressee = p.superiorOf(a.Body)
	services := c.Procedure.Regime == casework.RegimeServices
	switch {
	case d.Addressee != "":
		// Who answered must not judge (59-FZ art. 8 p. 6).
		d.Fields[fieldAboutBody] = a.Body
	case services:
		// Without a body above it the head himself decides (art. 11.2 p. 1).
		d.Addressee, d.Fields[fieldSigner] = a.Body, a.Signature.Name
	default:
		// Nobody above: a registrar finds who may judge; the body itself may not.
		d.Fields[fieldAboutBody] = a.Body
	}
	if services {
		p.servicesComplaint(v, c, &d, sent)
	}
	return d
}

// servicesComplaint fills the fields that 210-FZ art. 11.2 p. 5 asks for.
func (p *Portal) servicesComplaint(v *visit, c *casework.Case, d *casework.FilingDraft, sent casework.Date) {
	a := c.Answers[len(c.Answers)-1]
	d.Regime = casework.RegimeServices
	f := d.Fields
	f["regime"], f["against"], f["against_kind"] = string(d.Regime), a.Body, "body"
	if f[fieldSigner] != "" {
		f["against_kind"], f["against_name"] = "official", f[fieldSigner]
	}
	f["decision"] = p.Kit.T(v.c, "portal.complain.decision", "Number", c.PublicNumber())
	f["decision_number"], f["decided_on"] = a.Number, sent.String()
	if x := c.Procedure.Complaint; x != nil {
		f["grounds"] = strings.Join(x.Grounds, " ")
		f["service"], _, _ = strings.Cut(x.Decision, "\n")
		f["demands"] = x.Demands
	}
}

// aboutAnswer ties the filing to the answer that a draft complains of.
func aboutAnswer(d casework.FilingDraft, f *casework.Filing) {
	f.About = d.Fields[fieldAbout]
	if body := d.Fields[fieldAboutBody]; body != "" && f.Complaint == nil {
		f.Complaint = &casework.Complaint{Against: []casework.Against{{Body: body}}}
	}
}

// onlyPrepared reports that nothing was added to the text that was prepared.
func onlyPrepared(d casework.FilingDraft) bool {
	prepared := d.Fields[fieldAboutText]
	return prepared != "" && len(strings.Fields(d.Text)) <= len(strings.Fields(prepared))
}

// The draft's fields of a complaint about an answer.
const (
	fieldAbout     = "about_case"   // the case that was answered
	fieldAboutBody = "about_body"   // who answered, if a superior body judges
	fieldAboutText = "about_text"   // the text as it was prepared
	fieldSigner    = "about_signer" // who signed, if his own body judges
)
