package report

import (
	"bytes"
	"strings"
	"testing"

	"priemnaya/casework"
)

func plainForm(w *world) LetterForm {
	return LetterForm{Registry: w.Registry(), Date: casework.Date.String,
		Say: func(id string, pairs ...any) string {
			for i := 0; i+1 < len(pairs); i += 2 {
				id += " " + pairs[i+1].(string)
			}
			return id
		}}
}

func TestAnAnswerBecomesTheSameLetterEachTime(t *testing.T) {
	w := newWorld(t)
	c := w.answered(1, "roads", casework.OutcomeMeasures, 5)
	a := c.Answers[0]
	l := AnswerLetter(&c, a, plainForm(w))
	if l.Body != "Комитет дорог" || l.Number != a.Number || l.To[0] != "Осокина Нина" || l.Signer != a.Signature.Name ||
		!strings.Contains(l.Reply, c.Number) || !strings.Contains(l.Text, "Асфальт") || l.Stamp == nil || !l.Moment.Equal(a.SentAt) {
		t.Errorf("letter: %+v", l)
	}
	print := AnswerLetters(func(string) LetterForm { return plainForm(w) })
	name, first, err := print(t.Context(), &c, a)
	if err != nil || !strings.HasSuffix(name, ".pdf") || !bytes.HasPrefix(first, []byte("%PDF")) {
		t.Fatal(name, err)
	}
	if _, second, _ := print(t.Context(), &c, a); !bytes.Equal(first, second) {
		t.Error("the letter differs when it is printed again")
	}
}

func TestALetterToSomebodyWithoutANameSaysTheNumber(t *testing.T) {
	w := newWorld(t)
	c := w.answered(1, "roads", casework.OutcomeExplained, 5)
	c.Parties.Applicants[0].Name = casework.PersonName{}
	c.Answers[0].Signature.Value = nil
	l := AnswerLetter(&c, c.Answers[0], plainForm(w))
	if !strings.Contains(l.To[0], c.Number) || l.Stamp != nil {
		t.Errorf("to %v, stamp %v", l.To, l.Stamp)
	}
}
