package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// startDoor serves the demonstration's agency and returns a configuration by
// which a browser reaches it and nothing else, and its flags.
func startDoor(t *testing.T) (Config, *protectedFlags) {
	t.Helper()
	f := &protectedFlags{agency: demoAgency, data: t.TempDir(), listen: freeAddr(t)}
	must(t, makeDemoAgency(f.folder()))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.serve(ctx, io.Discard) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the door opens", func() bool {
		res, err := http.Get("http://" + f.listen + "/")
		if err != nil {
			return false
		}
		return res.Body.Close() == nil
	})
	return Config{Listen: f.listen, BaseURL: "http://" + f.listen}, f
}

// officerAnswers reads all reports with the demonstration's key and answers each.
func officerAnswers(t testing.TB, f *protectedFlags, answer string) (texts []string, files int) {
	t.Helper()
	a, err := f.read()
	must(t, err)
	s, err := f.open(t.Context(), a)
	must(t, err)
	defer s.Close()
	raw, err := os.ReadFile(filepath.Join(f.folder(), demoKeys, demoOfficerKey))
	must(t, err)
	officer, err := seal.UnlockFromBrowser(raw, []byte(demoOfficerPassword))
	must(t, err)
	all, err := s.List(t.Context())
	must(t, err)
	for _, r := range all {
		_, messages, err := s.Report(t.Context(), r.ID)
		must(t, err)
		place := seal.Place{Agency: f.agency, Report: r.ID, Kind: seal.KindReport}
		opened, err := seal.Open(place, messages[0].Sealed, officer)
		must(t, err)
		letter, err := seal.DecodeLetter(opened.Body)
		must(t, err)
		texts, files = append(texts, letter.Text), files+len(messages[0].Files)
		body, err := seal.Letter{Text: answer}.Encode()
		must(t, err)
		place.Kind, place.Number = seal.KindOfficer, store.Next(messages, seal.KindOfficer)
		sealed, err := seal.Seal(place, body, officer, []seal.Public{officer.Public(), *letter.Reply})
		must(t, err)
		must(t, s.Append(t.Context(), r.ID, store.Message{Kind: place.Kind, Number: place.Number, Once: seal.NewReport(), Sealed: sealed}))
	}
	return texts, files
}

// doorTab is a person at the door, with every step looked at.
type doorTab struct {
	*browserTab
	name, axe string
	scripts   bool
}

// look checks the page by axe and writes pictures of it.
func (d *doorTab) look(step string) {
	d.t.Helper()
	for _, l := range looks {
		d.wear(l)
		if d.axe != "" {
			for _, v := range d.runAxe(d.axe) {
				d.t.Errorf("%s %s at %s: %s", d.name, step, l, v)
			}
		}
		d.shoot("protected-" + d.name + "-" + step + "-" + l.String())
	}
}

// part is the selector of what a step shows: a page of its own, or a section.
func (d *doorTab) part(step string) string {
	if d.scripts {
		return fmt.Sprintf(`[data-step="%s"]`, step)
	}
	return "main"
}

// go on presses a button and waits for what follows.
func (d *doorTab) goOn(selector, next string) {
	d.t.Helper()
	if !d.scripts {
		d.press(selector)
		return
	}
	d.do(chromedp.Click(chromedp.CSS(selector)), chromedp.WaitVisible(chromedp.CSS(d.part(next))))
}

func (d *doorTab) words() []string {
	d.t.Helper()
	text, err := chromedp.Run(d.ctx, chromedp.Text(chromedp.CSS(".seven")))
	must(d.t, err)
	list := strings.Fields(text)
	if len(list) != 7 {
		d.t.Fatalf("the words are %q", text)
	}
	return list
}

// confirm types the words that are asked for by their numbers.
func (d *doorTab) confirm(words []string) {
	d.t.Helper()
	for i := range 3 {
		selector := fmt.Sprintf(`%s form .field:nth-of-type(%d)`, d.part("confirm"), i+1)
		label, err := chromedp.Run(d.ctx, chromedp.Text(chromedp.CSS(selector+" label")))
		must(d.t, err)
		number := 0
		_, err = fmt.Sscanf(strings.TrimSpace(label), "Слово %d", &number)
		must(d.t, err)
		d.do(chromedp.SendKeys(chromedp.CSS(selector+" input"), words[number-1]))
	}
}

func (d *doorTab) journey(f *protectedFlags) {
	d.open("/")
	d.look("home")
	d.press(`main a[href="/new"]`)
	d.look("new")
	d.goOn(`form[action="/words"] button`, "words")
	d.look("words")
	words := d.words()
	d.goOn(d.part("words")+` .button`, "confirm")
	d.look("confirm")
	d.confirm(words)
	d.goOn(d.part("confirm")+` form .button`, "write")
	d.look("write")
	note := filepath.Join(d.t.TempDir(), "Петров.txt")
	must(d.t, os.WriteFile(note, []byte("список"), 0o600))
	d.do(chromedp.SendKeys(chromedp.CSS(d.part("write")+` textarea`), "Начальник отдела берёт деньги."),
		chromedp.SetUploadFiles(chromedp.CSS(d.part("write")+` input[type=file]`), []string{note}))
	d.goOn(d.part("write")+` form .button`, "sent")
	d.look("sent")
	d.wants("Сообщение принято")

	texts, files := officerAnswers(d.t, f, "Когда это было?")
	if len(texts) != 1 || texts[0] != "Начальник отдела берёт деньги." || files != 1 {
		d.t.Fatalf("the officer reads %q with %d files", texts, files)
	}
	d.open("/return")
	d.look("return")
	d.do(chromedp.SendKeys(chromedp.CSS(`input[name=words]`), strings.Join(words, " ")))
	d.goOn(`form#return button`, "box")
	d.wants("Когда это было?")
	d.wants("Начальник отдела берёт деньги.")
	d.look("box")
	d.do(chromedp.SendKeys(chromedp.CSS(d.part("box")+` textarea`), "В марте."))
	if d.scripts {
		d.do(chromedp.Click(chromedp.CSS(`form.answer .button`)), chromedp.WaitVisible(chromedp.CSS(`.dialogue > li:nth-child(3)`)))
	} else {
		d.press(`form[action="/box"] .button`)
	}
	d.wants("В марте.")
	d.erase()
}

func (d *doorTab) erase() {
	if d.scripts {
		d.goOn(`form.to-erase .button`, "erase")
	} else {
		d.press(`a[href="/erase"]`)
	}
	d.look("erase")
	d.goOn(d.part("erase")+` form .button`, "erased")
	d.wants("Переписка стёрта")
	d.look("erased")
}

// TestTheDoorIsWalkedThroughInABrowser goes the whole way with scripts off, as
// Tor Browser at its safest, and on. The tab fails on a request to any other
// host and on a violation of the policy.
func TestTheDoorIsWalkedThroughInABrowser(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	for name, scripts := range map[string]bool{"plain": false, "script": true} {
		t.Run(name, func(t *testing.T) {
			cfg, f := startDoor(t)
			d := &doorTab{browserTab: openTab(t, browser, cfg, scripts), name: name, scripts: scripts}
			if scripts { // axe is a script itself; both ways show the same parts
				d.axe = source
			}
			d.journey(f)
			a, err := f.read()
			must(t, err)
			s, err := f.open(t.Context(), a)
			must(t, err)
			defer s.Close()
			if left, err := s.List(t.Context()); err != nil || len(left) != 0 {
				t.Errorf("%d reports are left, %v", len(left), err)
			}
		})
	}
}
