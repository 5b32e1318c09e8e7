package notifications_test

import (
	"context"
	"maps"
	"regexp"
	"testing"

	"priemnaya/casework"
	"priemnaya/templates"
)

// onlyOnScreens are words that say nothing to the reader of a printed letter.
var onlyOnScreens = regexp.MustCompile(`(?i)кабинет|на этот адрес|почту\.|ссылк|нажм|on the page|your account|their accounts|this address|your mail\b|click|the link`)

// TestALetterOnPaperSendsNobodyToAnAccount words every kind of notice in every
// regime that may come on paper, in both languages: 248-FZ is electronic only.
func TestALetterOnPaperSendsNobodyToAnAccount(t *testing.T) {
	d := newDesk(t, nil, nil)
	for kind, regimes := range embeddedKinds(t) {
		for _, regime := range regimes {
			if regime == casework.RegimeControl {
				continue
			}
			for _, lang := range templates.Languages {
				c := casework.Case{ID: "CASE", Receipt: "П-QS52-9T2H-DRJP", Number: "ОГ-2026-000123", Procedure: casework.Procedure{Regime: regime},
					Origin: casework.Origin{Lang: lang}, Parties: casework.Parties{Applicants: []casework.Applicant{{Name: casework.PersonName{Surname: "Соколова", Given: "Мария"}}}},
					Answers: []casework.Answer{{ID: "a1", Number: "7", Text: "Решение отменено.", SentAt: d.Clock.Now()}}}
				data := map[string]string{"Receipt": c.Receipt, "Number": c.Number, "Body": "Комитет", "BodyPhone": "+7 800 000-00-01", "Due": "2026-04-30", "Signers": "5"}
				maps.Copy(data, said[kind])
				for _, medium := range []casework.Medium{casework.MediumPaper, casework.MediumEmail} {
					m, err := d.dispatcher.Compose(context.Background(), c, casework.Notice{Key: "1", Kind: kind, Medium: medium, Data: data, QueuedAt: d.Clock.Now()})
					if err != nil {
						t.Fatal(err)
					}
					found := onlyOnScreens.FindString(m.Text)
					if medium == casework.MediumPaper && found != "" {
						t.Errorf("%s %s %s says %q\n%s", kind, regime, lang, found, m.Text)
					}
					if medium == casework.MediumEmail && found == "" {
						t.Errorf("%s %s %s: an e-mail must lead to the account, or this test sees nothing", kind, regime, lang)
					}
				}
			}
		}
	}
}
