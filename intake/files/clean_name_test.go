package files

import (
	"encoding/json"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNameIsCleanedForDisplayAndEndsWithItsType(t *testing.T) {
	for _, c := range []struct {
		in   string
		kind Kind
		want string
	}{
		{"Жалоба.pdf", PDF, "Жалоба.pdf"},
		{"ЖАЛОБА.PDF", PDF, "ЖАЛОБА.pdf"},
		{"фото.jpeg", JPEG, "фото.jpeg"},
		{"фото.exe", JPEG, "фото.jpg"},
		{"договор.pdf.exe", PDF, "договор.pdf"},
		{"письмо от 12.03.2024", PDF, "письмо от 12.03.2024.pdf"},
		{`C:\Users\Иван\Desktop\скан.png`, PNG, "скан.png"},
		{"../../etc/passwd", TXT, "passwd.txt"},
		{"файл\u202efdp.exe", TXT, "файлfdp.txt"},
		{"\u2066a\u2069\u200b\ufeff\u00adb.txt", TXT, "ab.txt"},
		{"a\x00b\r\nc\td.txt", TXT, "ab c d.txt"},
		{"a<b>c\"d|e?f*.txt", TXT, "a_b_c_d_e_f_.txt"},
		{"улица\u00a0Ленина\u2009\u20035.txt", TXT, "улица Ленина 5.txt"},
		{"CON.txt", TXT, "_CON.txt"},
		{"com1.tar.txt", TXT, "_com1.tar.txt"},
		{"lpt¹", TXT, "_lpt¹.txt"},
		{"...", ZIP, "file.zip"},
		{"", HEIC, "file.heic"},
		{" .hidden. ", TXT, "hidden.txt"},
		{"\xff\xfe", MP3, "file.mp3"},
		{"И\u0306.txt", TXT, "Й.txt"},
		{"a" + strings.Repeat("\u0301", 50) + ".txt", TXT, "á\u0301\u0301.txt"},
		{strings.Repeat("я", 300) + ".docx", DOCX, strings.Repeat("я", 115) + ".docx"},
		{"name.zip", Kind{}, "name.zip"},
	} {
		if got := CleanName(c.in, c.kind); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
	}
}

// checkName fails when a name is not fit to show, to send or to save.
func checkName(t interface{ Errorf(string, ...any) }, in, got string, kind Kind) {
	if n := utf8.RuneCountInString(got); n == 0 || n > NameRunes || len(got) > 255 || !utf8.ValidString(got) {
		t.Errorf("%q becomes %q: %d characters, %d bytes", in, got, n, len(got))
	}
	if !strings.HasSuffix(got, kind.Exts[0]) && !strings.HasSuffix(got, kind.Exts[len(kind.Exts)-1]) && len(kind.Exts) < 3 {
		t.Errorf("%q becomes %q, not of type %s", in, got, kind.Name)
	}
	for _, r := range got {
		if unicode.In(r, unicode.C, unicode.Zl, unicode.Zp, unicode.Bidi_Control) || strings.ContainsRune(`<>:"/\|?*`, r) {
			t.Errorf("%q becomes %q: character %U", in, got, r)
		}
	}
	if strings.HasPrefix(got, ".") || strings.HasPrefix(got, " ") || got != CleanName(got, kind) {
		t.Errorf("%q becomes %q, which becomes %q", in, got, CleanName(got, kind))
	}
	checkDisposition(t, got)
}

// checkDisposition reads the header back as a browser does.
func checkDisposition(t interface{ Errorf(string, ...any) }, name string) {
	h := disposition(name)
	for i := range len(h) {
		if h[i] < 0x20 || h[i] > 0x7E {
			t.Errorf("header %q is not ASCII", h)
			return
		}
	}
	kind, params, err := mime.ParseMediaType(h)
	if err != nil || kind != "attachment" || params["filename"] != name {
		t.Errorf("header %q reads as %q %q: %v", h, kind, params, err)
	}
}

func TestHostileStringsBecomeSafeNames(t *testing.T) {
	for _, s := range hostileStrings(t) {
		for _, kind := range []Kind{PDF, DOCX, HEIC} {
			checkName(t, s, CleanName(s, kind), kind)
			checkName(t, s+".exe", CleanName(s+".exe", kind), kind)
		}
	}
}

func TestAMarkJoinsItsLetterWhenWhatStoodBetweenIsGone(t *testing.T) {
	if got := CleanName("A\x00\u0300.odt", ODT); got != "\u00c0.odt" {
		t.Errorf("got %q", got)
	}
}

func TestAnyStringBecomesASafeName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`(con|nul|com[0-9]|[. ]|[a-zё/\\:\x{202e}\x{0301}]){0,200}(\.[a-z]{0,12})?`)).Draw(t, "name")
		checkName(t, s, CleanName(s, ODT), ODT)
	})
}

// hostileStrings reads the shared collections, which are not in the repository.
func hostileStrings(t *testing.T) []string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for !exists(filepath.Join(dir, "shared", "data", "hostile")) {
		if dir == filepath.Dir(dir) {
			t.Skip("the folder shared/data/hostile is not here")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "shared", "data", "hostile")
	var out []string
	readJSON(t, filepath.Join(dir, "naughty-strings.json"), &out)
	var named []struct{ Value any }
	readJSON(t, filepath.Join(dir, "ru-hostile-strings.json"), &named)
	for _, n := range named {
		if s, ok := n.Value.(string); ok {
			out = append(out, s)
		}
	}
	if len(out) < 100 {
		t.Fatalf("%d hostile strings only", len(out))
	}
	return out
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	p, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(p, v); err != nil {
		t.Fatal(err)
	}
}

func TestDownloadIsNeverShownInOurOrigin(t *testing.T) {
	for _, c := range []struct{ mime, want string }{
		{PDF.MIME, PDF.MIME}, {JPEG.MIME, JPEG.MIME}, {TXT.MIME, "application/octet-stream"}, {"text/html", "application/octet-stream"},
	} {
		h := DownloadHeaders(File{Name: "Жалоба №5 \"крыша\".pdf", Type: c.mime})
		if h["Content-Type"] != c.want || h["X-Content-Type-Options"] != "nosniff" || h["Cache-Control"] != "private, no-store" ||
			h["Content-Security-Policy"] != "sandbox; default-src 'none'" {
			t.Errorf("%s: %v", c.mime, h)
		}
		if !strings.HasPrefix(h["Content-Disposition"], `attachment; filename="Zhaloba _5 _krysha_.`) {
			t.Errorf("%s: %s", c.mime, h["Content-Disposition"])
		}
	}
}
