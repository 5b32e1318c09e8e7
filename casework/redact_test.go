package casework_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"priemnaya/casework"
)

const secretText = "Я, Тайнова Мария, живу на Потайной, 7.\nМой телефон +7 900 123-45-67, почта tayna@example.ru.\nПрошу починить фонарь."

func hidden(text string, words ...string) []casework.Stretch {
	var out []casework.Stretch
	for _, w := range words {
		out = append(out, casework.StretchesOf(text, w)...)
	}
	return out
}

func TestABlotDoesNotTellHowMuchItHides(t *testing.T) {
	for _, tc := range []struct {
		name, text, want string
		hide             []casework.Stretch
		blots            int
	}{
		{"one letter", "А б", "■■■■■ б", []casework.Stretch{{0, 1}}, 1},
		{"a long word", "Константинополь б", "■■■■■ б", []casework.Stretch{{0, 15}}, 1},
		{"two words with a space between", "Мария Иванова пишет", "■■■■■ пишет", []casework.Stretch{{6, 13}, {0, 5}}, 1},
		{"overlapping", "абвгд", "■■■■■д", []casework.Stretch{{0, 3}, {2, 4}}, 1},
		{"two lines stay two", "аб\nвг", "■■■■■\n■■■■■", []casework.Stretch{{0, 2}, {3, 5}}, 2},
		{"beyond the end", "аб", "а■■■■■", []casework.Stretch{{1, 99}}, 1},
		{"nothing", "аб", "аб", []casework.Stretch{{1, 1}, {-5, 0}, {7, 9}}, 0},
	} {
		got, blots := casework.RedactText(tc.text, tc.hide)
		if got != tc.want || blots != tc.blots {
			t.Errorf("%s: %q with %d blots", tc.name, got, blots)
		}
	}
}

func TestAFragmentIsFoundWhateverItsCaseSpacesAndDots(t *testing.T) {
	for _, tc := range []struct {
		text, fragment string
		want           int
	}{
		{"Семёнов, семенов и Семёновка", "СЕМЕНОВ", 2}, {"дом  5,\nкв. 7", "дом 5, кв. 7", 1}, {"дом 55", "дом 5", 0},
		{"абв", "", 0}, {"а а а", "а", 3}, {"+7 900", "+7", 1}, {"короткий", "длиннее текста", 0},
	} {
		if got := casework.StretchesOf(tc.text, tc.fragment); len(got) != tc.want {
			t.Errorf("%q in %q: %v", tc.fragment, tc.text, got)
		}
	}
}

func TestNoHiddenWordIsInTheTextWhateverIsHidden(t *testing.T) {
	words := strings.Fields("альфа браво чарли дельта эхо фокстрот гольф отель индия джульетта кило лима майк новембер")
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 3))
		random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		text := strings.Join(words, " ") + "\n" + strings.Join(words, ", ")
		secret := words[:1+random.IntN(5)]
		got, _ := casework.RedactText(text, hidden(text, secret...))
		for _, w := range secret {
			if strings.Contains(got, w) {
				t.Fatalf("seed %d: %q is in %q", seed, w, got)
			}
		}
		for _, w := range words[len(secret):] {
			if strings.Count(got, w) != 2 {
				t.Fatalf("seed %d: %q was hidden too", seed, w)
			}
		}
	}
}

func TestWhoWritesIsFoundInHisText(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t, func(f *casework.Filing) {
		f.Text = secretText + "\nИванова, Ивановой, Ивановский район, к Марии."
		f.Applicant.Contact.Post = "ул. Потайная, 7"
	})
	got, _ := casework.RedactText(c.Content.Text, c.PersonalStretches(c.Content.Text))
	for _, secret := range []string{"Иванова", "Ивановой", "Мария", "900", "45-67", "tayna"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is left in %q", secret, got)
		}
	}
	if !strings.Contains(got, "Ивановский район") || !strings.Contains(got, "починить фонарь") {
		t.Errorf("too much is hidden: %q", got)
	}
}

func digestOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func TestTheCopyForAnotherBodyHoldsNoHiddenByteAndTheOriginalStays(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	photo := casework.File{ID: "photo", Name: "дом.jpg", Type: "image/jpeg", Size: 10, SHA256: strings.Repeat("a", 64)}
	c := b.inWork(t, func(f *casework.Filing) { f.Text = secretText; f.Files = []casework.File{photo} })
	before := c.Content
	act := casework.TextRedaction{Hide: hidden(secretText, "Тайнова Мария", "Потайной, 7", "+7 900 123-45-67", "tayna@example.ru"),
		Digest: c.TextsDigest(), Why: "Третьи лица"}
	if _, err := b.RedactCaseText(t.Context(), officer, c.ID, act); err != nil {
		t.Fatal(err)
	}
	blurred := casework.File{ID: "blurred", Name: "дом.png", Type: "image/png", Size: 9, SHA256: strings.Repeat("b", 64)}
	c, err := b.NoteRedactedFile(t.Context(), officer, c.ID, casework.FileRedaction{File: "photo", Copy: blurred, Blots: 2, Why: "Номер машины"})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.FileByID("blurred"); !ok || c.Content.Text != before.Text || c.Content.OriginalSHA256 != before.OriginalSHA256 {
		t.Error("the copy is not known, or the original was touched")
	}
	child := b.copyOf(t, c.ID, casework.Copying{Bodies: []string{"prosecutor"}, Why: "По принадлежности.", Redacted: true})
	raw, _ := json.Marshal(child)
	for _, secret := range []string{"Тайнов", "Потайной", "123-45", "tayna", photo.SHA256, `"photo"`, before.OriginalSHA256} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%q is in the copy", secret)
		}
	}
	if !strings.Contains(child.Content.Text, "Прошу починить фонарь") || child.Content.Files[0].ID != "blurred" {
		t.Errorf("the copy: %+v", child.Content)
	}
	parent := b.stored(t, c.ID)
	for _, got := range []casework.Case{child, parent} {
		if err := casework.VerifyJournal(&got); err != nil {
			t.Error(err)
		}
	}
	last := parent.Inside.Redactions[0]
	journal, _ := json.Marshal(parent.Journal)
	if last.By != officer.ID || last.Why != "Третьи лица" || !strings.Contains(string(journal), `"redacted":"yes"`) || strings.Contains(string(journal), "Третьи") {
		t.Error("the journal does not say who, or says why in words")
	}
}

func TestACopyIsWholeUnlessARedactedOneIsAskedFor(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t, func(f *casework.Filing) { f.Text = secretText })
	b.refuseCopy(t, c.ID)
	if _, err := b.RedactCaseText(t.Context(), officer, c.ID, casework.TextRedaction{Hide: hidden(secretText, "Мария"), Digest: c.TextsDigest(), Why: "Имя"}); err != nil {
		t.Fatal(err)
	}
	if child := b.copyOf(t, c.ID, casework.Copying{Bodies: []string{"prosecutor"}, Why: "Целиком."}); child.Content.Text != secretText {
		t.Errorf("%q", child.Content.Text)
	}
}

func (b *bench) refuseCopy(t *testing.T, id string) {
	t.Helper()
	_, err := b.Do(t.Context(), registrar, id, casework.AnyState, casework.Copying{Bodies: []string{"prosecutor"}, Why: "Так.", Redacted: true})
	if casework.CodeOf(err) != casework.Invalid || b.stored(t, id).Inside != nil {
		t.Errorf("a redacted copy of nothing redacted: %v", err)
	}
}

func TestARedactionIsRefusedToOthersForOldTextsAndForNothing(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t, func(f *casework.Filing) { f.Text = secretText })
	good := casework.TextRedaction{Hide: hidden(secretText, "Мария"), Digest: c.TextsDigest(), Why: "Имя"}
	with := func(change func(*casework.TextRedaction)) casework.TextRedaction { r := good; change(&r); return r }
	for _, tc := range []struct {
		name string
		by   casework.Actor
		r    casework.TextRedaction
		want casework.Code
	}{
		{"the applicant", citizen, good, casework.Forbidden}, {"a supervisor", supervisor, good, casework.Forbidden},
		{"a stranger", staff("other", casework.RoleOfficer, "admin"), good, casework.NotFound},
		{"another text", officer, with(func(r *casework.TextRedaction) { r.Digest = "0" }), casework.Conflict},
		{"nothing hidden", officer, with(func(r *casework.TextRedaction) { r.Hide = nil }), casework.Invalid},
		{"no reason", officer, with(func(r *casework.TextRedaction) { r.Why = " " }), casework.Invalid},
	} {
		if _, err := b.RedactCaseText(t.Context(), tc.by, c.ID, tc.r); casework.CodeOf(err) != tc.want {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	for _, r := range []casework.FileRedaction{{File: "none", Copy: casework.File{ID: "x"}, Why: "Так"}, {File: "", Why: "Так"}} {
		if _, err := b.NoteRedactedFile(t.Context(), officer, c.ID, r); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// noisy is a picture in which every pixel tells its place.
func noisy(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x*7 + 1), uint8(y*5 + 1), uint8(x ^ y), 255})
		}
	}
	return img
}

