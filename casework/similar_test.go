package casework_test

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

// plainWords is a comparison of texts simple enough to reckon by hand.
type plainWords struct{}

func (plainWords) Terms(text string) []string {
	return strings.Fields(strings.ToLower(strings.NewReplacer(",", " ", ".", " ").Replace(text)))
}

func (w plainWords) Similarity(a, b string) float64 {
	in := map[string]int{}
	for _, t := range w.Terms(a) {
		in[t] |= 1
	}
	for _, t := range w.Terms(b) {
		in[t] |= 2
	}
	both := 0
	for _, where := range in {
		if where == 3 {
			both++
		}
	}
	return float64(both) / float64(max(1, len(in)))
}

func (b *bench) another(t testing.TB, key, who, text string) casework.Case {
	t.Helper()
	f := filing()
	f.Key, f.Text, f.Applicant.Key = key+"0123456789abcdef", text, who
	c := b.file(t, f)
	if _, err := b.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	return c
}

const pothole = "Возле школы на улице Садовой глубокая яма, машины объезжают её по тротуару, дети боятся ходить."

func reasonsOf(s casework.Similar) string {
	var out []string
	for _, r := range s.Reasons {
		out = append(out, strings.TrimPrefix(r.Key, "similar."))
	}
	return strings.Join(out, " ")
}

func TestSimilarCasesAreFoundWithTheirReasons(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	b.SetWording(plainWords{})
	c := b.another(t, "a", "esia:1", pothole)
	twice := b.another(t, "b", "esia:2", pothole)
	repeat := b.another(t, "c", "esia:1", "Опять пишу про улицу Садовой: глубокая яма, машины объезжают её, мер нет.")
	b.another(t, "d", "esia:3", "Прошу выдать справку о составе семьи для детского сада.")
	got, err := b.SimilarTo(t.Context(), registrar, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) < 2 || got[0].Row.ID != twice.ID || got[0].Offer != casework.LinkDuplicate {
		t.Fatalf("%+v", got)
	}
	if why := reasonsOf(got[0]); why != "phrases words territory topic near" {
		t.Errorf("the duplicate: %s", why)
	}
	if got[1].Row.ID != repeat.ID || got[1].Offer != casework.LinkRepeat || !strings.HasPrefix(reasonsOf(got[1]), "applicant") {
		t.Errorf("the repeat: %s, %+v", reasonsOf(got[1]), got[1])
	}
	for _, s := range got {
		if s.Score < 0.25 || s.Score > 1 {
			t.Errorf("score %v", s.Score)
		}
	}
}

func TestWhatIsLinkedForeignOrOneselfIsNotSimilar(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	b.SetWording(plainWords{})
	c := b.another(t, "a", "esia:1", pothole)
	twice := b.another(t, "b", "esia:2", pothole)
	elsewhere := b.another(t, "c", "esia:3", pothole)
	b.do(t, central, elsewhere.ID, casework.Routing{Body: "admin"})
	got, err := b.SimilarTo(t.Context(), registrar, c.ID)
	if err != nil || len(got) != 1 || got[0].Row.ID != twice.ID {
		t.Fatalf("%v, %+v", err, got)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	b.do(t, registrar, c.ID, casework.Linking{To: casework.LinkDuplicate, Case: twice.ID})
	if got, err = b.SimilarTo(t.Context(), registrar, c.ID); err != nil || len(got) != 0 {
		t.Errorf("after the link: %v, %+v", err, got)
	}
	if _, err := b.SimilarTo(t.Context(), staff("other", casework.RoleOfficer, "admin"), c.ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a stranger: %v", err)
	}
}

func TestWithoutAWordingNothingIsSimilar(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.another(t, "a", "esia:1", pothole)
	if got, err := b.SimilarTo(t.Context(), registrar, c.ID); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}
