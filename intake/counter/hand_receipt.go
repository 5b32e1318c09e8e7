package counter

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

type receiptPage struct {
	Case     *casework.Case
	Code     string
	To       string
	Register casework.Date
	Answer   casework.Date
	QR       qrCode
	Site     string
	// InPerson is true if an identity document was shown.
	InPerson bool
}

// showReceipt is the receipt to print: number, code, dates and the hashes of
// what was taken in.
func (p *Counter) showReceipt(v *visit) error {
	r, err := v.Office.EntryReceipt(v.ctx, v.by, v.c.Params("case"))
	if err != nil {
		return err
	}
	c := r.Case
	page := receiptPage{Case: &c, Code: r.AccessCode, To: v.bodyName(c.Subject.Addressee), Site: v.BaseURL,
		InPerson: c.Origin.Assurance == casework.AssuranceInPerson}
	if t, ok := c.Term(casework.TermRegister); ok {
		page.Register = t.Due
	}
	if t, ok := c.Term(casework.TermConsider); ok {
		page.Answer = t.Due
	}
	// The code is not in the picture: a photographed receipt opens nothing.
	if page.QR, err = drawQR(v.BaseURL + "/track?number=" + url.QueryEscape(c.Receipt)); err != nil {
		return err
	}
	return v.render(fiber.StatusOK, "receipt", "print", page)
}

// handReceipt notes that the receipt was handed over and, where that was asked
// for, begins the next entry with what entries of one pile have in common.
func (p *Counter) handReceipt(v *visit) error {
	id := v.c.Params("case")
	r, err := v.Office.EntryReceipt(v.ctx, v.by, id)
	if casework.CodeOf(err) == casework.NotFound {
		// A second press: the receipt has been handed over.
		return v.Kit.Redirect(v.c, "/counter")
	}
	if err != nil {
		return err
	}
	if err := v.Office.HandReceipt(v.ctx, v.by, id); err != nil {
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "counter.flash.handed", Data: map[string]any{"Number": r.Case.PublicNumber()}})
	if v.c.FormValue("do") != "next" {
		return v.Kit.Redirect(v.c, "/counter")
	}
	c := r.Case
	d := casework.FilingDraft{Regime: c.Procedure.Regime, Kind: c.Procedure.Kind, Lang: "ru", Addressee: c.Subject.Addressee,
		Territory: c.Subject.Territory, Fields: map[string]string{"door": doorOf(&c)}}
	if len(c.Subject.Topics) > 0 {
		d.Topic = c.Subject.Topics[0]
	}
	if b, err := v.Office.Registry().Body(c.Subject.Addressee); err == nil && c.Journal[0].Facts["arrived"] != "" {
		d.Fields["arrived"] = casework.DateOf(c.Origin.ReceivedAt, b.Settings.Location()).String()
	}
	// Whether a document was shown is asked for each person anew.
	return v.begin(d)
}

// passOn notes that a complaint entered at an MFC was handed on to its body.
func (p *Counter) passOn(v *visit) error {
	err := v.Office.PassOnEntry(v.ctx, v.by, v.c.Params("case"))
	if err != nil && casework.CodeOf(err) != casework.NotAllowed && casework.CodeOf(err) != casework.Conflict {
		return err
	}
	// Where the appeal has gone on by itself, there is nothing left to note.
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "counter.flash.passed"})
	return v.Kit.Redirect(v.c, "/counter")
}

// doorOf is the door of the entry a case came from.
func doorOf(c *casework.Case) string {
	if c.Origin.Channel == casework.ChannelOral {
		return string(casework.DoorOral)
	}
	return string(casework.DoorPaper)
}

type callPage struct {
	ID, Code, Site string
	Until          casework.Date
}

// showCall shows the code for whoever has called and what to tell him.
func (p *Counter) showCall(v *visit) error {
	d, err := v.Office.Draft(v.ctx, v.by, v.c.Params("draft"))
	if err != nil {
		return err
	}
	if d.Fields["code"] == "" {
		return v.Kit.Redirect(v.c, "/counter/entry/"+d.ID)
	}
	b, _ := v.Office.Registry().Body(d.Addressee)
	until := casework.DateOf(d.SavedAt.Add(casework.PhoneLife), b.Settings.Location())
	return v.render(fiber.StatusOK, "call", "desk", callPage{ID: d.ID, Code: d.Fields["code"], Site: v.BaseURL, Until: until})
}

// endCall puts the note away: the caller has written the code down.
func (p *Counter) endCall(v *visit) error {
	if err := v.Office.DropDraft(v.ctx, v.by, v.c.Params("draft")); err != nil {
		return err
	}
	if v.c.FormValue("do") == "next" {
		return v.begin(casework.FilingDraft{Regime: casework.RegimeAppeal, Lang: "ru", Fields: map[string]string{"door": string(casework.DoorPhone)}})
	}
	return v.Kit.Redirect(v.c, "/counter")
}

// openCall makes an entry of the note of a call: the caller has come with his
// document and says the code.
func (p *Counter) openCall(v *visit) error {
	form := web.ReadForm(v.c)
	note, err := v.Office.OpenPhone(v.ctx, v.by, form.Value("code"))
	if casework.CodeOf(err) == casework.NotFound {
		form.Fail("code", "counter.error.code")
		return v.home(fiber.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	d := note.Draft
	d.ID, d.Fields = "", map[string]string{"door": string(casework.DoorOral), "surname": note.Name.Surname, "given": note.Name.Given,
		"patronymic": note.Name.Patronymic, "taken": form.Value("code")}
	return v.begin(d)
}