// exif is an APP1 segment with an orientation and a secret in its description.
func exif(turn byte, secret string) []byte {
	tiff := []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0}
	body := append([]byte("Exif\x00\x00"), append(tiff, secret...)...)
	size := len(body) + 2
	return append([]byte{0xFF, 0xE1, byte(size >> 8), byte(size)}, body...)
}

func TestHiddenPixelsAndMetadataAreNowhereInTheCopyOfAPicture(t *testing.T) {
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, noisy(160, 80), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	for turn := range byte(9) {
		original := append(append(bytes.Clone(plain.Bytes()[:2]), exif(turn, "GPS-TAYNA")...), plain.Bytes()[2:]...)
		sum := sha256.Sum256(original)
		got, err := casework.RedactImage(original, []casework.Area{{Left: 0, Top: 0, Width: 500, Height: 500}})
		if err != nil {
			t.Fatal(err)
		}
		if sha256.Sum256(original) != sum {
			t.Fatal("the original was changed")
		}
		if bytes.Contains(got, []byte("TAYNA")) || bytes.Contains(got, []byte("Exif")) {
			t.Error("metadata is left")
		}
		img, err := png.Decode(bytes.NewReader(got))
		if err != nil {
			t.Fatal(err)
		}
		w, h := 160, 80
		if turn > 4 {
			w, h = 80, 160
		}
		if img.Bounds().Dx() != w || img.Bounds().Dy() != h {
			t.Fatalf("turn %d: %v", turn, img.Bounds())
		}
		for y := range h {
			for x := range w {
				r, g, b, _ := img.At(x, y).RGBA()
				black := r == 0 && g == 0 && b == 0
				if inside := x < w/2 && y < h/2; inside && !black {
					t.Fatalf("turn %d: pixel %d,%d is seen", turn, x, y)
				}
			}
		}
	}
}

func TestTurnedPicturesKeepTheirPixelsInTheRightPlace(t *testing.T) {
	var plain bytes.Buffer
	_ = jpeg.Encode(&plain, noisy(64, 32), &jpeg.Options{Quality: 100})
	first, _ := jpeg.Decode(bytes.NewReader(plain.Bytes()))
	corner := map[byte][2]int{1: {63, 31}, 2: {0, 31}, 3: {0, 0}, 4: {63, 0}, 5: {31, 63}, 6: {0, 63}, 7: {0, 0}, 8: {31, 0}}
	for turn, at := range corner {
		original := append(append(bytes.Clone(plain.Bytes()[:2]), exif(turn, "")...), plain.Bytes()[2:]...)
		// The area is far from the corner that is compared.
		area := casework.Area{Left: 400, Top: 400, Width: 1, Height: 1}
		got, err := casework.RedactImage(original, []casework.Area{area})
		if err != nil {
			t.Fatal(err)
		}
		img, _ := png.Decode(bytes.NewReader(got))
		want := color.NRGBAModel.Convert(first.At(63, 31))
		if c := color.NRGBAModel.Convert(img.At(at[0], at[1])); c != want {
			t.Errorf("turn %d: %v at %v, want %v", turn, c, at, want)
		}
	}
}

func TestPicturesThatCannotBeRedactedAreRefused(t *testing.T) {
	var plain bytes.Buffer
	_ = png.Encode(&plain, noisy(32, 32))
	sound := []casework.Area{{Left: 0, Top: 0, Width: 100, Height: 100}}
	huge := bytes.Clone(plain.Bytes())
	copy(huge[16:24], []byte{0, 1, 0, 0, 0, 1, 0, 0})
	for name, tc := range map[string]struct {
		content []byte
		areas   []casework.Area
	}{
		"no area": {plain.Bytes(), nil}, "an area outside": {plain.Bytes(), []casework.Area{{Left: 950, Width: 100, Height: 10}}},
		"an empty area": {plain.Bytes(), []casework.Area{{Left: 1, Top: 1}}}, "no picture": {[]byte("%PDF-1.7"), sound},
		"a torn one": {plain.Bytes()[:60], sound}, "a bomb": {huge, sound},
		"too many": {plain.Bytes(), make([]casework.Area, casework.MaxAreas+1)},
	} {
		if _, err := casework.RedactImage(tc.content, tc.areas); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := casework.RedactImage(plain.Bytes(), sound); err != nil || !casework.RedactableImage("image/png") || casework.RedactableImage("application/pdf") {
		t.Error(err)
	}
}
