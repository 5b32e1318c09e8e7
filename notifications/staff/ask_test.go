package staff_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/notifications/staff"
)

func TestWhoMustActOnADraftGetsALetterThatTellsNothingOfIt(t *testing.T) {
	for kind, x := range map[casework.NoticeKind]struct {
		asked, ru, en string
		ready         func(*casework.Case)
	}{
		casework.NoticeVisa: {"roads|repair|staff:lawyer|officer", "Ждут вашего согласования", "Your agreement is asked",
			func(c *casework.Case) { c.Draft.Visas = []casework.Visa{{By: "staff:lawyer", Step: 1}} }},
		casework.NoticeReturned: {"roads|repair|staff:petrova|officer", "Проект вернули с замечаниями", "A draft came back with remarks",
			func(c *casework.Case) {
				c.Draft.Remarks, c.Stage = "Замечание с именем Соколова", casework.StageInWork
			}},
		casework.NoticeToSign: {"roads|repair|staff:petrova|head", "Проект ждёт подписи", "A draft waits for a signature",
			func(c *casework.Case) { c.Stage = casework.StageOnSigning }},
	} {
		for lang, want := range map[string]string{"ru": x.ru, "en": x.en} {
			r := newRoom(t, lang)
			c, n := overdue(casework.RoleOfficer)
			n.Kind, n.Key, n.To = kind, "key", strings.Split(x.asked, "|")[2]
			if kind == casework.NoticeToSign {
				n.Staff, n.To = casework.RoleHead, ""
			}
			c.Draft = &casework.Draft{Text: "Тайный текст проекта", Author: "staff:petrova"}
			if evidence, err := r.carrier.Carry(context.Background(), c, n); err != nil || evidence != staff.ClosedEvidence {
				t.Errorf("%s, done meanwhile: %q, %v", kind, evidence, err)
			}
			x.ready(&c)
			if _, err := r.carrier.Carry(context.Background(), c, n); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(r.asked, []string{x.asked}) || len(r.sent) == 0 {
				t.Fatalf("%s: asked %v, %d letters", kind, r.asked, len(r.sent))
			}
			for _, body := range []string{r.sent[0].Subject, r.sent[0].Text, r.sent[0].HTML} {
				if !strings.Contains(body, want) || !strings.Contains(body, "ОГ-2026-000123") {
					t.Errorf("%s %s: the letter does not say what to do with which case:\n%s", kind, lang, body)
				}
				for _, secret := range []string{"Соколова", "асфальт", "Тайный", "Замечание", "Садовая"} {
					if strings.Contains(body, secret) {
						t.Errorf("%s %s: the letter tells %q", kind, lang, secret)
					}
				}
			}
		}
	}
}
