package casework_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"priemnaya/casework"
)

// second is another officer of the same body.
var second = staff("second", casework.RoleOfficer, "roads")

// inWork is a case of three questions that an officer works on.
func (b *bench) inWork(t testing.TB, change ...func(*casework.Filing)) casework.Case {
	t.Helper()
	f := filing()
	for _, c := range change {
		c(&f)
	}
	c := b.file(t, f)
	if _, err := b.Route(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	b.do(t, registrar, c.ID, casework.Splitting{Questions: []casework.Question{
		{Topic: "0003.0009.0099.0742"}, {Topic: "0003.0009.0099.0743"}, {Topic: "0003.0009.0099.0744"}}})
	return b.do(t, head, c.ID, casework.Assignment{Officer: officer})
}

func (b *bench) stored(t testing.TB, id string) casework.Case {
	t.Helper()
	c, err := b.store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestANoteIsAddedJournalledWithoutItsTextAndNeverTakenBack(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	for i, by := range []casework.Actor{officer, head, registrar, supervisor} {
		c, err := b.AddNote(t.Context(), by, c.ID, fmt.Sprintf(" Тайное замечание %d ", i))
		if err != nil {
			t.Fatal(err)
		}
		notes := c.Notes()
		if last := notes[len(notes)-1]; len(notes) != i+1 || last.By != by.ID || last.Text != fmt.Sprintf("Тайное замечание %d", i) {
			t.Errorf("notes: %+v", notes)
		}
	}
	got := b.stored(t, c.ID)
	journal, _ := json.Marshal(got.Journal)
	if strings.Contains(string(journal), "Тайное") || got.Journal[len(got.Journal)-1].Act != casework.ActNote {
		t.Error("the journal holds the text of a note, or no event of it")
	}
	if err := casework.VerifyJournal(&got); err != nil {
		t.Error(err)
	}
}

func TestNotesAreRefusedToThoseOutsideAndWhenTheyAreNone(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	for _, tc := range []struct {
		name string
		by   casework.Actor
		text string
		want casework.Code
	}{
		{"an applicant", citizen, "Я", casework.Forbidden},
		{"a stranger", staff("other", casework.RoleOfficer, "admin"), "Я", casework.NotFound},
		{"an empty one", officer, " \n ", casework.Invalid},
		{"a long one", officer, strings.Repeat("д", casework.MaxNote+1), casework.Invalid},
		{"one with controls", officer, "а\x00б", casework.Invalid},
	} {
		if _, err := b.AddNote(t.Context(), tc.by, c.ID, tc.text); casework.CodeOf(err) != tc.want {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if now := b.stored(t, c.ID); len(now.Notes()) != 0 {
		t.Errorf("%d notes", len(now.Notes()))
	}
}

func TestAChangeOfACopyOfACaseLeavesItsInsideAlone(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	c, _ = b.AddNote(t.Context(), officer, c.ID, "Первая")
	copied := c.Clone()
	copied.Inside.Notes[0].Text = "Иная"
	if c.Notes()[0].Text != "Первая" {
		t.Error("a clone shares its notes")
	}
	if out := c.Outside(); out.Inside != nil || c.Inside == nil {
		t.Error("the outside of a case has an inside")
	}
}

func TestTheInsideStaysOutOfCopiesForOtherBodies(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	if _, err := b.AddNote(t.Context(), officer, c.ID, "Только для своих"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.DraftQuestion(t.Context(), officer, c.ID, casework.QuestionText{Question: "q1", Text: "Черновик для своих"}); err != nil {
		t.Fatal(err)
	}
	child := b.copyOf(t, c.ID, casework.Copying{Bodies: []string{"prosecutor"}, Why: "По принадлежности."})
	raw, _ := json.Marshal(child)
	if strings.Contains(string(raw), "для своих") || child.Inside != nil {
		t.Error("the copy has what is inside")
	}
}

// copyOf sends a copy and finds its case.
func (b *bench) copyOf(t testing.TB, id string, act casework.Copying) casework.Case {
	t.Helper()
	b.do(t, registrar, id, act)
	if err := b.MakeCopies(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	for _, l := range b.stored(t, id).Links {
		if l.Kind == casework.LinkCopied {
			return b.stored(t, l.Case)
		}
	}
	t.Fatal("no copy")
	return casework.Case{}
}

func TestOfTwoWhoWriteOnAQuestionNobodyOverwritesTheOther(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	text := func(q, s string, rev int) casework.QuestionText {
		return casework.QuestionText{Question: q, Text: s, Revision: rev, Outcome: casework.OutcomeExplained}
	}
	if _, err := b.DraftQuestion(t.Context(), officer, c.ID, text("q1", "Первый", 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.DraftQuestion(t.Context(), second, c.ID, text("q2", "Второй", 0)); err != nil {
		t.Errorf("another question: %v", err)
	}
	if _, err := b.DraftQuestion(t.Context(), second, c.ID, text("q1", "Поверх", 0)); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("the same question: %v", err)
	}
	got := b.stored(t, c.ID)
	if d := got.QuestionDraft("q1"); d.Text != "Первый" || d.Revision != 1 || d.Author != officer.ID {
		t.Errorf("%+v", d)
	}
	for name, tc := range map[string]struct {
		by   casework.Actor
		q    casework.QuestionText
		want casework.Code
	}{
		"an unknown question": {officer, text("q9", "", 0), casework.NotFound},
		"a registrar":         {registrar, text("q3", "", 0), casework.Forbidden},
		"a stranger":          {staff("other", casework.RoleOfficer, "admin"), text("q3", "", 0), casework.NotFound},
		"a bad outcome":       {officer, casework.QuestionText{Question: "q3", Outcome: "none"}, casework.Invalid},
		"too much text":       {officer, text("q3", strings.Repeat("д", casework.MaxLetter+1), 0), casework.Invalid},
	} {
		if _, err := b.DraftQuestion(t.Context(), tc.by, c.ID, tc.q); casework.CodeOf(err) != tc.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.do(t, officer, c.ID, casework.Drafting{Text: "Письмо", Outcome: casework.OutcomeExplained})
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	if _, err := b.DraftQuestion(t.Context(), officer, c.ID, text("q1", "Поздно", 1)); casework.CodeOf(err) != casework.NotAllowed {
		t.Errorf("after submission: %v", err)
	}
}

// pen is somebody who writes on a question from the state he last saw.
type pen struct {
	by       casework.Actor
	question string
	seen     casework.QuestionDraft
	open     bool
}

// TestNoTextIsLostInAThousandInterleavings (promise G4): officers open, write
// and save drafts of questions in random orders; whatever was ever saved stands
// in the end, because a save over an unseen version is refused.
func TestNoTextIsLostInAThousandInterleavings(t *testing.T) {
	t.Parallel()
	conflicts := 0
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	fresh := b.store.cases[c.ID]
	for seed := range uint64(1000) {
		b.store.cases[c.ID] = fresh
		random := rand.New(rand.NewPCG(seed, 11))
		var pens []*pen
		for i := range 4 {
			pens = append(pens, &pen{by: []casework.Actor{officer, second, head}[i%3], question: []string{"q1", "q2"}[i%2]})
		}
		saved := map[string][]string{}
		for step := range 9 {
			p := pens[random.IntN(len(pens))]
			if !p.open {
				now := b.stored(t, c.ID)
				p.seen, p.open = now.QuestionDraft(p.question), true
				continue
			}
			line := fmt.Sprintf("%s-%d", p.by.ID, step)
			_, err := b.DraftQuestion(t.Context(), p.by, c.ID, casework.QuestionText{Question: p.question,
				Text: p.seen.Text + line + "\n", Revision: p.seen.Revision})
			p.open = false
			switch casework.CodeOf(err) {
			case "":
				saved[p.question] = append(saved[p.question], line)
			case casework.Conflict:
				conflicts++
			default:
				t.Fatal(err)
			}
		}
		now := b.stored(t, c.ID)
		for q, lines := range saved {
			for _, line := range lines {
				if !strings.Contains(now.QuestionDraft(q).Text, line+"\n") {
					t.Fatalf("seed %d: %s of %s is lost", seed, line, q)
				}
			}
		}
	}
	if conflicts < 100 {
		t.Fatalf("%d conflicts: the test proves nothing", conflicts)
	}
	t.Logf("1000 interleavings, %d saves refused, 0 texts lost", conflicts)
}

func TestNoTextIsLostWhenAllWriteAtTheSameMoment(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	var group sync.WaitGroup
	for w := range 6 {
		by := []casework.Actor{officer, second, head}[w%3]
		group.Go(func() {
			for n := 0; n < 10; {
				now, err := b.store.Get(t.Context(), c.ID)
				if err != nil {
					t.Error(err)
					return
				}
				d := now.QuestionDraft("q1")
				_, err = b.DraftQuestion(t.Context(), by, c.ID, casework.QuestionText{Question: "q1",
					Text: d.Text + fmt.Sprintf("%d/%d\n", w, n), Revision: d.Revision})
				if err == nil {
					n++
				}
			}
		})
	}
	group.Wait()
	now := b.stored(t, c.ID)
	if lines := strings.Count(now.QuestionDraft("q1").Text, "\n"); lines != 60 {
		t.Errorf("%d lines of 60", lines)
	}
}

func TestALetterTakesTheDraftsOfItsQuestionsOnce(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	for q, text := range map[string]string{"q1": "Яма заделана.", "q3": "Знак   стоит\nс мая."} {
		if _, err := b.DraftQuestion(t.Context(), officer, c.ID, casework.QuestionText{Question: q, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	c = b.stored(t, c.ID)
	title := func(n int, _ casework.Question) string { return fmt.Sprintf("%d.", n) }
	want := "Здравствуйте!\n\n1.\nЯма заделана.\n\n3.\nЗнак   стоит\nс мая."
	got := c.WithQuestions("Здравствуйте!\n", title)
	if got != want {
		t.Errorf("%q", got)
	}
	if again := c.WithQuestions(got, title); again != want {
		t.Errorf("a second time: %q", again)
	}
	if held := c.WithQuestions("Знак стоит с мая. Яма заделана.", title); held != "Знак стоит с мая. Яма заделана." {
		t.Errorf("what stands there was added: %q", held)
	}
}

func TestAQuestionWithoutAnAnswerIsNamed(t *testing.T) {
	speaks := func(letter, topic string) bool { return strings.Contains(letter, topic[len(topic)-4:]) }
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	if gaps := c.Gaps(speaks); gaps != nil {
		t.Errorf("no letter yet: %v", gaps)
	}
	draft := func(text string, whole casework.Outcome, each map[string]casework.Outcome) casework.Case {
		now := b.stored(t, c.ID)
		rev := 0
		if now.Draft != nil {
			rev = now.Draft.Revision
		}
		return b.do(t, officer, c.ID, casework.Drafting{Text: text, Outcome: whole, Outcomes: each, Revision: rev})
	}
	show := func(c casework.Case) string { return fmt.Sprint(c.Gaps(speaks)) }
	full := draft("0742, 0743 и 0744", casework.OutcomeExplained, nil)
	if got := full.Gaps(speaks); len(got) != 0 {
		t.Errorf("a full letter: %v", got)
	}
	if got := show(draft("0742 и 0744", casework.OutcomeExplained, nil)); got != "[{q2 2 0003.0009.0099.0743 [text]}]" {
		t.Errorf("a question of which nothing is said: %s", got)
	}
	if got := show(draft("0742, 0743 и 0744", "", map[string]casework.Outcome{"q1": casework.OutcomeExplained, "q3": casework.OutcomeExplained})); got != "[{q2 2 0003.0009.0099.0743 [outcome]}]" {
		t.Errorf("a question without an outcome: %s", got)
	}
	if _, err := b.DraftQuestion(t.Context(), second, c.ID, casework.QuestionText{Question: "q2", Text: "Написано, но не вложено."}); err != nil {
		t.Fatal(err)
	}
	if got := show(draft("0742, 0743 и 0744", casework.OutcomeExplained, nil)); got != "[{q2 2 0003.0009.0099.0743 [part]}]" {
		t.Errorf("a draft that is not in the letter: %s", got)
	}
}

func TestACitizenNeverGetsTheInsideOfHisCase(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t)
	if _, err := b.AddNote(t.Context(), officer, c.ID, "Только для своих"); err != nil {
		t.Fatal(err)
	}
	mine, err := b.Read(t.Context(), citizen, c.ID, "cabinet")
	if err != nil || mine.Inside != nil {
		t.Errorf("%v, %+v", err, mine.Inside)
	}
	code, err := b.ReissueCode(t.Context(), citizen, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if tracked, err := b.Track(t.Context(), c.Receipt, code); err != nil || tracked.Inside != nil {
		t.Errorf("%v, %+v", err, tracked.Inside)
	}
	theirs, err := b.Read(t.Context(), officer, c.ID, "desk")
	if err != nil || len(theirs.Notes()) != 1 {
		t.Errorf("the officer: %v, %+v", err, theirs.Inside)
	}
}
