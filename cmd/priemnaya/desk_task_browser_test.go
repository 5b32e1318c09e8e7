package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
)

// hand counts what a person does in a browser: a press of the mouse, a choice
// in a list, a text typed are one action each.
type hand struct {
	*browserTab
	n int
}

func (h *hand) click(selector string) { h.t.Helper(); h.n++; h.press(selector) }

func (h *hand) choose(name, value string) {
	h.t.Helper()
	h.n++
	h.do(chromedp.SetValue(chromedp.CSS(fmt.Sprintf(`main [name="%s"]`, name)), value))
}

// openFromQueue presses the case in the list that is open.
func (h *hand) openFromQueue(id string) {
	h.t.Helper()
	h.click(fmt.Sprintf(`[data-rows] a[href="/desk/case/%s"]`, id))
}

func TestAnOfficerAnswersFromATemplateInTenActionsAtMost(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 12, time.Now)
	s := &deskStage{t: t, a: a, id: map[string]string{}}
	s.working("one", nil)
	id := s.id["one"]
	officer, head := &hand{browserTab: openTab(t, browser, cfg, true)}, &hand{browserTab: openTab(t, browser, cfg, true)}
	officer.signInStaff("dorogi", demo.Password)
	head.signInStaff("dorogi-head", demo.Password)

	officer.open("/desk?tab=mine")
	officer.openFromQueue(id)
	officer.click(`a[data-edit]`)
	officer.choose("template", "*/measures")
	officer.click(`button[name=do][value=insert]`)
	officer.wants("Меры приняты")
	officer.click(`button[name=do][value=submit]`)
	if stage := s.load("one").Stage; stage != casework.StageOnSigning {
		t.Fatalf("the draft is at %s\n%s", stage, officer.text())
	}
	head.open("/desk")
	head.click(`.tabs a[href*="tab=signing"]`)
	head.openFromQueue(id)
	head.click(`a[data-edit]`)
	head.click(button("/sign"))
	if stage := s.load("one").Stage; stage != casework.StageSigned {
		t.Fatalf("the letter is at %s\n%s", stage, head.text())
	}
	officer.open("/desk?tab=mine")
	officer.openFromQueue(id)
	officer.click(`a[data-edit]`)
	officer.click(button("/answer"))
	c := s.load("one")
	if c.Stage != casework.StageAnswered || len(c.Answers) != 1 {
		t.Fatalf("the case is at %s\n%s", c.Stage, officer.text())
	}
	must(t, casework.VerifyJournal(&c))
	if officer.n > 10 {
		t.Errorf("the officer needed %d actions, ten are allowed", officer.n)
	}
	t.Logf("the officer: %d actions, the head: %d", officer.n, head.n)
}

func TestALetterPastedFromAnOfficeProgramKeepsItsMarks(t *testing.T) {
	browser := startBrowser(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 12, time.Now)
	s := &deskStage{t: t, a: a, id: map[string]string{}}
	s.working("one", nil)
	b := openTab(t, browser, cfg, true)
	b.signInStaff("dorogi", demo.Password)
	b.open("/desk/case/" + s.id["one"] + "/draft")
	b.fill("text", "Здравствуйте! ")
	paste := func(html, plain string) {
		t.Helper()
		b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const data = new DataTransfer(), field = document.querySelector('[name=text]');
			data.setData('text/html', %q); data.setData('text/plain', %q);
			field.focus();
			if (field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}))) document.execCommand('insertText', false, data.getData('text/plain')); })()`, html, plain)))
	}
	holds := func(what, want string) {
		t.Helper()
		eventually(t, what, func() bool {
			got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector('[name=text]').value`))
			return err == nil && got == want
		})
	}
	paste(`<p><b>Яму</b> заделают</p><ul><li>бригада</li></ul><img src="https://elsewhere.example/x.png" onerror="alert(1)"><script>alert(1)</script>`, "Яму заделают бригада")
	first := "Здравствуйте! **Яму** заделают\n\n- бригада"
	holds("marks come in the place of bold and lists", first)
	paste(`<span style="color:red"> Конец.</span>`, " Конец.")
	holds("what has no marks is pasted as it is", first+" Конец.")
}
