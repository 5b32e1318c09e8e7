package suggest

import (
	"slices"
	"strings"
	"testing"

	"priemnaya/casework/words"
)

func TestEveryLineOfNotionsIsUsable(t *testing.T) {
	names := map[string]string{}
	for line := range strings.Lines(conceptList) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		terms := words.Terms(line)
		if len(terms) < 2 {
			t.Errorf("%q says nothing", line)
			continue
		}
		if other, ok := names[terms[0]]; ok {
			t.Errorf("two lines are called by one word: %q and %q", other, line)
		}
		names[terms[0]] = line
	}
	if len(names) < 50 {
		t.Errorf("only %d notions", len(names))
	}
}

func TestTheWordsOfACitizenAndOfAnOfficeMeetInANotion(t *testing.T) {
	notionsOf := func(text string) []string {
		var out []string
		for _, f := range extract(Query{Text: text}) {
			if f.block == blockNotion {
				out = append(out, f.key)
			}
		}
		return out
	}
	for _, c := range []struct{ citizen, office string }{
		{"не горят фонари", "Неработающее наружное освещение"},
		{"батареи холодные", "Нарушение теплоснабжения"},
		{"во дворе бродячие псы", "Безнадзорные животные"},
		{"не записаться к терапевту", "Оказание медицинской помощи"},
	} {
		office := notionsOf(c.office)
		if !slices.ContainsFunc(notionsOf(c.citizen), func(n string) bool { return slices.Contains(office, n) }) {
			t.Errorf("%q and %q share no notion", c.citizen, c.office)
		}
	}
}

func TestALabelWithFewCasesIsRecognisedByItsName(t *testing.T) {
	examples := append(invented(150, 4),
		Example{Text: "Стая у школы кидается на прохожих", Topic: "Безнадзорные животные", Category: "Животные", Body: "Ветеринарная служба"},
		Example{Text: "Кусают детей во дворе", Topic: "Безнадзорные животные", Category: "Животные", Body: "Ветеринарная служба"})
	m, err := Train(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := m.Suggest(Query{Text: "бродячие собаки и кошки"})
	if s.Topic.Ranked[0].Label != "Безнадзорные животные" {
		t.Errorf("topics: %+v", s.Topic.Ranked[:3])
	}
}
