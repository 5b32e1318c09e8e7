package portal

import (
	"strings"
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
	// Phone is true if the procedure asks for a telephone number.
	Phone bool
	// Shield is the choice to keep the name closed from the officers.
	Shield shieldChoice
	// Proof is the name of the file that proves the authority of the person to
	// act for somebody else.
	Proof string
}

// personFields are typed only where the identity does not know them.
var personFields = []string{"surname", "given", "patronymic", "for_surname", "for_given", "for_patronymic"}

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
	if form.Values["shield_asked"] != nil {
		d.Fields["shield"] = ""
		if form.Is("shield", "yes") {
			d.Fields["shield"] = "yes"
		}
	}
	if form.Values["acting_asked"] != nil {
		d.Fields["acting"] = ""
		if form.Is("acting", "yes") {
			d.Fields["acting"] = "yes"
		}
	}
	return nil
}

// actContact stores the proof of authority that came with the form.
func (p *Portal) actContact(v *visit, form *web.Form) (bool, error) {
	before := len(v.draft.Files)
	if err := p.attach(v, form, "proof"); err != nil {
		return true, err
	}
	if files := v.draft.Files; len(files) > before {
		return false, p.change(v, func(d *casework.FilingDraft) error {
			d.Fields["proof"] = files[len(files)-1].ID
			return nil
		})
	}
	return false, nil
}

func (p *Portal) checkContact(v *visit, form *web.Form) {
	f := p.filing(v)
	f.Applicant.Contact.Email, _ = line(form, "email", 0)
	f.Applicant.Contact.Post, _ = line(form, "post", 0)
	p.failures(v, form, f, "surname", "given", "patronymic", "email", "post", "contact", "phone", "representative", "proof", "shield")
	if v.draft.Fields["acting"] == "yes" {
		for _, name := range []string{"surname", "given"} {
			if strings.TrimSpace(v.draft.Fields["for_"+name]) == "" {
				form.Fail("for_"+name, "portal.contact.for_"+name+"_needed")
			}
		}
	}
	if phone, _ := line(form, "phone", 0); utf8.RuneCountInString(phone) > maxPhone {
		form.Fail("phone", "portal.contact.phone_long", "Max", maxPhone)
	}
}

func (p *Portal) formContact(v *visit) *web.Form {
	d := v.draft
	return templates.NewForm("acting", d.Fields["acting"], "for_surname", d.Fields["for_surname"], "for_given", d.Fields["for_given"],
		"for_patronymic", d.Fields["for_patronymic"], "email", d.Contact.Email, "post", d.Contact.Post, "phone", d.Contact.Phone,
		"shield", d.Fields["shield"], "surname", d.Fields["surname"], "given", d.Fields["given"], "patronymic", d.Fields["patronymic"])
}

func (p *Portal) showContact(v *visit, status int, form *web.Form) error {
	page := contactPage{stepPage: p.page(v, "contact", form), Name: v.who.Name.Full(), AskName: nameMissing(v.who),
		Phone: p.requires(v, "phone"), Shield: p.shieldChoice(v.draft)}
	for _, f := range v.draft.Files {
		if f.ID == v.draft.Fields["proof"] {
			page.Proof = f.Name
		}
	}
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
	f.Lang, f.Shield = p.Kit.Lang(v.c), d.Fields["shield"] == "yes"
	f.OriginalSHA256, f.Original = originalOf(d)
	if complains(d.Regime) {
		f.Complaint = p.complaintOf(d)
		f.Topic, f.AppealKind = "", casework.KindComplaint
		if d.Regime == casework.RegimeControl {
			// A day that cannot be read is a mistake of its field.
			f.Knew, _ = readDate(d.Fields["knew"])
		}
	}
	aboutAnswer(d, &f)
	if d.Fields["acting"] == "yes" {
		// The applicant is whoever is represented; the answer comes to the
		// account of the representative, who has signed in.
		f.Representative = &casework.Representative{Name: f.Applicant.Name, Proof: d.Fields["proof"]}
		f.Applicant.Name = casework.PersonName{Surname: d.Fields["for_surname"], Given: d.Fields["for_given"],
			Patronymic: d.Fields["for_patronymic"]}
	}
	return f
}
