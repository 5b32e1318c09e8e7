package desk_test

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestAPastedLetterComesBackAsPlainTextWithMarks(t *testing.T) {
	b := newBench(t)
	f := b.get(t, officer, path(b.at(t, casework.StageInWork), "/draft")).formTo(t, "/draft")
	f.action = "/desk/pasted"
	r := b.submit(t, officer, f, "html", `<p style="x"><b>Яму</b> заделают</p><ol><li>бригада<li>знак</ol><script>alert(1)</script><a href="javascript:x">ссылка</a>`)
	if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") || r.body != "**Яму** заделают\n\n1. бригада\n2. знак\nссылка" {
		t.Errorf("status %d, %s: %q", r.status, r.header.Get("Content-Type"), r.body)
	}
	if r := b.submit(t, officer, f, "html", ""); r.status != 200 || r.body != "" {
		t.Errorf("nothing: %d %q", r.status, r.body)
	}
	delete(f.values, "_csrf")
	if r := b.submit(t, officer, f, "html", "<b>x</b>"); r.status == 200 {
		t.Error("a page of strangers may ask")
	}
	if r := b.get(t, officer, "/desk/pasted"); r.status != 303 {
		t.Errorf("the address alone: %d", r.status)
	}
}

func TestEveryFurtherActHasANameAndALeadInBothLanguages(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	for _, act := range casework.ActKinds() {
		for _, lang := range []string{"ru", "en"} {
			r := b.get(t, head, path(c, "/act/"+string(act)+"?lang="+lang))
			for r.status == 303 && strings.Contains(r.header.Get("Location"), "/act/") {
				r = b.get(t, head, r.header.Get("Location"))
			}
			if strings.Contains(r.body, "[desk.") || strings.Contains(r.body, "[desk_") {
				t.Errorf("%s in %s shows the id of a text", act, lang)
			}
		}
	}
}
