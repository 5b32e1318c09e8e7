package portal

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// caseView is a case as the applicant sees it. Reduced views, for a reader who
// has shown a number and a code only, hold neither name nor address nor text.
type caseView struct {
	// Base is the address under which the parts of the case lie.
	Base    string
	Reduced bool
	ID      string
	Number  string
	Receipt string
	// Registered is true once Number is a registration number.
	Registered bool
	Summary    string
	Stage      string
	StageKind  string
	Body       casework.Body
	Term       *termView
	// Late is the kind of the promised term that has passed, empty if none.
	Late    string
	Open    bool
	Now     string
	Events  []templates.Event
	Rows    []templates.SummaryRow
	Text    string
	Cut     bool
	Files   []templates.FileItem
	Answers []answerView
	Acts    caseActs
	// After is what can be done with the latest answer; nil if there is none.
	After *afterView
	// Shield is there if the person has his name sealed, or had.
	Shield *shieldView
}

// caseActs is what the applicant can do on his case now.
type caseActs struct {
	Withdraw bool
	// Question is what the body has asked and waits to hear, Asked on that day.
	Question string
	Due      casework.Date
	Paused   bool
	// Signers is how many have signed; Invitation is the address for others,
	// for the first applicant while joining is possible.
	Signers    int
	Invitation string
	// Second is true for a co-signer.
	Second bool
}

// termView is the date of the answer.
type termView struct {
	Due    casework.Date
	Closed any // the day it was kept, nil while it runs
	// Left is how many days are left by the clock of the body.
	Left int
	Href string
	// Provisional is true if the date is the latest possible one.
	Provisional bool
}

// answerView is a letter with the facts of its signature.
type answerView struct {
	ID, From, To, Number, Text, Outcome string
	SentAt                              time.Time
	Files                               []templates.FileItem
	Signature                           casework.Signature
}

func (p *Portal) viewCase(c *fiber.Ctx, cs *casework.Case, base string, reduced bool) caseView {
	body, _ := p.Office.Registry().Body(cs.Place.Body)
	view := caseView{Base: base, Reduced: reduced, ID: cs.ID, Number: cs.PublicNumber(), Receipt: cs.Receipt,
		Registered: cs.Number != "", Stage: p.word(c, "stage.", string(cs.Stage)), StageKind: stageKind(cs.Stage),
		Body: body, Open: cs.Stage.Open(), Term: p.answerTerm(cs, base),
		Late: late(cs, casework.DateOf(p.Office.Now(), body.Settings.Location()))}
	if id := "portal.now." + string(cs.Stage); p.Kit.Set().Has(p.Kit.Lang(c), id) {
		view.Now = p.Kit.T(c, id)
	}
	view.Events = p.events(c, cs)
	for _, a := range cs.Answers {
		view.Answers = append(view.Answers, p.viewAnswer(c, cs, a, base, reduced))
	}
	if reduced {
		return view
	}
	view.Shield = p.shieldView(cs)
	view.Summary = cs.Subject.Summary
	view.Text = cut(cs.Content.Text, excerptRunes)
	view.Cut = view.Text != cs.Content.Text
	view.Files = fileItems(cs.Content.Files, base)
	view.Rows = p.caseRows(c, cs)
	return view
}

func (p *Portal) viewAnswer(c *fiber.Ctx, cs *casework.Case, a casework.Answer, base string, reduced bool) answerView {
	view := answerView{ID: a.ID, From: p.bodyName(a.Body), Number: a.Number, Text: a.Text, SentAt: a.SentAt,
		Outcome: p.word(c, "outcome.", string(a.Outcome)), Files: p.documents(c, a, base, reduced), Signature: a.Signature}
	if !reduced {
		view.To = cs.Applicant().Name.Full()
	}
	return view
}

func fileItems(files []casework.File, base string) []templates.FileItem {
	var out []templates.FileItem
	for _, f := range files {
		out = append(out, templates.FileItem{Name: f.Name, Size: f.WorkSize, Href: base + "/file/" + f.ID})
	}
	return out
}

// caseRows are the facts of the appeal.
func (p *Portal) caseRows(c *fiber.Ctx, cs *casework.Case) []templates.SummaryRow {
	t := func(id string) string { return p.Kit.T(c, "portal.check."+id) }
	var rows []templates.SummaryRow
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, templates.SummaryRow{Label: label, Value: value})
		}
	}
	for _, code := range cs.Subject.Topics {
		if topic, ok := p.Topics.Topic(code); ok {
			add(t("about"), topic.Name)
		}
	}
	if cs.Subject.Territory != "" {
		add(t("place"), p.Office.Registry().TerritoryName(cs.Subject.Territory))
	}
	add(t("address"), cs.Subject.Address)
	if cs.Procedure.Kind != "" {
		add(t("kind"), p.Kit.T(c, "portal.kind."+string(cs.Procedure.Kind)))
	}
	p.complaintFacts(c, cs, add)
	a := cs.Applicant()
	add(t("who"), a.Name.Full())
	if x := cs.Parties.Representative; x != nil {
		add(t("acting"), x.Name.Full())
	}
	add(t("email"), a.Contact.Email)
	add(t("post"), a.Contact.Post)
	add(t("phone"), a.Contact.Phone)
	return rows
}

// complaintFacts are what a complaint has beyond an appeal.
func (p *Portal) complaintFacts(c *fiber.Ctx, cs *casework.Case, add func(label, value string)) {
	x := cs.Procedure.Complaint
	if x == nil || !complains(cs.Procedure.Regime) {
		return
	}
	row := func(field, value string) { add(p.Kit.T(c, "portal.complaint.row_"+field), cut(value, excerptRunes)) }
	for _, a := range x.Against {
		row("against", strings.Trim(p.bodyName(a.Body)+", "+a.Official, ", "))
	}
	row("decision", x.Decision)
	row("register", x.Register)
	row("demands", x.Demands)
	row("restore", x.Restore)
	row("suspend", x.Suspend)
}
