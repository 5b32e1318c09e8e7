package desk_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"priemnaya/casework"
)

// writer is somebody with an editor open.
type writer struct {
	by     casework.Actor
	editor *form
}

func TestTwoWhoDraftAtOnceLoseNoTextInAnyOrder(t *testing.T) {
	for seed := range uint64(200) {
		b := newBench(t)
		c := b.at(t, casework.StageInWork)
		random := rand.New(rand.NewPCG(seed, 7))
		writers := []*writer{{by: officer}, {by: head}}
		var lines []string
		clashes := 0
		for range 12 {
			w := writers[random.IntN(2)]
			if w.editor == nil {
				f := b.get(t, w.by, path(c, "/draft")).formTo(t, "/draft")
				w.editor = &f
				continue
			}
			line := fmt.Sprintf("строка %d-%d", seed, len(lines))
			lines = append(lines, line)
			w.editor.values.Set("text", w.editor.values.Get("text")+"\n"+line)
			clashes += b.save(t, c, w, line)
		}
		saved := b.load(t, c.ID).Draft.Text
		for _, line := range lines {
			if !strings.Contains(saved, line) {
				t.Fatalf("seed %d: %q is lost after %d clashes in\n%s", seed, line, clashes, saved)
			}
		}
		if seed == 0 && clashes == 0 {
			t.Fatal("nobody ever clashed: the test proves nothing")
		}
	}
}

// save sends the editor until it is saved. A clash must show both versions;
// the writer joins them, as the page asks.
func (b *bench) save(t *testing.T, c casework.Case, w *writer, line string) (clashes int) {
	t.Helper()
	for range 3 {
		r := b.submit(t, w.by, *w.editor, "do", "save")
		if r.status == 303 {
			w.editor = nil
			return clashes
		}
		if r.status != 409 {
			t.Fatalf("status %d", r.status)
		}
		clashes++
		theirs := b.load(t, c.ID).Draft.Text
		if !strings.Contains(r.body, line) || !strings.Contains(r.body, strings.TrimSpace(strings.Split(theirs, "\n")[0])) {
			t.Fatal("the page of the clash does not show both versions")
		}
		f := r.formTo(t, "/draft")
		mine := f.values.Get("text")
		if !strings.Contains(mine, line) {
			t.Fatal("the reader's own text is not in the editor")
		}
		f.values.Set("text", theirs+"\n"+mine)
		w.editor = &f
	}
	t.Fatal("three clashes in a row with nobody else writing")
	return 0
}

func TestAMendedMistakeDoesNotRunOverAnothersWork(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	mine := b.get(t, officer, path(c, "/draft")).formTo(t, "/draft")
	theirs := b.get(t, head, path(c, "/draft")).formTo(t, "/draft")
	b.submit(t, head, theirs, "text", "Версия руководителя")
	again := b.submit(t, officer, mine, "text", strings.Repeat("д", casework.MaxLetter+1))
	// Somebody has acted meanwhile, and that is said before the mistake.
	if again.status != 409 {
		t.Fatalf("status %d", again.status)
	}
	mended := b.submit(t, officer, mine, "text", "Моя версия")
	if mended.status != 409 || b.load(t, c.ID).Draft.Text != "Версия руководителя" {
		t.Errorf("status %d: the head's text was overwritten", mended.status)
	}
}

func TestFilesOfADraftAreKeptRemovedAndJoined(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	mine := b.get(t, officer, path(c, "/draft")).formTo(t, "/draft")
	theirs := b.get(t, head, path(c, "/draft")).formTo(t, "/draft")
	if r := b.upload(t, officer, mine, map[string]string{"акт.txt": "акт"}); r.status != 303 {
		t.Fatalf("status %d", r.status)
	}
	r := b.upload(t, head, theirs, map[string]string{"фото.txt": "фото"})
	if r.status != 409 {
		t.Fatalf("status %d", r.status)
	}
	joined := r.formTo(t, "/draft")
	if got := joined.values["keep"]; len(got) != 2 {
		t.Fatalf("after a clash %d files are kept, want both", len(got))
	}
	b.upload(t, head, joined, nil)
	if got := b.load(t, c.ID).Draft.Files; len(got) != 2 {
		t.Fatalf("%d files", len(got))
	}
	f := b.get(t, officer, path(c, "/draft")).formTo(t, "/draft")
	f.values["keep"] = f.values["keep"][:1]
	b.upload(t, officer, f, nil)
	if got := b.load(t, c.ID).Draft.Files; len(got) != 1 {
		t.Errorf("%d files after one was taken out", len(got))
	}
}

func TestARefusedFileLosesNeitherTextNorOtherFiles(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	f := b.get(t, officer, path(c, "/draft")).formTo(t, "/draft")
	f.values.Set("text", "Долго писал")
	r := b.upload(t, officer, f, map[string]string{"вирус.exe": "MZ", "акт.txt": "акт"})
	if r.status != 422 || !strings.Contains(r.body, "Долго писал") || !strings.Contains(r.body, `id="f-files-error"`) {
		t.Fatalf("status %d, or no error at the field, or the text is lost", r.status)
	}
	if again := b.upload(t, officer, r.formTo(t, "/draft"), nil); again.status != 303 {
		t.Fatalf("status %d", again.status)
	}
	if got := b.load(t, c.ID).Draft; len(got.Files) != 1 || got.Files[0].Name != "акт.txt" || got.Text != "Долго писал" {
		t.Errorf("draft holds %d files", len(got.Files))
	}
}

func TestAFileOfAnotherCaseCannotBeAttached(t *testing.T) {
	b := newBench(t)
	first, other := b.at(t, casework.StageInWork), b.at(t, casework.StageInWork)
	f := b.get(t, officer, path(first, "/draft")).formTo(t, "/draft")
	b.upload(t, officer, f, map[string]string{"чужой.txt": "тайна"})
	stolen := b.get(t, officer, path(first, "/draft")).formTo(t, "/draft")
	f = b.get(t, officer, path(other, "/draft")).formTo(t, "/draft")
	f.values.Set("attached", stolen.values.Get("attached"))
	f.values["keep"] = stolen.values["keep"]
	b.upload(t, officer, f, nil)
	if got := b.load(t, other.ID).Draft.Files; len(got) != 0 {
		t.Error("a file of another case was attached")
	}
}

func TestALetterThatChangedIsNotSigned(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageOnSigning)
	f := b.get(t, head, path(c, "/sign")).formTo(t, "/sign")
	before := b.signs
	r := b.submit(t, head, f, "digest", strings.Repeat("0", 64))
	if r.status != 409 || b.signs != before || b.load(t, c.ID).Stage != casework.StageOnSigning {
		t.Errorf("status %d, %d signatures made", r.status, b.signs-before)
	}
}
