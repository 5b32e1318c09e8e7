package templates

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMarksOfALetterAreReadAndAllElseStaysAsTyped(t *testing.T) {
	for text, want := range map[string]string{
		"Уважаемая **Нина** Игоревна!": "<p>Уважаемая <strong>Нина</strong> Игоревна!</p>",
		"Это *важно*, и ***очень***.":  "<p>Это <em>важно</em>, и <strong><em>очень</em></strong>.</p>",
		"**жирный и *косой* внутри**":  "<p><strong>жирный и </strong><strong><em>косой</em></strong><strong> внутри</strong></p>",
		"2*3*4 = 24":                       "<p>2*3*4 = 24</p>",
		"один * два * три":                 "<p>один * два * три</p>",
		"сноска* без пары":                 "<p>сноска* без пары</p>",
		`\*не косой\*`:                     "<p>*не косой*</p>",
		"- раз\n- два":                     "<ul><li>раз</li><li>два</li></ul>",
		"Меры:\n- раз":                     "<p>Меры:</p>\n<ul><li>раз</li></ul>",
		"3. три\n4) четыре":                `<ol><li value="3">три</li><li value="4">четыре</li></ol>`,
		"строка\nвторая\n\nабзац":          "<p>строка<br>\nвторая</p>\n<p>абзац</p>",
		"температура < 18 °C & <b>нет</b>": "<p>температура &lt; 18 °C &amp; &lt;b&gt;нет&lt;/b&gt;</p>",
		"<script>alert(1)</script>":        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
		"2026. Год не список, 1234. число": "<p>2026. Год не список, 1234. число</p>",
		"**не закрыт":                      "<p>**не закрыт</p>",
		"****":                             "<p>****</p>",
		"":                                 "",
	} {
		if got := strings.TrimSpace(string(LetterHTML(text))); got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestPastedLettersBecomeMarks(t *testing.T) {
	for source, want := range map[string]string{
		`<p class="MsoNormal" style="x">Уважаемая <b>Нина </b>Игоревна!</p><p>Второй<br>абзац</p>`: "Уважаемая **Нина** Игоревна!\n\nВторой\nабзац",
		`<ul><li>раз</li><li>два</li></ul><ol><li>один</li><li><i>два</i></li></ol>`:               "- раз\n- два\n\n1. один\n2. *два*",
		`<script>alert(1)</script><a href="javascript:x">слово</a><img src=x onerror=y>`:           "слово",
		`2*3*4`:          `2\*3\*4`,
		`<b></b><p></p>`: "",
		`a &lt;b&gt; c`:  "a <b> c",
		`<table><tr><td>а</td><td>б</td></tr></table>`: "а б",
	} {
		got := CleanPasted(source)
		if got != want {
			t.Errorf("%q:\n got %q\nwant %q", source, got, want)
		}
		if html := string(LetterHTML(got)); strings.Contains(html, "<script") || strings.Contains(html, "javascript:") {
			t.Errorf("%q: unsafe %s", source, html)
		}
	}
}

func FuzzMarksLoseNoLetter(f *testing.F) {
	for _, text := range []string{"**а** *б* ***в***", "* а **б", "- *x*\n1. **y**", `\*\*`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("drafts are valid UTF-8")
		}
		var out strings.Builder
		for _, p := range ReadMarks(text) {
			for _, l := range p {
				for _, s := range l.Spans {
					out.WriteString(s.Text)
				}
			}
		}
		bare := func(s string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune("*\\ \n\r\t-•–0123456789.)", r) || r < ' ' || r == '\u0085' || r == '\u00a0' || r == '\ufffd' {
					return -1
				}
				return r
			}, s)
		}
		if strings.Join(strings.Fields(bare(text)), "") != strings.Join(strings.Fields(bare(out.String())), "") {
			t.Errorf("%q became %q", text, out.String())
		}
		LetterHTML(text)
	})
}
