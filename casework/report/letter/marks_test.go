package letter

import (
	"bytes"
	"strings"
	"testing"
)

func TestMarksAreSetAndNotPrinted(t *testing.T) {
	l := sample()
	l.Text = "Меры **приняты** и *проверены*, ***срочно***. Вы**дел**ение.\n\n- первый **пункт**\n- второй\n\n1. раз\n2. два\n\n2*3*4 и сноска*"
	text := strings.Join(strings.Fields(read(t, printed(t, l))), " ")
	for _, want := range []string{"Меры приняты и проверены, срочно.", "– первый пункт", "– второй", "1. раз", "2. два", "2*3*4 и сноска*"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there:\n%s", want, text)
		}
	}
	marked := printed(t, l)
	l.Text = strings.ReplaceAll(l.Text, "**", "")
	if bytes.Equal(marked, printed(t, l)) {
		t.Error("bold looks like plain text")
	}
}

func TestLongEmphasisWrapsAndLosesNoWord(t *testing.T) {
	l := sample()
	l.Text = "**" + strings.Repeat("слово ", 200) + "конец** " + strings.Repeat("*а*", 50) + " **" + strings.Repeat("щ", 900) + "**"
	text := read(t, printed(t, l))
	if n := strings.Count(text, "слово"); n != 200 {
		t.Errorf("%d words of 200", n)
	}
	if n := strings.Count(text, "щ"); n != 900 {
		t.Errorf("%d letters of 900", n)
	}
}
