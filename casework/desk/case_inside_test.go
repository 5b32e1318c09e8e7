package desk_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/url"
	"strings"
	"testing"

	"priemnaya/casework"
)

// split is a case of two questions in work.
func (b *bench) split(t testing.TB) casework.Case {
	t.Helper()
	c := b.at(t, casework.StageInWork)
	return b.do(t, registrar, c.ID, casework.Splitting{Questions: []casework.Question{{Topic: "0003.0009.0099.0742"}, {Topic: "0003.0009.0099.0743"}}})
}

func TestANoteIsWrittenOnTheCasePageAndARefusedOneComesBack(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	f := b.get(t, officer, path(c, "")).formTo(t, "/note")
	if r := b.submit(t, officer, f, "note", "Звонил <b>подрядчик</b>"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	if page := b.get(t, head, path(c, "")).body; !strings.Contains(page, "Звонил &lt;b&gt;подрядчик") {
		t.Error("the note is not shown as typed")
	}
	if r := b.submit(t, officer, f, "note", strings.Repeat("д", casework.MaxNote+1)); r.status != 422 || !strings.Contains(r.body, "дддд") {
		t.Errorf("status %d, or the text is lost", r.status)
	}
}

func TestAClashOverAQuestionShowsBothTexts(t *testing.T) {
	b := newBench(t)
	c := b.split(t)
	address := path(c, "/question/q1")
	mine, theirs := b.get(t, officer, address).formTo(t, "/question/q1"), b.get(t, head, address).formTo(t, "/question/q1")
	if r := b.submit(t, head, theirs, "text", "Текст руководителя"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	r := b.submit(t, officer, mine, "text", "Мой текст")
	if r.status != 409 || !strings.Contains(r.body, "Текст руководителя") || !strings.Contains(r.body, "Мой текст") {
		t.Fatalf("status %d, or a text is not shown", r.status)
	}
	if r = b.submit(t, officer, r.formTo(t, "/question/q1"), "text", "Текст руководителя\nМой текст"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	now := b.load(t, c.ID)
	if d := now.QuestionDraft("q1"); d.Revision != 2 || !strings.Contains(d.Text, "руководителя") {
		t.Errorf("%+v", d)
	}
	if page := b.get(t, officer, path(c, "/draft?questions=1")).body; !strings.Contains(page, "Мой текст") {
		t.Error("the letter does not take the answer")
	}
}

func TestALetterWithAnOpenQuestionIsSignedOnlyWithATick(t *testing.T) {
	b := newBench(t)
	c := b.split(t)
	if _, err := b.DraftQuestion(t.Context(), officer, c.ID, casework.QuestionText{Question: "q2", Text: "Знак поставят."}); err != nil {
		t.Fatal(err)
	}
	b.do(t, officer, c.ID, casework.Drafting{Text: "Яма заделана.", Outcome: casework.OutcomeExplained, Revision: b.load(t, c.ID).Draft.Revision})
	b.do(t, officer, c.ID, casework.Submission{Revision: b.load(t, c.ID).Draft.Revision})
	page := b.get(t, head, path(c, "/sign"))
	f := page.formTo(t, "/sign")
	if r := b.submit(t, head, f); r.status != 422 || b.load(t, c.ID).Stage != casework.StageOnSigning {
		t.Fatalf("status %d", r.status)
	}
	if r := b.submit(t, head, f, "incomplete", "yes"); r.status != 303 || b.load(t, c.ID).Stage != casework.StageSigned {
		t.Errorf("with the tick: %d", r.status)
	}
}

func TestTheTextIsRedactedByLinesWordsAndNames(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	word := strings.Trim(strings.Fields(c.Content.Text)[0], ".,")
	f := b.get(t, officer, path(c, "/redact")).formTo(t, "/redact")
	if r := b.submit(t, officer, f, "words", word, "do", "preview"); r.status != 200 || !strings.Contains(r.body, casework.Blot) {
		t.Fatalf("preview: %d", r.status)
	}
	if r := b.submit(t, officer, f, "words", word, "do", "save"); r.status != 422 {
		t.Errorf("without a reason: %d", r.status)
	}
	if r := b.submit(t, officer, f, "words", word, "why", "Имя", "do", "save"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	now := b.load(t, c.ID)
	if r, ok := now.RedactedText(); !ok || strings.Contains(r.Text, word) || now.Content.Text != c.Content.Text {
		t.Errorf("%+v", r)
	}
	if page := b.get(t, registrar, path(c, "/act/copy")).body; !strings.Contains(page, `name="redacted"`) {
		t.Error("a redacted copy is not offered")
	}
}

// photo files a case with a picture in its place.
func (b *bench) photo(t testing.TB) casework.Case {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for i := range img.Pix {
		img.Pix[i] = 200
	}
	img.SetNRGBA(3, 3, color.NRGBA{1, 2, 3, 255})
	var raw bytes.Buffer
	if err := png.Encode(&raw, img); err != nil {
		t.Fatal(err)
	}
	f, err := b.files.Put(t.Context(), "дом.png", &raw)
	if err != nil {
		t.Fatal(err)
	}
	f.Type = "image/png"
	c := b.file(t, func(filing *casework.Filing) { filing.Files = []casework.File{f} })
	b.do(t, casework.SystemActor(), c.ID, casework.Routing{Body: "roads"})
	b.do(t, registrar, c.ID, casework.Registration{})
	return b.do(t, head, c.ID, casework.Assignment{Officer: officer})
}

func TestAPictureIsShownInASandboxAndPaintedOverInACopy(t *testing.T) {
	b := newBench(t)
	c := b.photo(t)
	file := c.Content.Files[0]
	view := path(c, "/file/"+url.PathEscape(file.ID)+"/view")
	r := b.get(t, officer, view)
	for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
		"Content-Disposition": "inline", "Content-Type": "image/png", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	f := b.get(t, officer, path(c, "/redact/"+file.ID)).formTo(t, "/redact/"+file.ID)
	for _, bad := range []string{"", "1 2 3", "90 90 20 20", "а б в г", "1 1 0 5"} {
		if r := b.submit(t, officer, f, "areas", bad, "why", "Номер"); r.status != 422 {
			t.Errorf("%q: %d", bad, r.status)
		}
	}
	if r := b.submit(t, officer, f, "areas", "0 0 20,5 20.5\n", "why", "Номер"); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	now := b.load(t, c.ID)
	copied, ok := now.RedactedFile(file.ID)
	if !ok || now.Content.Files[0].SHA256 != file.SHA256 {
		t.Fatalf("%+v", copied)
	}
	content, err := b.files.Open(t.Context(), *copied.Copy)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := io.ReadAll(content)
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, bl, _ := img.At(3, 3).RGBA(); r+g+bl != 0 {
		t.Error("the pixel is seen")
	}
	b.submit(t, officer, b.get(t, officer, path(c, "")).formTo(t, "/enclose/x1"))
	if d := b.load(t, c.ID).Draft; d == nil || len(d.Files) != 1 || d.Files[0].ID != copied.Copy.ID {
		t.Errorf("enclosed: %+v", d)
	}
}
