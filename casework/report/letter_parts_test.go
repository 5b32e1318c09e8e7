package report

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

var allTexts = sync.OnceValues(func() (*templates.Set, error) { return templates.Load(templates.Options{}) })

// blank is a sheet over two bodies, and a case to write about.
func blank(t *testing.T) (Sheet, *casework.Case) {
	t.Helper()
	set, err := allTexts()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := casework.NewRegistry("r1", []casework.Body{{ID: "roads", Name: "Комитет дорог",
		Contacts: casework.Contacts{Phone: "+7 800 1", Site: "roads.example", Address: "Садовая, 1"}},
		{ID: "east", Name: "Управа Востока", Contacts: casework.Contacts{Email: "east@example.ru"}, Settings: casework.Settings{TimeZone: "Asia/Kamchatka"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &casework.Case{Place: casework.Placement{Body: "roads"}, Parties: casework.Parties{Applicants: []casework.Applicant{
		{Name: casework.PersonName{Surname: "Осокина", Given: "Нина"}, Contact: casework.Contact{Email: "nina@example.test"}}}}}
	return Sheet{Set: set, Registry: reg, Signer: "Орлова В. И.", Post: "Председатель", Executor: []string{"Лапин, 12-34"}}, c
}

func TestADraftShowsItsPartsAndCallsItselfADraftUntilItIsSigned(t *testing.T) {
	s, c := blank(t)
	if l := DraftLetter(c, "", s); l.Text != "" || l.Date != "" || l.Reply != "" || l.Stamp != nil || l.Words.Draft != "проект" || len(l.Enclosures) != 0 {
		t.Errorf("without a draft: %+v", l)
	}
	c.Number = "К-1"
	c.Origin.RegisteredOn = casework.NewDate(2026, 4, 2)
	c.Draft = &casework.Draft{Text: "Дорогу починят.", Parts: map[string]string{"b": "Срок: май.", "a": " "}, Files: []casework.File{{Name: "plan.pdf"}, {Name: "map.pdf"}}}
	s.At = time.Date(2026, 4, 30, 22, 0, 0, 0, time.UTC)
	l := DraftLetter(c, "", s)
	if l.Text != "Дорогу починят.\n\nСрок: май." || !slices.Equal(l.Enclosures, []string{"plan.pdf", "map.pdf"}) || l.Date != "" || !l.Moment.Equal(s.At) ||
		l.Reply != "На № К-1 от 2 апреля 2026 года" || l.Words.Draft != "проект" || l.Signer != "Орлова В. И." || l.Post != "Председатель" || len(l.Executor) != 1 {
		t.Errorf("a preview: %+v", l)
	}
	// The day of the letter is that of its body: one o'clock at night in Moscow.
	if l = DraftLetter(c, "12", s); l.Number != "12" || l.Date != "1 мая 2026 года" || l.Words.Draft != "копия без подписи" {
		t.Errorf("with a number, without a stamp: %+v", l)
	}
	s.At = time.Time{}
	if l = DraftLetter(c, "12", s); l.Date != "" {
		t.Errorf("without a moment, of %s", l.Date)
	}
}

func TestTheStampSaysWhoseKeyItIsAndInWhosePlaceItWasUsed(t *testing.T) {
	s, c := blank(t)
	s.At = time.Date(2026, 4, 30, 12, 0, 0, 0, time.UTC)
	key := casework.Certificate{Serial: "01AB", Owner: "Орлова Вера Ильинична", From: time.Date(2026, 1, 1, 22, 0, 0, 0, time.UTC), To: time.Date(2027, 1, 1, 22, 0, 0, 0, time.UTC)}
	s.Certificate = &key
	l := DraftLetter(c, "12", s)
	if l.Stamp == nil || l.Words.Draft != "" || l.Stamp.Certificate != "01AB" || l.Stamp.Owner != key.Owner || l.Stamp.By != "" || l.Stamp.Test != "" ||
		l.Stamp.Valid != "с 02.01.2026 по 02.01.2027" {
		t.Errorf("stamp %+v, draft %q", l.Stamp, l.Words.Draft)
	}
	test := key
	test.Test = true
	s.Certificate, s.StandsIn = &test, true
	l = DraftLetter(c, "12", s)
	if l.Stamp.By != "Подписано: Орлова В. И., Председатель" || l.Stamp.Test != "Ключ для разработки, без юридической силы" {
		t.Errorf("stamp %+v", l.Stamp)
	}
	s.Large = true
	if l = DraftLetter(c, "12", s); l.Stamp != nil || !strings.HasPrefix(l.Words.Draft, "Копия крупным шрифтом") || !l.Large {
		t.Errorf("large: stamp %+v, %q", l.Stamp, l.Words.Draft)
	}
}

func TestASentLetterIsSetAnewFromWhatWasSignedUnlessTheSheetKnowsBetter(t *testing.T) {
	s, c := blank(t)
	signed := time.Date(2026, 4, 30, 22, 0, 0, 0, time.UTC)
	key := casework.Certificate{Serial: "01AB", Owner: "Орлова"}
	a := casework.Answer{Body: "east", Text: "Решено.", Number: "15", Files: []casework.File{{Name: "plan.pdf"}},
		Signature: casework.Signature{Name: "Сидоров С. С.", At: signed}, Paper: &casework.Paper{Certificate: key}}
	known := s
	s.Signer, s.Post = "", ""
	l := AnswerLetter(c, a, s)
	if l.Body != "Управа Востока" || l.Signer != "Сидоров С. С." || l.Post != "" || l.Date != "1 мая 2026 года" || l.Stamp == nil || l.Stamp.Certificate != "01AB" ||
		l.Stamp.By != "" || len(l.Enclosures) != 1 || !l.Moment.Equal(signed) {
		t.Errorf("%+v %+v", l, l.Stamp)
	}
	known.At, known.Certificate = signed.AddDate(0, 0, 2), &casework.Certificate{Serial: "02CD"}
	if l = AnswerLetter(c, a, known); l.Signer != "Орлова В. И." || l.Post != "Председатель" || l.Date != "3 мая 2026 года" || l.Stamp.Certificate != "02CD" {
		t.Errorf("%+v %+v", l, l.Stamp)
	}
	a.Signature.For, a.Signature.Post, a.Paper = "staff:head", "И. о. председателя", nil
	if l = AnswerLetter(c, a, s); l.Post != "И. о. председателя" || l.Stamp != nil || l.Words.Draft != "копия без подписи" {
		t.Errorf("%+v", l)
	}
	a.Paper = &casework.Paper{Certificate: key}
	if l = AnswerLetter(c, a, s); l.Stamp == nil || l.Stamp.By != "Подписано: Сидоров С. С., И. о. председателя" {
		t.Errorf("%+v", l.Stamp)
	}
	a.Body = "abolished"
	if l = AnswerLetter(c, a, s); l.Body != "abolished" || len(l.Contacts) != 0 {
		t.Errorf("a body that is gone: %q, %v", l.Body, l.Contacts)
	}
}

func TestTheHeadOfALetterHasNoEmptyLines(t *testing.T) {
	s, c := blank(t)
	if l := DraftLetter(c, "", s); !slices.Equal(l.Contacts, []string{"Садовая, 1", "+7 800 1, roads.example"}) ||
		!slices.Equal(l.To, []string{"Осокина Нина", "nina@example.test"}) {
		t.Errorf("%q to %q", l.Contacts, l.To)
	}
	c.Place.Body = "east"
	c.Parties.Applicants[0].Contact.Post = "Садовая, 2"
	if l := DraftLetter(c, "", s); !slices.Equal(l.Contacts, []string{"east@example.ru"}) || !slices.Equal(l.To, []string{"Осокина Нина", "Садовая, 2"}) {
		t.Errorf("%q to %q", l.Contacts, l.To)
	}
	c.Parties.Applicants[0] = casework.Applicant{}
	if l := DraftLetter(c, "", s); len(l.To) != 0 {
		t.Errorf("nobody: %q", l.To)
	}
}
