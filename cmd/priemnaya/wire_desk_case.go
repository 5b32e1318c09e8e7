package main

import (
	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/formal"
	"priemnaya/casework/words"
)

// wording compares texts for the search of similar cases.
type wording struct{}

// Terms implements casework.Wording.
func (wording) Terms(text string) []string { return words.Terms(text) }

// Similarity implements casework.Wording.
func (wording) Similarity(a, b string) float64 { return words.Similarity(a, b) }

// caseAids gives the case page its checks of letters, and the office its
// comparison of texts. A broken edition of the rules stops the start.
func (a *App) caseAids() (desk.CaseAids, error) {
	rules, err := formal.Load()
	if err != nil {
		return desk.CaseAids{}, err
	}
	a.office.SetWording(wording{})
	return desk.CaseAids{
		Speaks:   speaksOf,
		Absences: a.absenceBook(),
		Lint: func(c *casework.Case, lang string) ([]desk.LetterSign, bool) {
			v := rules.Check(formal.Letter{Appeal: c.Content.Text, Address: c.Subject.Address, Text: c.Draft.Letter()})
			var out []desk.LetterSign
			for _, s := range v.Signs {
				text := s.RU
				if lang == "en" {
					text = s.EN
				}
				out = append(out, desk.LetterSign{Title: text.Title, Why: text.Why})
			}
			return out, v.Formal
		},
	}, nil
}

// speaksOf reports whether a letter has any word of a subject's name.
func speaksOf(letter, subject string) bool {
	said := map[string]bool{}
	for _, t := range words.Terms(letter) {
		said[t] = true
	}
	for _, t := range words.Terms(subject) {
		if said[t] {
			return true
		}
	}
	return false
}
