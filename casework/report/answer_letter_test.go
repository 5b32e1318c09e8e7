package report

import (
	"bytes"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/templates"
)

func TestAnAnswerBecomesTheSameLetterEachTime(t *testing.T) {
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	c := w.answered(1, "roads", casework.OutcomeMeasures, 5)
	a := c.Answers[0]
	sheet := Sheet{Set: set, Registry: w.Registry()}
	l := AnswerLetter(&c, a, sheet)
	if l.Body != "Комитет дорог" || l.Number != a.Number || l.To[0] != "Осокина Нина" || l.Signer != a.Signature.Name ||
		!strings.Contains(l.Reply, c.Number) || !strings.Contains(l.Text, "Асфальт") {
		t.Errorf("letter: %+v", l)
	}
	first, err := PrintLetter(l)
	if err != nil || !bytes.HasPrefix(first, []byte("%PDF")) {
		t.Fatal(err)
	}
	if second, _ := PrintLetter(AnswerLetter(&c, a, sheet)); !bytes.Equal(first, second) {
		t.Error("the letter differs when it is printed again")
	}
}
