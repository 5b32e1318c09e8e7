package casework

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what may be filed.
const (
	// MaxText is the longest text of an appeal in characters.
	MaxText = 50_000
	// MinLetters is how many letters a text needs to have any substance.
	MinLetters = 5
	// MaxName is the longest part of a name in characters.
	MaxName = 120
	// MaxAddress is the longest postal address or place in characters.
	MaxAddress = 500
	// MaxFiles is the most attachments of one submission.
	MaxFiles = 10
)

// Validate checks a filing against the law's required fields (59-FZ art. 7)
// and our limits. Errors: Invalid with one FieldError for each mistake, named
// as the form's fields: text, surname, given, email, contact, addressee, …
func (f Filing) Validate(reg *Registry, law *Regulation) error {
	e := &Error{Code: Invalid, Op: "casework.Filing", Message: "filing.invalid"}
	bad := func(field, key string, data map[string]any) {
		e.Fields = append(e.Fields, FieldError{Field: field, Key: key, Data: data})
	}
	if !LegalEffect(f.Channel, f.Applicant.Assurance) {
		return &Error{Code: Forbidden, Op: "casework.Filing", Message: "filing.not_identified", Norm: "59-ФЗ ст. 4, 7"}
	}
	f.validateText(bad)
	f.validatePerson(bad)
	if f.Addressee != "" {
		if b, err := reg.Body(f.Addressee); err != nil || b.Closed {
			bad("addressee", "filing.addressee_unknown", nil)
		}
	}
	f.validateRequired(law, bad)
	if n := len(f.Files); n > MaxFiles {
		bad("files", "filing.files_many", map[string]any{"Max": MaxFiles})
	}
	if !oneLine(f.Address) || utf8.RuneCountInString(f.Address) > MaxAddress {
		bad("address", "filing.address", map[string]any{"Max": MaxAddress})
	}
	if len(f.Key) < 16 || len(f.Key) > 128 || !oneLine(f.Key) {
		bad("key", "filing.key", nil)
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

func (f Filing) validateText(bad func(string, string, map[string]any)) {
	n := utf8.RuneCountInString(f.Text)
	switch {
	case strings.TrimSpace(f.Text) == "":
		bad("text", "filing.text_empty", nil)
	case !utf8.ValidString(f.Text) || strings.ContainsFunc(f.Text, forbiddenControl):
		bad("text", "filing.text_controls", nil)
	case n > MaxText:
		bad("text", "filing.text_long", map[string]any{"Max": MaxText, "Length": n})
	case letters(f.Text) < MinLetters:
		bad("text", "filing.text_short", map[string]any{"Min": MinLetters})
	}
}

func (f Filing) validatePerson(bad func(string, string, map[string]any)) {
	part := func(field, value string, required bool) {
		switch {
		case required && strings.TrimSpace(value) == "":
			bad(field, "filing."+field+"_empty", nil)
		case !oneLine(value) || utf8.RuneCountInString(value) > MaxName:
			bad(field, "filing."+field+"_bad", map[string]any{"Max": MaxName})
		}
	}
	// A letter on paper is registered whatever it lacks; then it may be left
	// without an answer (59-FZ art. 11 p. 1).
	named := f.Channel != ChannelPaper
	part("surname", f.Applicant.Name.Surname, named)
	part("given", f.Applicant.Name.Given, named)
	part("patronymic", f.Applicant.Name.Patronymic, false)
	ct := f.Applicant.Contact
	if ct.Email != "" && !validEmail(ct.Email) {
		bad("email", "filing.email_bad", nil)
	}
	if !oneLine(ct.Post) || utf8.RuneCountInString(ct.Post) > MaxAddress {
		bad("post", "filing.post_bad", map[string]any{"Max": MaxAddress})
	}
	if ct.Email == "" && ct.Post == "" && !ct.Cabinet && named {
		bad("contact", "filing.contact_empty", nil)
	}
}

// validateRequired checks the fields that the regime asks for beyond those of
// an appeal, by the names the regulation lists them under.
func (f Filing) validateRequired(law *Regulation, bad func(string, string, map[string]any)) {
	p := f.Complaint
	if p == nil {
		p = &Complaint{}
	}
	for _, field := range law.Required {
		there := true
		switch field {
		case "phone":
			there = f.Applicant.Contact.Phone != ""
		case "post":
			there = f.Applicant.Contact.Post != ""
		case "grounds":
			there = len(p.Grounds) > 0
		case "against":
			there = len(p.Against) > 0
		case "decision":
			there = strings.TrimSpace(p.Decision) != ""
		case "demands":
			there = strings.TrimSpace(p.Demands) != ""
		case "knew":
			there = !f.Knew.IsZero()
		case "place":
			there = f.Address != "" || f.Territory != ""
		}
		if !there {
			bad(field, "filing."+field+"_needed", nil)
		}
	}
	for _, g := range p.Grounds {
		if !slices.ContainsFunc(law.Complaints, func(k ComplaintGround) bool { return k.Key == g }) {
			bad("grounds", "filing.grounds_unknown", nil)
		}
	}
	for name, value := range map[string]string{"decision": p.Decision, "demands": p.Demands, "register": p.Register,
		"restore": p.Restore, "suspend": p.Suspend} {
		if utf8.RuneCountInString(value) > MaxText || !utf8.ValidString(value) || strings.ContainsFunc(value, forbiddenControl) {
			bad(name, "filing.text_long", map[string]any{"Max": MaxText})
		}
	}
	if f.Representative != nil {
		if f.Representative.Name.Surname == "" || f.Representative.Name.Given == "" {
			bad("representative", "filing.representative_name", nil)
		}
		if !slices.ContainsFunc(f.Files, func(x File) bool { return x.ID == f.Representative.Proof }) {
			bad("proof", "filing.proof_needed", nil)
		}
	}
}

// Fields lists the names a regulation may require of a filing.
func Fields() []string {
	return []string{"phone", "post", "grounds", "against", "decision", "demands", "knew", "place"}
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// forbiddenControl are characters that no cleaned text holds.
func forbiddenControl(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r == utf8.RuneError
}

func oneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && oneLine(s)
}
