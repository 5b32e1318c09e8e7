package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"priemnaya/casework"
)

// applicantPages are those of the citizen during the work and after the answer.
func (s *deskStage) applicantPages() []shownPage {
	at := func(name, more string) string { return "/case/" + s.id[name] + more }
	invitation, err := s.a.office.Invitation(s.t.Context(), casework.Citizen(func() casework.Applicant { c := s.load("full"); return c.Applicant() }()), s.id["full"])
	must(s.t, err)
	return []shownPage{{"c-case", at("answered", "")}, {"c-rate", at("answered", "/rate")}, {"c-reopen", at("answered", "/reopen")}, {"c-disagree", "/disagree"}, {"c-rated", at("rated", "")},
		{"c-reopened", at("reopened", "")}, {"c-reviewed", at("reviewed", "")}, {"c-readers", at("answered", "/readers")}, {"c-asked", at("asked", "")}, {"c-clarify", at("asked", "/clarify")},
		{"c-plain", at("plain", "")}, {"c-withdraw", at("plain", "/withdraw")}, {"c-term", at("plain", "/term/t1")}, {"c-messengers", "/messengers"}, {"c-mine", "/my"},
		{"c-join", "/join/" + s.id["full"] + "/" + invitation}}
}

// strangerPages are what anybody sees without signing in.
var strangerPages = []shownPage{{"p-home", "/"}, {"p-calculator", "/calculator"}, {"p-calculated", "/calculator?regime=59-FZ&from=2026-11-20"}, {"p-protected", "/protected"},
	{"p-procedure", "/procedure"}, {"p-samples", "/samples"}, {"p-news", "/news"}, {"p-help", "/help"}, {"p-privacy", "/privacy"}, {"p-accessibility", "/accessibility"},
	{"p-track", "/track"}, {"p-login", "/login"}, {"p-staff-login", "/staff/login"}, {"p-statistics", "/statistics"}, {"p-reception", "/reception"}, {"p-missing", "/no-such-page"}}

// walkTheAnswer asks for a mark without giving one, and makes the prefilled
// complaint about the answer.
func (b *browserTab) walkTheAnswer(source string, s *deskStage) {
	b.t.Helper()
	b.open("/case/" + s.id["answered"] + "/rate")
	b.press(button("/rate"))
	b.inspectOpen(source, shownPage{"c-rate-mistaken", ""})
	b.open("/case/" + s.id["answered"] + "/reopen")
	b.press(button("/reopen"))
	b.inspectOpen(source, shownPage{"c-reopen-mistaken", ""})
	b.open("/case/" + s.id["answered"])
	b.press(button("/complain"))
	b.inspectOpen(source, shownPage{"c-complaint", ""})
}

// checkLetters gives the page of signatures nothing, a wrong pair, an altered
// letter and the right pair, and follows a case by its number.
func (b *browserTab) checkLetters(source string, s *deskStage) {
	b.t.Helper()
	c := s.load("answered")
	pdf, sig := bytesOf(b.t, s.a, c.Answers[0].Paper.Letter), bytesOf(b.t, s.a, c.Answers[0].Paper.Detached)
	dir := b.t.(*testing.T).TempDir()
	keep := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		must(b.t, os.WriteFile(path, content, 0o600))
		return path
	}
	altered := append([]byte(nil), pdf...)
	altered[len(altered)/2] ^= 1
	letter, signature := keep("Ответ.pdf", pdf), keep("Ответ.pdf.sig", sig)
	for _, x := range []struct{ name, file, sig, want string }{
		{"v-nothing", "", "", "Приложите письмо"}, {"v-wrong", letter, keep("нет.sig", []byte("не подпись")), "не подходит"},
		{"v-altered", keep("Иное.pdf", altered), signature, "не подходит"}, {"v-right", letter, signature, "Сертификат наш"},
	} {
		b.open("/verify")
		if x.file != "" {
			b.do(chromedp.SetUploadFiles(chromedp.CSS(`input[name=file]`), []string{x.file}), chromedp.SetUploadFiles(chromedp.CSS(`input[name=signature]`), []string{x.sig}))
		}
		// With files the page is sent by a script, which shows how far it is.
		b.do(chromedp.Click(chromedp.CSS(button("/verify"))))
		eventually(b.t, x.name, func() bool { return strings.Contains(b.text(), x.want) })
		b.inspectOpen(source, shownPage{x.name, ""})
	}
	b.open("/track")
	b.fill("number", c.Number)
	b.fill("code", "нет такого кода")
	b.press(button("/track"))
	b.inspectOpen(source, shownPage{"p-track-mistaken", ""})
}
