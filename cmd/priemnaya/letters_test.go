package main

import (
	"bytes"
	"io"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
)

// counted are the actions of one person: a link or button pressed, a field set.
type counted struct {
	*visitor.Visitor
	t *testing.T
	n int
}

func (c *counted) open(path string) { c.t.Helper(); c.n++; must(c.t, c.Open(path)) }

func (c *counted) submit(action string, fields visitor.Fields) {
	c.t.Helper()
	c.n += len(fields)
	must(c.t, c.Submit(action, fields))
}

func TestALetterIsWrittenFromATemplateSignedAndCheckedByAnybody(t *testing.T) {
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	id, head := a.caseOnDesk(t, cfg), staffSignIn(t, cfg, "dorogi-head", demo.Password)

	// The officer: the case, the editor, a template, insert, save and submit.
	officer := &counted{Visitor: staffSignIn(t, cfg, "dorogi", demo.Password), t: t}
	officer.open("/desk/case/" + id)
	officer.open("/desk/case/" + id + "/draft")
	officer.submit("/draft", visitor.Fields{"template": "*/measures", "do": "insert"})
	officer.submit("/draft", visitor.Fields{"do": "submit"})
	must(t, head.Open("/desk/case/"+id+"/sign"))
	must(t, head.Submit("/sign", nil))
	officer.open("/desk/case/" + id + "/answer")
	officer.submit("/answer", visitor.Fields{})
	officer.n++ // the button of the last page
	c, err := a.storage.Get(t.Context(), id)
	must(t, err)
	if c.Stage != casework.StageAnswered || officer.n > 10 {
		t.Fatalf("at %s after %d actions\n%s", c.Stage, officer.n, officer.Page.Text())
	}
	t.Logf("%d actions of the officer", officer.n)
	must(t, casework.VerifyJournal(&c))

	pdf, signature := bytesOf(t, a, c.Answers[0].Paper.Letter), bytesOf(t, a, c.Answers[0].Paper.Detached)
	checkPrinted(t, pdf, c)
	citizen := signIn(t, cfg, journeyPerson)
	must(t, citizen.Open("/case/"+id))
	if !citizen.Page.Says(".pdf.sig") || citizen.Page.Says("**") {
		t.Errorf("the citizen's page\n%s", citizen.Page.Text())
	}
	checkVerifyPage(t, cfg, pdf, signature)
}

func bytesOf(t testing.TB, a *App, f casework.File) []byte {
	t.Helper()
	r, err := a.files.Open(t.Context(), f)
	must(t, err)
	defer r.Close()
	data, err := io.ReadAll(r)
	must(t, err)
	return data
}

// checkPrinted reads the number and the stamp out of the PDF.
func checkPrinted(t *testing.T, pdf []byte, c casework.Case) {
	t.Helper()
	sayLetter(t, pdf, c.Answers[0].Number, c.Number, "ЭЛЕКТРОННОЙ ПОДПИСЬЮ", "без юридической силы", "Сделано следующее", "Вербицкая")
}

// checkVerifyPage gives the page what anybody may bring to it.
func checkVerifyPage(t *testing.T, cfg Config, pdf, signature []byte) {
	t.Helper()
	changed := bytes.Clone(pdf)
	changed[len(changed)/2] ^= 1
	for name, x := range map[string]struct {
		file, sig []byte
		want      string
	}{
		"whole":     {pdf, signature, "Сертификат наш"},
		"changed":   {changed, signature, "не подходит"},
		"cut":       {pdf, signature[:len(signature)/2], "не подходит"},
		"nonsense":  {pdf, []byte("не подпись"), "не подходит"},
		"too large": {pdf, bytes.Repeat([]byte{0x30}, 300<<10), "подписи такими не бывают"},
		"no file":   {nil, signature, "Приложите письмо"},
	} {
		stranger := visitor.New(nil)
		must(t, stranger.Open(cfg.BaseURL+"/verify"))
		files := []visitor.File{{Field: "signature", Name: "Ответ.pdf.sig", Content: x.sig}}
		if x.file != nil {
			files = append(files, visitor.File{Field: "file", Name: "Ответ.pdf", Content: x.file})
		}
		_ = stranger.Submit("/verify", nil, files...)
		if !stranger.Page.Says(x.want) {
			t.Errorf("%s: the page does not say %q\n%s", name, x.want, stranger.Page.Text())
		}
		if name == "whole" && !stranger.Page.Says("ключ для разработки") {
			t.Error("the page does not warn of the development key")
		}
	}
}
