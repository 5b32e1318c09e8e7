package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
)

// appealCard is the choice of an appeal under 59-FZ.
const appealCard = `input[name=regime][value="59-FZ"]`

// fileInBrowser goes through the steps with the mouse up to the last page
// before submitting.
func (b *browserTab) fileInBrowser(text string) {
	b.t.Helper()
	b.open("/file")
	b.do(chromedp.Click(chromedp.CSS(appealCard + " ~ label")))
	b.press(`form[action="/file/new"] button[value=next]`)
	b.do(chromedp.Click(chromedp.CSS(`label[for^="f-topic"]`)),
		chromedp.SetValue(chromedp.CSS(`select[name=territory]`), "99701"))
	b.fill("address", "улица Садовая, 12")
	b.press(`button[value=next]`)
	b.fill("q", "дорог")
	b.press(`button[value=search]`)
	b.do(chromedp.Click(chromedp.CSS(`input[name=addressee][value="city-roads"] ~ label`)))
	b.press(`button[value=next]`)
	b.fill("text", text)
	b.press(`button[value=next]`)
	b.press(`button[value=next]`)
	if !strings.HasSuffix(b.path(), "/check") {
		b.t.Fatalf("the steps end at %s\n%s", b.location(), b.text())
	}
}

// awaitRouting waits until the case is at the body of the demonstration's staff.
func awaitRouting(t *testing.T, a *App, id string) {
	t.Helper()
	eventually(t, "the job routes the case", func() bool {
		c, err := a.storage.Get(context.Background(), id)
		return err == nil && c.Stage == casework.StageRouted && c.Place.Body == "city-roads"
	})
}

func TestAnAppealGoesFromCitizenToAnswerInABrowser(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 12, time.Now)
	for _, scripts := range []bool{true, false} {
		name := map[bool]string{true: "with scripts", false: "without scripts"}[scripts]
		t.Run(name, func(t *testing.T) {
			citizen := openTab(t, browser, cfg, scripts)
			citizen.signInCitizen(journeyPerson)
			citizen.fileInBrowser("На улице Садовой " + name + " провалился асфальт и открыт люк. Прошу починить.")
			citizen.press(button("/submit"))
			id, ok := strings.CutPrefix(citizen.path(), "/file/done/")
			if !ok {
				t.Fatalf("filing ends at %s\n%s", citizen.location(), citizen.text())
			}
			awaitRouting(t, a, id)
			answerInBrowser(t, browser, cfg, id, scripts)
			citizen.open("/case/" + id)
			citizen.wants("Провал засыпан, люк закреплён")
			eventually(t, "the letters arrive", func() bool {
				letters, _, err := a.sink.Letters(t.Context(), "verbitskaya@post.example", casework.Window{Limit: 50})
				return err == nil && len(letters)%5 == 0 && len(letters) > 0
			})
			citizen.open("/dev/letters")
			citizen.press(`main a[href*="/dev/letters/"]`)
			citizen.wants("Провал засыпан")
		})
	}
}

// answerInBrowser lets the staff of the body answer, each in a window of his own.
func answerInBrowser(t *testing.T, browser context.Context, cfg Config, id string, scripts bool) {
	t.Helper()
	at := "/desk/case/" + id
	reg := openTab(t, browser, cfg, scripts)
	reg.signInStaff("dorogi-reg", demo.Password)
	reg.open(at)
	reg.do(chromedp.SetValue(chromedp.CSS(`select[name=kind]`), "statement"))
	reg.press(`form[action$="/register"] button[data-register]`)
	head := openTab(t, browser, cfg, scripts)
	head.signInStaff("dorogi-head", demo.Password)
	head.open(at)
	head.do(chromedp.SetValue(chromedp.CSS(`select[name=officer]`), "staff:dorogi"))
	head.press(button("/assign"))
	officer := openTab(t, browser, cfg, scripts)
	officer.signInStaff("dorogi", demo.Password)
	officer.open(at + "/draft")
	officer.fill("text", "Здравствуйте! Провал засыпан, люк закреплён.")
	officer.do(chromedp.Click(chromedp.CSS(`input[name=outcome][value=measures] ~ label`)))
	officer.press(`form[action$="/draft"] button[value=submit]`)
	head.open(at + "/sign")
	head.press(button("/sign"))
	officer.open(at + "/answer")
	officer.press(button("/answer"))
}

