package report

import (
	"bytes"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report/letter"
	"priemnaya/templates"
)

// Sheet says what of a letter the case does not hold itself.
type Sheet struct {
	Set      *templates.Set
	Registry *casework.Registry
	// Signer and Post are the name and the office of whoever signs, Executor
	// the lines about who prepared the letter.
	Signer, Post string
	Executor     []string
	// StandsIn says that Post is that of somebody absent, in whose place Signer
	// signs: then the stamp names him too.
	StandsIn bool
	// Certificate makes the visible stamp; nil leaves it out.
	Certificate *casework.Certificate
	// At is the moment of the letter: its date and its time of making.
	At time.Time
	// Large prints in letters of 18 points. Such a print is no original: the
	// stamp gives way to a line that says where the original is.
	Large bool
}

// letterLang is the language of the form: letters of public bodies are written
// in Russian (53-FZ art. 3).
const letterLang = "ru"

// DraftLetter is the letter of the case's draft under an outgoing number; the
// number is empty for a preview, which calls itself a draft.
func DraftLetter(c *casework.Case, number string, s Sheet) letter.Letter {
	text, files := "", []casework.File(nil)
	if c.Draft != nil {
		text, files = c.Draft.Letter(), c.Draft.Files
	}
	return s.letterOf(c, c.Place.Body, written{text, number, files})
}

// AnswerLetter is a letter that was sent, set anew from the case. The signed
// original is Answer.Paper; a print set anew is a copy and does not have its
// signature.
func AnswerLetter(c *casework.Case, a casework.Answer, s Sheet) letter.Letter {
	if s.Signer == "" {
		s.Signer = a.Signature.Name
	}
	if a.Signature.For != "" {
		s.Post, s.StandsIn = a.Signature.Post, true
	}
	if s.At.IsZero() {
		s.At = a.Signature.At
	}
	if s.Certificate == nil && a.Paper != nil {
		s.Certificate = &a.Paper.Certificate
	}
	return s.letterOf(c, a.Body, written{a.Text, a.Number, a.Files})
}

// PrintLetter sets a letter as PDF.
func PrintLetter(l letter.Letter) ([]byte, error) {
	var out bytes.Buffer
	err := letter.Write(&out, l)
	return out.Bytes(), err
}

type written struct {
	text, number string
	files        []casework.File
}

func (s Sheet) letterOf(c *casework.Case, body string, w written) letter.Letter {
	b, err := s.Registry.Body(body)
	if err != nil {
		b.Name = body
	}
	zone := b.Settings.Location()
	l := letter.Letter{Body: b.Name, Contacts: contactLines(b.Contacts), Number: w.number, To: s.addressee(c),
		Text: w.text, Post: s.Post, Signer: s.Signer, Executor: s.Executor, Moment: s.At, Words: s.words(), Large: s.Large}
	if w.number != "" && !s.At.IsZero() {
		l.Date = templates.FormatDate(letterLang, s.At.In(zone))
	}
	if c.Number != "" {
		l.Reply = s.say("reply", "Number", c.Number, "Date", templates.FormatDate(letterLang, c.Origin.RegisteredOn.Time(time.UTC)))
	}
	for _, f := range w.files {
		l.Enclosures = append(l.Enclosures, f.Name)
	}
	s.mark(&l, zone)
	return l
}

// mark puts the stamp, or what stands in its place.
func (s Sheet) mark(l *letter.Letter, zone *time.Location) {
	switch {
	case s.Large:
		l.Words.Draft = s.say("large")
	case s.Certificate != nil:
		l.Words.Draft = ""
		l.Stamp = &letter.Stamp{Certificate: s.Certificate.Serial, Owner: s.Certificate.Owner,
			Valid: s.say("validity", "From", s.Certificate.From.In(zone).Format("02.01.2006"), "To", s.Certificate.To.In(zone).Format("02.01.2006"))}
		if s.StandsIn {
			l.Stamp.By = s.say("signed_by", "Name", s.Signer, "Post", s.Post)
		}
		if s.Certificate.Test {
			l.Stamp.Test = s.say("test")
		}
	case l.Number != "":
		// Sent before letters had stamps.
		l.Words.Draft = s.say("copy")
	}
}

func (s Sheet) addressee(c *casework.Case) []string {
	a := c.Applicant()
	var out []string
	for _, line := range []string{a.Name.Full(), a.Contact.Post} {
		if line != "" {
			out = append(out, line)
		}
	}
	if a.Contact.Post == "" && a.Contact.Email != "" {
		out = append(out, a.Contact.Email)
	}
	return out
}

func contactLines(c casework.Contacts) []string {
	var out []string
	last := ""
	for _, part := range []string{c.Phone, c.Email, c.Site} {
		if part != "" && last != "" {
			last += ", "
		}
		last += part
	}
	for _, line := range []string{c.Address, last} {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (s Sheet) words() letter.Words {
	return letter.Words{Number: s.say("number"), From: s.say("from"), Enclosures: s.say("enclosures"), Signed: s.say("signed"),
		Certificate: s.say("certificate"), Owner: s.say("owner"), Valid: s.say("valid"), Draft: s.say("draft")}
}

func (s Sheet) say(id string, pairs ...string) string {
	data := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		data[pairs[i]] = pairs[i+1]
	}
	return s.Set.T(letterLang, "letterform."+id, data)
}
