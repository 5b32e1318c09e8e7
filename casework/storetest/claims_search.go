package storetest

import (
	"fmt"

	"priemnaya/casework"
)

func searchClaims() []Claim {
	return []Claim{
		{"a Russian word is found in any of its forms", searchForms},
		{"several words must all be there, in any order", searchAll},
		{"names, telephones, addresses and answers are searched too", searchPlaces},
		{"a changed text is found by its new words and no more by its old ones", searchChanged},
		{"signs, operators and quotes in a search do no harm", searchHostile},
		{"search goes together with filters and cursors, newest first", searchFiltered},
		{"a case that has gone to another body is found there", searchMoved},
	}
}

// finds waits until a search gives exactly these IDs.
func finds(t TB, s Storage, text, want string) {
	t.Helper()
	got := ""
	eventually(t, fmt.Sprintf("%q finds %q", text, want), func() bool {
		got = sorted(drain(t, s, casework.Query{Text: text, Window: casework.Window{Limit: 50}}))
		return got == want
	})
}

func searchForms(t TB, s Storage) {
	create(t, s, Case("road", Text("Разбита дорога у школы, ямы не чинят.")))
	create(t, s, Case("lamp", Text("Не горит фонарь, темно.")))
	for _, text := range []string{"дорога", "дороги", "ДОРОГЕ", "дорогу", "яма", "школа школы"} {
		finds(t, s, text, "road")
	}
	finds(t, s, "фонари", "lamp")
	finds(t, s, "самолёт", "")
}

func searchAll(t TB, s Storage) {
	create(t, s, Case("a", Text("лифт и подвал")))
	create(t, s, Case("b", Text("лифт и крыша")))
	finds(t, s, "лифт", "a b")
	finds(t, s, "подвал лифт", "a")
	finds(t, s, "крыша подвал", "")
}

func searchPlaces(t TB, s Storage) {
	c := Case("a")
	c.Subject.Address = "переулок Кленовый, 44"
	c.Parties.Applicants[0].Name = casework.PersonName{Surname: "Журавец", Given: "Антон"}
	c.Parties.Applicants[0].Contact.Phone = "89161234567"
	c.Answers = []casework.Answer{{ID: "a1", Text: "Насос заменён.", SentAt: At(1)}}
	create(t, s, c)
	for _, text := range []string{"кленовому", "44", "журавец", "89161234567", "насосы"} {
		finds(t, s, text, "a")
	}
}

func searchChanged(t TB, s Storage) {
	create(t, s, Case("a", Text("трамвай")))
	finds(t, s, "трамвай", "a")
	for _, text := range []string{"автобус", "троллейбус"} {
		_, err := s.Update(t.Context(), "a", func(c casework.Case) (casework.Case, error) {
			c.Content.Text = text
			return c, nil
		})
		must(t, err)
	}
	finds(t, s, "троллейбус", "a")
	finds(t, s, "трамвай", "")
	finds(t, s, "автобус", "")
}

func searchHostile(t TB, s Storage) {
	create(t, s, Case("a", Text(`кавычка " звезда * скобка ( слово`)))
	finds(t, s, "слово", "a")
	for _, text := range []string{`"`, `слово"`, "слово*", "(слово", "слово AND", "NOT слово", "terms:слово", "слово -звезда",
		"^слово", "слово NEAR(1)", `{"$regex":"."}`, "'; DROP TABLE words; --", "\u0301", "..."} {
		_, err := s.Page(t.Context(), casework.Query{Text: text, Window: casework.Window{Limit: 5}})
		if err != nil {
			t.Errorf("search for %q: %v", text, err)
		}
	}
	finds(t, s, `слово"*(`, "a")
	finds(t, s, "...", "")
	finds(t, s, "  ", "a")
}

func searchFiltered(t TB, s Storage) {
	for i := range 12 {
		create(t, s, Case(fmt.Sprintf("c%02d", i), Text("мост"), Placed([]string{"x", "y"}[i%2], casework.StageRouted), Due(Day(-i)), Received(At(i/4))))
	}
	create(t, s, Case("z", Text("парк"), Placed("x", casework.StageRouted)))
	finds(t, s, "мосты", "c00 c01 c02 c03 c04 c05 c06 c07 c08 c09 c10 c11")
	for _, sort := range []casework.Sort{casework.SortDue, casework.SortReceived} {
		got := drain(t, s, casework.Query{Text: "мост", Bodies: []string{"x"}, DueTo: Day(-3), Sort: sort, Window: casework.Window{Limit: 2}})
		same(t, "filtered search", got, []string{"c08", "c10", "c04", "c06"})
	}
	got := drain(t, s, casework.Query{Text: "мост", ReceivedFrom: At(1), ReceivedTo: At(2), Window: casework.Window{Limit: 3}})
	same(t, "search within a time", got, []string{"c04", "c05", "c06", "c07"})
}

func searchMoved(t TB, s Storage) {
	create(t, s, Case("a", Text("паром"), Placed("x", casework.StageRouted)))
	finds(t, s, "паром", "a")
	_, err := s.Update(t.Context(), "a", func(c casework.Case) (casework.Case, error) {
		c.Place.Body = "y"
		return c, nil
	})
	must(t, err)
	at := func(body string) func() bool {
		return func() bool {
			return sorted(drain(t, s, casework.Query{Text: "паром", Bodies: []string{body}, Window: casework.Window{Limit: 5}})) == "a"
		}
	}
	eventually(t, "the case is found at its new body", at("y"))
	if at("x")() {
		t.Errorf("the case is still found at the body that it has left")
	}
}
