package counter

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// The fields of an entry that a draft keeps beside those of every appeal.
var entryFields = []string{"door", "document", "arrived", "surname", "given", "patronymic", "by_email"}

// startEntry begins an entry.
func (p *Counter) startEntry(v *visit) error {
	fields := map[string]string{"door": string(casework.DoorPaper)}
	if door := v.c.FormValue("door"); slices.Contains(casework.Doors(), casework.Door(door)) {
		fields["door"] = door
	}
	d := casework.FilingDraft{Regime: casework.RegimeAppeal, Lang: "ru", Fields: fields}
	if bodies := v.Office.ServedBodies(v.by); len(bodies) == 1 {
		d.Addressee = bodies[0].ID
	}
	return v.begin(d)
}

func (v *visit) begin(d casework.FilingDraft) error {
	d, err := v.Office.NewDraft(v.ctx, v.by, d)
	if err != nil {
		return err
	}
	return v.Kit.Redirect(v.c, "/counter/entry/"+d.ID)
}

var draftID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// draft loads the entry of the address. An entry that has become a case leads
// to its receipt, whatever was asked.
func (v *visit) draft() (d casework.FilingDraft, done bool, err error) {
	id := v.c.Params("draft")
	if !draftID.MatchString(id) {
		return d, false, casework.Fail(casework.NotFound, "counter.draft", "case.none")
	}
	d, err = v.Office.Draft(v.ctx, v.by, id)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return d, false, err
	}
	r, filed := v.Office.FiledBefore(v.ctx, casework.Applicant{Key: "by " + v.by.ID}, id)
	if filed != nil {
		return d, false, err
	}
	if err := v.Office.DropDraft(v.ctx, v.by, id); err != nil {
		return d, false, err
	}
	if _, closed := v.Office.EntryReceipt(v.ctx, v.by, r.Case.ID); closed != nil {
		return d, true, v.Kit.Redirect(v.c, "/counter")
	}
	return d, true, v.Kit.Redirect(v.c, "/counter/receipt/"+r.Case.ID)
}

type entryPage struct {
	ID     string
	Form   *web.Form
	Bodies []casework.Body
	Files  []casework.File
	Today  casework.Date
	// What says what the entry is by the law, as it stands.
	What string
	// Topics are offered for the words of a search.
	Topics []templates.Option
	complaintChoices
}

// showEntry is the form of an entry: one page, made for the keyboard.
func (p *Counter) showEntry(v *visit) error {
	d, done, err := v.draft()
	if done || err != nil {
		return err
	}
	return v.entry(fiber.StatusOK, d, formOf(d))
}

func (v *visit) entry(status int, d casework.FilingDraft, form *web.Form) error {
	b, _ := v.Office.Registry().Body(d.Addressee)
	choices, err := v.complaintChoices(form)
	if err != nil {
		return err
	}
	return v.render(status, "entry", "desk", entryPage{ID: d.ID, Form: form, Bodies: v.Office.ServedBodies(v.by), Files: d.Files,
		Today: casework.DateOf(v.Office.Now(), b.Settings.Location()), What: v.what(form), Topics: v.topicChoices(d, form), complaintChoices: choices})
}

// what explains the legal effect of the entry in words.
func (v *visit) what(form *web.Form) string {
	shown := "no"
	if form.Is("document", "yes") {
		shown = "yes"
	}
	if door := form.Value("door"); slices.Contains(casework.Doors(), casework.Door(door)) {
		return v.t("counter.what." + door + "_" + shown)
	}
	return ""
}

func formOf(d casework.FilingDraft) *web.Form {
	form := templates.NewForm("addressee", d.Addressee, "topic", d.Topic, "territory", d.Territory, "address", d.Address,
		"text", d.Text, "email", d.Contact.Email, "post", d.Contact.Post, "phone", d.Contact.Phone, "kind", string(d.Kind))
	for _, name := range entryFields {
		if value := d.Fields[name]; value != "" {
			form.Values[name] = []string{value}
		}
	}
	showComplaint(d, form)
	return form
}

// take writes what was typed into the draft.
func take(d *casework.FilingDraft, form *web.Form) {
	if pick := form.Value("topic_pick"); pick != "" {
		form.Values["topic"] = []string{pick}
	}
	d.Addressee, d.Topic, d.Territory = form.Value("addressee"), strings.TrimSpace(form.Value("topic")), form.Value("territory")
	d.Address, d.Text, d.Kind = form.Value("address"), form.Value("text"), casework.Kind(form.Value("kind"))
	d.Contact = casework.Contact{Email: strings.TrimSpace(form.Value("email")), Post: form.Value("post"), Phone: form.Value("phone")}
	if d.Fields == nil {
		d.Fields = map[string]string{}
	}
	for _, name := range entryFields {
		d.Fields[name] = form.Value(name)
	}
	takeComplaint(d, form)
}

