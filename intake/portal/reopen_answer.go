package portal

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// qualityRoutes are what an applicant can do with an answer, and who has read
// his case.
func (p *Portal) qualityRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/case/:case/rate", p.person(p.askRate)},
		{post, "/case/:case/rate", p.person(p.rate)},
		{get, "/case/:case/reopen", p.person(p.askReopen)},
		{post, "/case/:case/reopen", p.person(p.reopen)},
		{post, "/case/:case/complain", p.person(p.complainOnAnswer)},
		{get, "/case/:case/readers", p.person(p.showReaders)},
	}
}

// afterView is what stands below the latest answer.
type afterView struct {
	Base string
	casework.SecondLook
	// Mark is the applicant's, 0 if there is none.
	Mark int
	// Complain is true if a complaint can be prepared; Court if the law knows
	// no second complaint and leads to court.
	Complain, Court bool
	// Supplement is the last day of a further answer that is owed.
	Supplement casework.Date
}

func (p *Portal) afterAnswer(v *visit, c *casework.Case) *afterView {
	if len(c.Answers) == 0 {
		return nil
	}
	view := afterView{Base: "/case/" + c.ID, SecondLook: p.Office.SecondLook(c, v.by)}
	if m := c.Answers[len(c.Answers)-1].Mark; m != nil {
		view.Mark = m.Value
	}
	if t, ok := c.Term(casework.TermSupplement); ok {
		view.Supplement = t.Due
	}
	view.Court = c.Procedure.Regime == casework.RegimeControl
	view.Complain = !view.Court
	return &view
}

// qualityPage is a page about an answer.
type qualityPage struct {
	actPage
	Marks []templates.Option
	Until casework.Date
}

func (p *Portal) qualityPage(v *visit, c *casework.Case, form *web.Form, act string) qualityPage {
	page := qualityPage{actPage: p.actPage(v, c, form, act), Until: p.Office.SecondLook(c, v.by).Until}
	for n := 5; n >= 1; n-- {
		key := strconv.Itoa(n)
		page.Marks = append(page.Marks, templates.Option{Value: key, Text: p.Kit.T(v.c, "portal.rate.m"+key)})
	}
	return page
}

// ownAnswer reads a case whose answer can be rated or looked at again now.
func (p *Portal) ownAnswer(v *visit, kind casework.ActKind) (casework.Case, error) {
	c, err := p.own(v, kind)
	if err == nil && kind == casework.ActRate && c.Rated() {
		err = casework.Fail(casework.Conflict, "portal.rate", "rate.once")
	}
	return c, err
}

func (p *Portal) askRate(v *visit) error {
	c, err := p.ownAnswer(v, casework.ActRate)
	if err != nil {
		return p.refusedAct(v, err)
	}
	return p.render(v.c, fiber.StatusOK, "rate", p.qualityPage(v, &c, templates.NewForm(), "rate"))
}

func (p *Portal) rate(v *visit) error {
	form := web.ReadForm(v.c)
	show := func(c *casework.Case, status int, stale bool) error {
		page := p.qualityPage(v, c, form, "rate")
		page.Stale = stale
		return p.render(v.c, status, "rate", page)
	}
	c, err := p.ownAnswer(v, casework.ActRate)
	if err != nil {
		return p.refusedAct(v, err)
	}
	mark, err := strconv.Atoi(form.Value("mark"))
	if err != nil || mark < 1 || mark > 5 {
		form.Fail("mark", "portal.rate.mark_needed")
		return show(&c, fiber.StatusUnprocessableEntity, false)
	}
	done, err := p.act(v, form, casework.Rating{Mark: mark, Comment: form.Value("comment")}, show)
	if !done {
		return err
	}
	key := "portal.rate.done"
	if mark <= casework.LowMark {
		key = "portal.rate.done_low"
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: key})
	return p.Kit.Redirect(v.c, "/case/"+c.ID)
}

func (p *Portal) askReopen(v *visit) error {
	c, err := p.ownAnswer(v, casework.ActReopen)
	if err != nil {
		return p.refusedReopen(v, err)
	}
	return p.render(v.c, fiber.StatusOK, "reopen", p.qualityPage(v, &c, templates.NewForm(), "reopen"))
}

// refusedReopen says of a window that has closed that it has.
func (p *Portal) refusedReopen(v *visit, err error) error {
	c, readErr := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "act")
	if readErr != nil {
		return readErr
	}
	look := p.Office.SecondLook(&c, v.by)
	late := look.Review == nil && !look.Until.IsZero() && p.today(c.Place.Body).After(look.Until)
	if casework.CodeOf(err) != casework.NotAllowed || !late {
		return p.refusedAct(v, err)
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "portal.reopen.late"})
	return p.Kit.Redirect(v.c, "/case/"+c.ID)
}

func (p *Portal) reopen(v *visit) error {
	form := web.ReadForm(v.c)
	show := func(c *casework.Case, status int, stale bool) error {
		page := p.qualityPage(v, c, form, "reopen")
		page.Stale = stale
		return p.render(v.c, status, "reopen", page)
	}
	c, err := p.ownAnswer(v, casework.ActReopen)
	if err != nil {
		return p.refusedReopen(v, err)
	}
	done, err := p.act(v, form, casework.Reopening{Reason: form.Value("reason")}, show)
	if !done {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.reopen.done"})
	return p.Kit.Redirect(v.c, "/case/"+c.ID)
}

// readersPage tells which roles have opened a case, and when.
type readersPage struct {
	ID, Number string
	Lines      []readerLine
	Keep       int
}

type readerLine struct {
	Role, Last string
	Day        casework.Date
	Times      int
}

func (p *Portal) showReaders(v *visit) error {
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "readers")
	if err != nil {
		return err
	}
	list, err := p.Office.Glances(v.c.UserContext(), v.by, c.ID)
	if err != nil {
		return err
	}
	rules, err := p.Office.ReadingRules()
	if err != nil {
		return err
	}
	page := readersPage{ID: c.ID, Number: c.PublicNumber(), Keep: rules.KeepDays}
	zone := p.settingsOf(c.Place.Body).Location()
	for _, g := range list {
		role := string(g.Role)
		if role == "" {
			role = "staff"
		}
		page.Lines = append(page.Lines, readerLine{Role: p.word(v.c, "portal.readers.role.", role), Day: g.Day, Times: g.Times,
			Last: g.Last.In(zone).Format("15:04")})
	}
	return p.render(v.c, fiber.StatusOK, "readers", page)
}

// The draft's fields of a complaint about an answer.
const (
	fieldAbout     = "about_case"   // the case that was answered
	fieldAboutBody = "about_body"   // who answered, if a superior body judges
	fieldAboutText = "about_text"   // the text as it was prepared
	fieldSigner    = "about_signer" // who signed, if his own body judges
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
