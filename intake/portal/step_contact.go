package portal

import (
	"unicode/utf8"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

const maxPhone = 40

type contactPage struct {
	stepPage
	// Name is who the answer is addressed to; AskName is true if the identity
	// does not say it all.
	Name    string
	AskName bool
}

// personFields are typed only where the identity does not know them.
var personFields = []string{"surname", "given", "patronymic"}

func (p *Portal) takeContact(_ *visit, d *casework.FilingDraft, form *web.Form) error {
	set := func(name string, max int, to *string) {
		if v, ok := line(form, name, 4*max); ok {
			*to = v
		}
	}
	set("email", 254, &d.Contact.Email)
	set("post", casework.MaxAddress, &d.Contact.Post)
	set("phone", maxPhone, &d.Contact.Phone)
	d.Contact.Cabinet = true
	for _, name := range personFields {
		if v, ok := line(form, name, 4*casework.MaxName); ok {
			d.Fields[name] = v
		}
	}
	return nil
}

func (p *Portal) checkContact(v *visit, form *web.Form) {
	f := p.filing(v)
	f.Applicant.Contact.Email, _ = line(form, "email", 0)
	f.Applicant.Contact.Post, _ = line(form, "post", 0)
	p.failures(v, form, f, "surname", "given", "patronymic", "email", "post", "contact")
	if phone, _ := line(form, "phone", 0); utf8.RuneCountInString(phone) > maxPhone {
		form.Fail("phone", "portal.contact.phone_long", "Max", maxPhone)
	}
}

func (p *Portal) formContact(v *visit) *web.Form {
	d := v.draft
	return templates.NewForm("email", d.Contact.Email, "post", d.Contact.Post, "phone", d.Contact.Phone,
		"surname", d.Fields["surname"], "given", d.Fields["given"], "patronymic", d.Fields["patronymic"])
}

func (p *Portal) showContact(v *visit, status int, form *web.Form) error {
	page := contactPage{stepPage: p.page(v, "contact", form), Name: v.who.Name.Full(), AskName: nameMissing(v.who)}
	return p.render(v.c, status, "contact", page)
}

func nameMissing(a casework.Applicant) bool { return a.Name.Surname == "" || a.Name.Given == "" }

// filing makes the act of filing from the draft as it is now. Names come from
// the identity; what it does not know comes from the draft.
func (p *Portal) filing(v *visit) casework.Filing {
	who := v.who
	if nameMissing(who) {
		who.Name = casework.PersonName{Surname: v.draft.Fields["surname"], Given: v.draft.Fields["given"],
			Patronymic: v.draft.Fields["patronymic"]}
	}
	d := v.draft
	d.Contact.Cabinet = true
	f := d.FilingOf(who, casework.ChannelWeb)
	f.Lang = p.Kit.Lang(v.c)
	f.OriginalSHA256, f.Original = originalOf(d)
	return f
}