// keep saves what was typed; somebody else's save of the same draft, from
// another tab, is overwritten by what is on the screen now.
func (v *visit) keep(d casework.FilingDraft, change func(*casework.FilingDraft)) (casework.FilingDraft, error) {
	for range 3 {
		change(&d)
		saved, err := v.Office.SaveDraft(v.ctx, v.by, d)
		if casework.CodeOf(err) != casework.Conflict {
			return saved, err
		}
		latest, err := v.Office.Draft(v.ctx, v.by, d.ID)
		if err != nil {
			return d, err
		}
		d.Version, d.Files = latest.Version, latest.Files
	}
	return d, casework.Fail(casework.Conflict, "counter.keep", "case.changed")
}

// autosave keeps what is being typed.
func (p *Counter) autosave(v *visit) error {
	d, done, err := v.draft()
	if done {
		return v.c.SendStatus(fiber.StatusGone)
	}
	if err != nil {
		return err
	}
	form := web.ReadForm(v.c)
	if _, err := v.keep(d, func(d *casework.FilingDraft) { take(d, form) }); err != nil {
		return err
	}
	return v.c.SendStatus(fiber.StatusNoContent)
}

// dropEntry throws an entry away that was never made.
func (p *Counter) dropEntry(v *visit) error {
	if err := v.Office.DropDraft(v.ctx, v.by, v.c.Params("draft")); err != nil {
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "counter.flash.dropped"})
	return v.Kit.Redirect(v.c, "/counter")
}

// saveEntry keeps the entry and does what the pressed button says: attach a
// scan, remove one, or make the case.
func (p *Counter) saveEntry(v *visit) error {
	d, done, err := v.draft()
	if done || err != nil {
		return err
	}
	form := web.ReadForm(v.c)
	if d, err = v.keep(d, func(d *casework.FilingDraft) {
		take(d, form)
		d.Files = slices.DeleteFunc(slices.Clone(d.Files), func(f casework.File) bool { return f.ID == form.Value("remove") })
	}); err != nil {
		return err
	}
	if d, err = v.attach(d, form); err != nil {
		return err
	}
	switch {
	case !form.OK():
		return v.entry(fiber.StatusUnprocessableEntity, d, form)
	case form.Value("remove") != "" || form.Is("do", "attach"):
		return v.Kit.Redirect(v.c, "/counter/entry/"+d.ID+"#f-scan")
	case form.Is("do", "topics"):
		return v.entry(fiber.StatusOK, d, form)
	case form.Is("do", "later"):
		return v.Kit.Redirect(v.c, "/counter")
	}
	return v.file(d, form)
}

// file makes the case, or the note of a call.
func (v *visit) file(d casework.FilingDraft, form *web.Form) error {
	e := v.entryOf(d, form)
	if !form.OK() {
		return v.entry(fiber.StatusUnprocessableEntity, d, form)
	}
	if e.Door == casework.DoorPhone {
		code, err := v.Office.NotePhone(v.ctx, v.by, e)
		if err != nil {
			return v.refuse(err, d, form)
		}
		if _, err := v.keep(d, func(d *casework.FilingDraft) { d.Fields["code"] = code }); err != nil {
			return err
		}
		return v.Kit.Redirect(v.c, "/counter/entry/"+d.ID+"/call")
	}
	r, err := v.Office.Enter(v.ctx, v.by, e)
	if err != nil {
		return v.refuse(err, d, form)
	}
	if err := v.Office.DropDraft(v.ctx, v.by, d.ID); err != nil && casework.CodeOf(err) != casework.Unavailable {
		return err
	}
	if code := d.Fields["taken"]; code != "" {
		if err := v.Office.ClosePhone(v.ctx, v.by, code); err != nil {
			return err
		}
	}
	return v.Kit.Redirect(v.c, "/counter/receipt/"+r.Case.ID)
}

func (v *visit) refuse(err error, d casework.FilingDraft, form *web.Form) error {
	var e *casework.Error
	if failed(form, err) {
		return v.entry(fiber.StatusUnprocessableEntity, d, form)
	}
	if errors.As(err, &e) && e.Message == "filing.not_identified" {
		form.Fail("document", "counter.error.document")
		return v.entry(fiber.StatusUnprocessableEntity, d, form)
	}
	return err
}

func (v *visit) entryOf(d casework.FilingDraft, form *web.Form) casework.Entry {
	e := casework.Entry{Door: casework.Door(form.Value("door")), DocumentShown: form.Is("document", "yes")}
	if day := strings.TrimSpace(form.Value("arrived")); day != "" {
		on, err := casework.ParseDate(day)
		if err != nil {
			form.Fail("arrived", "counter.error.arrived")
		}
		e.ArrivedOn = on
	}
	if d.Topic != "" {
		if _, ok := v.Topic(d.Topic); !ok {
			form.Fail("topic", "counter.error.topic")
		}
	}
	who := casework.Applicant{Name: casework.PersonName{Surname: form.Value("surname"), Given: form.Value("given"),
		Patronymic: form.Value("patronymic")}, Contact: d.Contact}
	e.Filing = d.FilingOf(who, "")
	v.complain(&e.Filing, d, form)
	return e
}
