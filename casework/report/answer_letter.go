package report

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report/letter"
)

// Say gives a text of report.letter.* in the language of a letter; pairs are
// names and values in it.
type Say func(id string, pairs ...any) string

// LetterForm is how the letters of an installation look.
type LetterForm struct {
	Registry *casework.Registry
	Say      Say
	// Date writes a day in words.
	Date func(casework.Date) string
	// Stamp is the visible mark of a signature; nil leaves what the signature
	// itself says. It may know the certificate and its term.
	Stamp func(casework.Signature) letter.Stamp
	// Executor are the lines about who prepared the letter; nil leaves them out.
	Executor func(c *casework.Case) []string
	// Large prints in letters of 18 points.
	Large bool
}

// AnswerLetter is the letter of an answer that was sent. Contacts and names are
// those of the case and of the registry: nothing else is asked, so the same
// answer always gives the same letter. A sealed or withheld name leaves the
// number of the appeal as the addressee.
func AnswerLetter(c *casework.Case, a casework.Answer, f LetterForm) letter.Letter {
	b, err := f.Registry.Body(a.Body)
	if err != nil {
		b = casework.Body{ID: a.Body, Name: a.Body}
	}
	day := func(at time.Time) string { return f.Date(casework.DateOf(at, b.Settings.Location())) }
	number, on := numberAt(c, a.Body)
	if number == "" {
		number = c.PublicNumber()
	}
	l := letter.Letter{Body: b.Name, Contacts: contactLines(b.Contacts), Number: a.Number, Date: day(a.SentAt), Title: f.Say("report.letter.title"),
		Text: casework.Draft{Text: a.Text, Parts: a.Parts}.Letter(), Post: f.Say("report.letter.post"), Signer: a.Signature.Name,
		Moment: a.SentAt, Words: letterWords(f.Say), Large: f.Large}
	l.Reply = f.Say("report.letter.reply", "Number", number)
	if !on.IsZero() {
		l.Reply = f.Say("report.letter.reply_of", "Number", number, "Date", day(on))
	}
	who := c.Applicant()
	for _, line := range []string{who.Name.Full(), who.Contact.Post, who.Contact.Email} {
		if line != "" {
			l.To = append(l.To, line)
		}
	}
	if who.Name.Full() == "" {
		l.To = slices.Insert(l.To, 0, f.Say("report.letter.author", "Number", number))
	}
	for _, file := range a.Files {
		l.Enclosures = append(l.Enclosures, file.Name)
	}
	if len(a.Signature.Value) > 0 {
		stamp := letter.Stamp{Certificate: a.Signature.Key, Owner: a.Signature.Name, Valid: ""}
		if f.Stamp != nil {
			stamp = f.Stamp(a.Signature)
		}
		l.Stamp = &stamp
	}
	if f.Executor != nil {
		l.Executor = f.Executor(c)
	}
	return l
}

// numberAt is the number of a case at a body and when it was given.
func numberAt(c *casework.Case, body string) (string, time.Time) {
	for _, e := range slices.Backward(c.Journal) {
		if e.Act == casework.ActRegister && e.Facts["body"] == body {
			return e.Facts["number"], e.At
		}
	}
	return "", time.Time{}
}

func contactLines(c casework.Contacts) []string {
	var out []string
	for _, line := range []string{c.Address, c.Phone, c.Email, c.Site} {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

func letterWords(say Say) letter.Words {
	return letter.Words{Number: say("report.letter.number"), From: say("report.letter.from"), Enclosures: say("report.letter.enclosures"),
		Page: say("report.letter.page"), Signed: say("report.letter.signed"), Certificate: say("report.letter.certificate"),
		Owner: say("report.letter.owner"), Valid: say("report.letter.valid"), Draft: say("report.letter.draft")}
}

// AnswerLetters prints answers for an export: one PDF each. form makes the form
// for the language of a case.
func AnswerLetters(form func(lang string) LetterForm) Letters {
	return func(_ context.Context, c *casework.Case, a casework.Answer) (string, []byte, error) {
		var out bytes.Buffer
		if err := letter.Write(&out, AnswerLetter(c, a, form(c.Origin.Lang))); err != nil {
			return "", nil, &casework.Error{Code: casework.Internal, Op: "report.AnswerLetters", Err: err}
		}
		return fmt.Sprintf("%s.pdf", safeName(orElse(a.Number, c.PublicNumber()))), out.Bytes(), nil
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
