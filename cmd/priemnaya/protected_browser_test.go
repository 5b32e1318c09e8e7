package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// startDoor serves the demonstration's agency and returns a configuration by
// which a browser reaches it and nothing else, and its flags.
func startDoor(t *testing.T, change ...func(*protectedAgency)) (Config, *protectedFlags) {
	t.Helper()
	f := &protectedFlags{agency: demoAgency, data: t.TempDir(), listen: freeAddr(t)}
	must(t, makeDemoAgency(f.folder()))
	for _, c := range change {
		a, err := f.read()
		must(t, err)
		c(&a)
		raw, err := json.Marshal(a)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(f.folder(), agencyFile), raw, 0o600))
	}
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
	note, sheet := filepath.Join(d.t.TempDir(), "Петров.txt"), filepath.Join(d.t.TempDir(), "Иванов.pdf")
	must(d.t, os.WriteFile(note, []byte("спи\u200bсок"), 0o600))
	must(d.t, os.WriteFile(sheet, plainPDF("Ivanov-canary"), 0o600))
	d.do(chromedp.SendKeys(chromedp.CSS(d.part("write")+` textarea`), "Начальник отдела берёт деньги."),
		chromedp.SetUploadFiles(chromedp.CSS(d.part("write")+` input[type=file]`), []string{note, sheet}))
	d.goOn(d.part("write")+` form .button`, "sent")
	d.look("sent")
	d.wants("Сообщение принято")
	d.wants("Файл 1: невидимые знаки")
	d.wants("свойства документа")

	texts, files := officerAnswers(d.t, f, "Когда это было?")
	if len(texts) != 1 || texts[0] != "Начальник отдела берёт деньги." || files != 2 {
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
	for step, path := range map[string]string{"check": "/check", "fault": "/box", "check-en": "/en/check"} {
		d.open(path)
		d.look(step)
	}
	d.mu.Lock() // the page of an error has a status that a browser logs
	d.troubles = slices.DeleteFunc(d.troubles, func(s string) bool { return strings.Contains(s, "status of 403") })
	d.mu.Unlock()
	d.open("/return")
	d.do(chromedp.SendKeys(chromedp.CSS(`input[name=words]`), strings.Join(words, " ")))
	d.goOn(`form#return button`, "none")
	d.wants("Переписки с такими словами нет")
	d.look("none")
}

// plainPDF is a document of one empty page whose properties name its author.
func plainPDF(author string) []byte {
	out, at := []byte("%PDF-1.4\n"), []int{}
	for i, body := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>", "<</Author(" + author + ")>>"} {
		at = append(at, len(out))
		out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	start := len(out)
	out = append(out, "xref\n0 5\n0000000000 65535 f \n"...)
	for _, n := range at {
		out = fmt.Appendf(out, "%010d 00000 n \n", n)
	}
	return fmt.Appendf(out, "trailer\n<</Size 5/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n", start)
}

// TestAPageWhoseKeysAreNotTheLogsSendsNothing stands between browser and door as
// a server would that slips a key of its own in, or takes the log away midway.
func TestAPageWhoseKeysAreNotTheLogsSendsNothing(t *testing.T) {
	browser := startBrowser(t)
	cfg, f := startDoor(t)
	door, err := url.Parse(cfg.BaseURL)
	must(t, err)
	stranger := seal.NewIdentity().Public()
	var asked atomic.Int32
	for name, spoil := range map[string]func(keys map[string]any){
		"another recipient": func(k map[string]any) { k["recipients"] = append(k["recipients"].([]any), stranger) },
		"another officer":   func(k map[string]any) { k["officers"] = append(k["officers"].([]any), stranger) },
		"log taken away": func(k map[string]any) {
			if asked.Add(1) > 1 {
				delete(k, "log")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := httputil.NewSingleHostReverseProxy(door)
			proxy.ModifyResponse = func(r *http.Response) error {
				if r.Request.URL.Path != "/api/keys" {
					return nil
				}
				keys := map[string]any{}
				if err := json.NewDecoder(r.Body).Decode(&keys); err != nil {
					return err
				}
				spoil(keys)
				raw, err := json.Marshal(keys)
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
				r.Header.Set("Content-Length", fmt.Sprint(len(raw)))
				return err
			}
			liar := httptest.NewServer(proxy)
			defer liar.Close()
			d := &doorTab{browserTab: openTab(t, browser, Config{BaseURL: liar.URL, Listen: liar.Listener.Addr().String()}, true), name: "liar", scripts: true}
			d.open("/new")
			d.goOn(`form[action="/words"] button`, "words")
			words := d.words()
			d.goOn(d.part("words")+` .button`, "confirm")
			d.confirm(words)
			d.do(chromedp.Click(chromedp.CSS(d.part("confirm") + ` form .button`)))
			if name == "log taken away" {
				d.do(chromedp.WaitVisible(chromedp.CSS(d.part("write")+` textarea`)), chromedp.SendKeys(chromedp.CSS(d.part("write")+` textarea`), "рассказ"),
					chromedp.Click(chromedp.CSS(d.part("write")+` form .button`)), chromedp.WaitVisible(chromedp.CSS(d.part("write")+` [data-problem="keys"]`)))
			} else {
				d.do(chromedp.WaitVisible(chromedp.CSS(d.part("confirm") + ` [data-problem="keys"]`)))
			}
			d.wants("не сходятся с журналом ключей")
			a, err := f.read()
			must(t, err)
			s, err := f.open(t.Context(), a)
			must(t, err)
			defer s.Close()
			if all, err := s.List(t.Context()); err != nil || len(all) != 0 {
				t.Errorf("%d reports were sent, %v", len(all), err)
			}
		})
	}
}

// TestTheQueueIsShownInABrowser looks at the page on which one waits.
func TestTheQueueIsShownInABrowser(t *testing.T) {
	browser := startBrowser(t)
	cfg, _ := startDoor(t, func(a *protectedAgency) { a.Rate = 0.05 })
	d := &doorTab{browserTab: openTab(t, browser, cfg, true), name: "queue", axe: axeSource(t), scripts: true}
	d.open("/new")
	d.wants("Подождите немного")
	d.look("wait")
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
