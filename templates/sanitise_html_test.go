package templates

import (
	"strings"
	"testing"
)

func TestRichKeepsALetterAndNothingElse(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"paragraphs and emphasis", "<p>Да<br>нет <b>жирно</b> <em>косо</em></p>", "<p>Да<br>нет <b>жирно</b> <em>косо</em></p>"},
		{"a list", "<ol><li>один</li></ol>", "<ol><li>один</li></ol>"},
		{"a table", `<table><tr><td colspan="2" style="x">1</td></tr></table>`, `<table><tr><td colspan="2">1</td></tr></table>`},
		{"a script", "а<script>alert(1)</script>б", "аб"},
		{"a handler", `<p onclick="x()">а</p>`, "<p>а</p>"},
		{"a picture", `<img src=x onerror=alert(1)>а`, "а"},
		{"a script address", `<a href="javascript:alert(1)">а</a>`, "а"},
		{"plain http", `<a href="http://example.org">а</a>`, "а"},
		{"a local address", `<a href="/sign-out">а</a>`, "а"},
		{"a style", "<style>p{}</style><p class=x>а</p>", "<p>а</p>"},
	}
	for _, c := range cases {
		if got := string(Rich(c.in)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	link := string(Rich(`<a href="https://example.org/x">а</a>`))
	for _, part := range []string{`href="https://example.org/x"`, "nofollow", "noopener"} {
		if !strings.Contains(link, part) {
			t.Errorf("link %s lacks %s", link, part)
		}
	}
}

func TestParagraphsShowPlainTextAsTyped(t *testing.T) {
	got := string(Paragraphs("Температура < 18 °C & «холод».\r\nКв. 5\n \n<b>https://example.org</b>\n\n"))
	want := "<p>Температура &lt; 18 °C &amp; «холод».<br>\nКв. 5</p>\n<p>&lt;b&gt;https://example.org&lt;/b&gt;</p>\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if Paragraphs(" \n ") != "" {
		t.Error("an empty text makes paragraphs")
	}
}