func TestADoubleClickAndTheBackButtonMakeOneCase(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	b := openTab(t, browser, cfg, true)
	b.signInCitizen(journeyPerson)
	b.fileInBrowser("Двойное нажатие не должно создать второго обращения.")
	press := fmt.Sprintf("document.querySelector(%q).click();", button("/submit"))
	b.do(chromedp.Evaluate[chromedp.Void](press + press))
	eventually(t, "the receipt is shown", func() bool { return strings.HasPrefix(b.path(), "/file/done/") })
	done := b.path()
	// The browser may show the page before from its memory, without loading
	// it, so what follows does not wait for a load.
	b.do(chromedp.Evaluate[chromedp.Void]("history.back()"))
	eventually(t, "the button back has been followed", func() bool { return b.path() != done })
	if strings.HasSuffix(b.path(), "/check") {
		eventually(t, "the page before is whole", func() bool {
			return b.value(fmt.Sprintf(`String(document.readyState === 'complete' && !!document.querySelector(%q))`, button("/submit"))) == "true"
		})
		b.do(chromedp.Evaluate[chromedp.Void](press))
		eventually(t, "the same receipt is shown", func() bool { return b.path() == done })
	}
	n := 0
	counts, err := a.storage.Counts(t.Context(), nil)
	must(t, err)
	for _, c := range counts {
		n += c.N
	}
	if n != 1 {
		t.Errorf("there are %d cases", n)
	}
}

func TestWhatIsTypedSurvivesTheEndOfTheTab(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	b := openTab(t, browser, cfg, true)
	b.signInCitizen(journeyPerson)
	b.open("/file")
	b.do(chromedp.Click(chromedp.CSS(appealCard + " ~ label")))
	b.press(`form[action="/file/new"] button[value=next]`)
	at := b.path()
	b.fill("words", "не горят фонари у школы")
	eventually(t, "the page says that it has saved", func() bool { return strings.Contains(b.text(), "сохранён") })
	must(t, chromedp.Cancel(b.ctx))

	again := openTab(t, browser, cfg, true)
	again.signInCitizen(journeyPerson)
	again.open(at)
	value, err := chromedp.Run(again.ctx, chromedp.Value(chromedp.CSS(`[name=words]`)))
	must(t, err)
	if value != "не горят фонари у школы" {
		t.Errorf("after the tab was killed the field holds %q", value)
	}
}

// tabTo presses Tab until the element has the focus.
func (b *browserTab) tabTo(selector string) {
	b.t.Helper()
	for range 80 {
		b.do(chromedp.KeyEvent(kb.Tab))
		on, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector)))
		must(b.t, err)
		if on {
			return
		}
	}
	b.t.Fatalf("the keyboard does not reach %s at %s", selector, b.location())
}

func TestAnAppealIsFiledByKeyboardAlone(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	startApp(t, cfg, 0, time.Now)
	b := openTab(t, browser, cfg, true)
	b.signInCitizen(journeyPerson)
	b.open("/file")
	enter := func(selector string) {
		b.t.Helper()
		b.tabTo(selector)
		b.leave(chromedp.KeyEvent(kb.Enter))
	}
	b.tabTo(`input[name=regime]`)
	b.do(chromedp.KeyEvent(" "))
	enter(`form[action="/file/new"] button[value=next]`)
	b.tabTo(`input[name=topic]`)
	b.do(chromedp.KeyEvent(" "))
	b.tabTo(`select[name=territory]`)
	b.do(chromedp.KeyEvent(kb.ArrowDown))
	b.tabTo(`input[name=address]`)
	b.do(chromedp.KeyEvent("улица Садовая, 12"))
	enter(`button[value=next]`)
	b.tabTo(`input[name=addressee]`)
	b.do(chromedp.KeyEvent(" "))
	enter(`button[value=next]`)
	b.tabTo(`textarea[name=text]`)
	b.do(chromedp.KeyEvent("Прошу починить асфальт, подано одной клавиатурой."))
	enter(`button[value=next]`)
	enter(`button[value=next]`)
	enter(`form[action$="/submit"] button`)
	if !strings.HasPrefix(b.path(), "/file/done/") {
		t.Fatalf("the keyboard ends at %s\n%s", b.location(), b.text())
	}
}
