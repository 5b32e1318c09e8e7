package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
)

// The person of the emulator who walks the journey: confirmed, with an e-mail.
const journeyPerson = "1000000001"

// fileByHand files an appeal step by step as a citizen without scripts does
// and returns the number and the access code from the last page.
func fileByHand(t testing.TB, v *visitor.Visitor, base, text string, files ...visitor.File) (number, code string) {
	t.Helper()
	must(t, v.Open(base+"/file"))
	must(t, v.Submit("/file/new", nil))
	must(t, v.Submit("/about", visitor.Fields{"topic": "0003.0009.0099.0742", "territory": "99701",
		"address": "улица Садовая, 12", "do": "next"}))
	must(t, v.Submit("/to", visitor.Fields{"addressee": "city-roads", "do": "next"}))
	must(t, v.Submit("/text", visitor.Fields{"text": text, "do": "next"}, files...))
	must(t, v.Submit("/contact", visitor.Fields{"do": "next"}))
	if !strings.HasSuffix(v.Path(), "/check") {
		t.Fatalf("the steps end at %s\n%s", v.Path(), v.Page.Text())
	}
	// Nobody files in the open without having been told so (promise A2).
	if !v.Page.Says("под своим именем") || v.Page.Link("/protected") == "" {
		t.Fatalf("the last page before filing does not say that the appeal is open\n%s", v.Page.Text())
	}
	must(t, v.Submit("/submit", nil))
	if !strings.HasPrefix(v.Path(), "/file/done/") {
		t.Fatalf("filing ends at %s\n%s", v.Path(), v.Page.Text())
	}
	keys := v.Page.Values("num")
	if len(keys) < 2 {
		t.Fatalf("no number and code on the last page\n%s", v.Page.Text())
	}
	return keys[0], keys[1]
}

func TestAnAppealGoesFromCitizenToAnswerWithoutScripts(t *testing.T) {
	cfg := testConfig(t)
	a := startApp(t, cfg, 12, time.Now)
	citizen := signIn(t, cfg, journeyPerson)
	text := "На улице Садовой у дома 12 провалился асфальт & люк <открыт>. Прошу починить."
	number, code := fileByHand(t, citizen, cfg.BaseURL, text,
		visitor.File{Field: "files", Name: "яма.txt", Content: []byte("Промеры ямы: 40 на 60 см.\n")})
	id := strings.TrimPrefix(citizen.Path(), "/file/done/")
	ctx := context.Background()
	eventually(t, "the job routes the case", func() bool {
		c, err := a.storage.Get(ctx, id)
		return err == nil && c.Stage == casework.StageRouted
	})

	registrar := staffSignIn(t, cfg, "dorogi-reg", demo.Password)
	must(t, registrar.Open("/desk/case/"+id))
	must(t, registrar.Submit("/register", visitor.Fields{"kind": "statement"}))
	head := staffSignIn(t, cfg, "dorogi-head", demo.Password)
	must(t, head.Open("/desk/case/"+id))
	must(t, head.Submit("/assign", visitor.Fields{"officer": "staff:dorogi"}))
	officer := staffSignIn(t, cfg, "dorogi", demo.Password)
	must(t, officer.Open("/desk/case/"+id+"/draft"))
	answer := "Здравствуйте!\n\nПровал засыпан, люк закреплён, асфальт восстановят до конца месяца."
	must(t, officer.Submit("/draft", visitor.Fields{"text": answer, "outcome": "measures", "do": "submit"},
		visitor.File{Field: "files", Name: "акт.txt", Content: []byte("Акт осмотра\n")}))
	must(t, head.Open("/desk/case/"+id+"/sign"))
	must(t, head.Submit("/sign", nil))
	must(t, officer.Open("/desk/case/"+id+"/answer"))
	must(t, officer.Submit("/answer", nil))

	c, err := a.storage.Get(ctx, id)
	must(t, err)
	if c.Stage != casework.StageAnswered {
		t.Fatalf("the case is at %s\n%s", c.Stage, officer.Page.Text())
	}
	must(t, casework.VerifyJournal(&c))
	must(t, citizen.Open("/case/"+id))
	for _, want := range []string{"люк закреплён", "<открыт>", c.Number} {
		if !citizen.Page.Says(want) {
			t.Errorf("the citizen's page does not say %q\n%s", want, citizen.Page.Text())
		}
	}
	checkLetters(t, a, "verbitskaya@post.example", c.Number)

	stranger := visitor.New(nil)
	must(t, stranger.Open(cfg.BaseURL+"/track"))
	must(t, stranger.Submit("/track", visitor.Fields{"number": number, "code": code}))
	if !stranger.Page.Says("люк закреплён") || stranger.Page.Says("Вербицкая") {
		t.Errorf("tracking by code shows\n%s", stranger.Page.Text())
	}
	must(t, stranger.Open(cfg.BaseURL+"/case/"+id))
	if stranger.Page.Says("люк закреплён") {
		t.Error("a stranger reads the case without signing in")
	}
}

// checkLetters waits for the five letters of the way and reads the last.
func checkLetters(t testing.TB, a *App, to, number string) {
	t.Helper()
	ctx := context.Background()
	eventually(t, "five letters arrive", func() bool {
		letters, _, err := a.sink.Letters(ctx, to, casework.Window{Limit: 50})
		return err == nil && len(letters) >= 5
	})
	letters, _, err := a.sink.Letters(ctx, to, casework.Window{Limit: 50})
	must(t, err)
	subjects := ""
	for _, l := range letters {
		subjects += l.Subject + "\n"
		if l.Repeats != 0 {
			t.Errorf("%q came %d times more", l.Subject, l.Repeats)
		}
	}
	if len(letters) != 5 || !strings.Contains(subjects, number) {
		t.Errorf("%d letters:\n%s", len(letters), subjects)
	}
}

func TestARestartKeepsEverything(t *testing.T) {
	cfg := testConfig(t)
	k, err := readKeys(env(nil), cfg.Data)
	must(t, err)
	ctx := context.Background()
	number, code := "", ""
	for run := range 2 {
		a, err := newApp(ctx, cfg, k, newLogger(), time.Now)
		must(t, err)
		must(t, a.installDemo(ctx, 6))
		must(t, a.Start(ctx))
		if run == 0 {
			v := signIn(t, cfg, journeyPerson)
			number, code = fileByHand(t, v, cfg.BaseURL, "После перезапуска это обращение должно остаться.")
		} else {
			v := visitor.New(nil)
			must(t, v.Open(cfg.BaseURL+"/track"))
			must(t, v.Submit("/track", visitor.Fields{"number": number, "code": code}))
			if !v.Page.Says(number) {
				t.Errorf("after a restart:\n%s", v.Page.Text())
			}
			counts, err := a.storage.Counts(ctx, nil)
			must(t, err)
			n := 0
			for _, c := range counts {
				n += c.N
			}
			if n != 7 {
				t.Errorf("%d cases after a restart, want 7", n)
			}
		}
		must(t, a.Close(ctx))
	}
}
