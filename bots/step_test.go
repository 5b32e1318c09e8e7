package bots

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

var person1 = casework.Applicant{Key: "esia:1", Name: casework.PersonName{Surname: "Соколова", Given: "Анна"}}

func someFacts(r *rand.Rand, s State) Facts {
	reg, err := casework.NewRegistry("r", []casework.Body{{ID: "roads", Name: "Дороги", Contacts: casework.Contacts{Phone: "1"}}}, nil)
	if err != nil {
		panic(err)
	}
	f := Facts{Key: "console/1", Registry: reg, TopicName: func(c string) string { return c }, Site: "https://priem.example.ru", Phone: "2"}
	if r.IntN(2) == 0 {
		f.Person = &person1
	}
	if s.Draft != "" && r.IntN(4) > 0 {
		f.Draft = &casework.FilingDraft{ID: s.Draft, Text: "На улице яма", Addressee: "roads"}
	}
	return f
}

// someEvent is anything that may happen: any update, any button, any result.
func someEvent(r *rand.Rand, s State, n int) Event {
	u := Update{ID: fmt.Sprint(n), Order: int64(n), Message: fmt.Sprint(n), Chat: "1"}
	verbs := []string{"home", "new", "mine", "person", "language", "lang:en", "lang:xx", "link", "unlink", "forget", "forget:yes",
		"draft:abc", "case:x", "answer:x", "clarify:x", "tell:x", "rate:x", "mark:4", "mark:9", "unmarked", "open", "nonsense", ":::",
		"done:" + s.tag(), "clear:" + s.tag(), "skip:" + s.tag() + ":" + string(s.At), "topic:" + s.tag() + ":decide", "body:" + s.tag() + ":roads",
		"go:" + s.tag() + ":write", "go:" + s.tag() + ":nowhere", "send:" + s.tag() + ":00", "drop:" + s.tag(), "nomail:" + s.tag(), "send:old:00"}
	switch r.IntN(8) {
	case 0:
		u.Text = []string{"привет", "На улице Мира огромная яма, засыпьте", "123456", "/my", "меню", "a@b.ru", strings.Repeat("я", 60000)}[r.IntN(7)]
	case 1:
		u.Files = []RemoteFile{{Ref: "f", Kind: Photo}}
	case 2:
		u.Place = &Place{55, 37}
	case 3:
		u.Unknown = true
	case 4:
		u.Edited, u.Text, u.Message = true, "Другие слова", fmt.Sprint(r.IntN(n+1))
	case 5, 6:
		u.Press = verbs[r.IntN(len(verbs))]
	default:
		return Event{Done: someResult(r, s)}
	}
	return Event{Said: &u}
}

var jobs = []Job{JobText, JobClear, JobSet, JobAttach, JobTopics, JobBodies, JobPreview, JobFile, JobDrop, JobWipe, JobMine, JobCase, JobAnswer,
	JobClarify, JobRate, JobLink, JobCode, JobUnlink, JobForget}

func someResult(r *rand.Rand, s State) *Result {
	x := &Result{Errand: Errand{Job: jobs[r.IntN(len(jobs))], Draft: s.Draft, Case: s.Case, Name: "address"}, Till: time.Unix(0, 0)}
	return finish(x, s, r.IntN(4) == 0)
}

// finish fills a result as the attendant does.
func finish(x *Result, s State, fails bool) *Result {
	if fails {
		x.Fault = &Fault{Text: "bot.fault.conflict"}
		return x
	}
	x.Draft = &casework.FilingDraft{ID: s.Draft, Text: "На улице яма", Files: []casework.File{{ID: "f", Name: "p"}}}
	x.File = &x.Draft.Files[0]
	x.Case = &casework.Case{ID: "x", Receipt: "П-1", Answers: []casework.Answer{{ID: "a", Text: "Да"}}}
	x.Options = []Option{{Value: "decide", Label: "x"}}
	return x
}

// TestWhateverHappensThereIsAWayOn walks at random: after every event there is
// an answer or an errand whose result is one, every last answer shows the ways
// out, every text exists, and one press leads home.
func TestWhateverHappensThereIsAWayOn(t *testing.T) {
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reached := map[At]bool{}
	for walk := range 400 {
		r := rand.New(rand.NewPCG(uint64(walk), 7))
		s := State{}
		for n := range 60 {
			e := someEvent(r, s, n)
			var replies []Reply
			var errands []Errand
			f := someFacts(r, s)
			s, replies, errands = Step(s, e, f)
			replies = append(replies, settle(t, r, &s, errands)...)
			reached[s.At] = true
			checkReplies(t, set, e, replies)
			home, out, _ := Step(s, Event{Said: &Update{ID: "h", Press: "home"}}, f)
			if home.At != AtHome || len(out) == 0 || out[len(out)-1].Plain {
				t.Fatalf("walk %d: no way home from %s: %+v", walk, s.At, out)
			}
		}
	}
	for _, at := range Places() {
		if !reached[at] && at != AtSafe {
			t.Errorf("%s was never reached: the walk is too narrow", at)
		}
	}
}

// settle lets errands end, some of them badly, until nothing is owed.
func settle(t *testing.T, r *rand.Rand, s *State, errands []Errand) []Reply {
	t.Helper()
	var all []Reply
	for round := 0; len(errands) > 0; round++ {
		if round > 60 {
			t.Fatalf("errands lead to errands for ever: %+v", errands)
		}
		e := errands[0]
		x := finish(&Result{Errand: e, Till: time.Unix(0, 0)}, *s, r.IntN(4) == 0)
		next, replies, more := Step(*s, Event{Done: x}, someFacts(r, *s))
		*s, all, errands = next, append(all, replies...), append(errands[1:], more...)
	}
	return all
}

func checkReplies(t *testing.T, set *templates.Set, e Event, replies []Reply) {
	t.Helper()
	if len(replies) == 0 && e.Said != nil {
		t.Fatalf("no answer to %+v", *e.Said)
	}
	for _, x := range replies {
		if x.Text == "" && x.Raw == "" && x.File == nil {
			t.Fatalf("an empty reply: %+v", x)
		}
		for _, l := range append(slices.Clone(x.More), Line{Text: x.Text}) {
			if l.Text != "" && (!set.Has("ru", l.Text) || !set.Has("en", l.Text)) && !strings.HasSuffix(l.Text, ".") {
				t.Fatalf("no text %q", l.Text)
			}
		}
		for _, row := range x.Rows {
			for _, b := range row {
				if len(b.Data) > 64 || b.Text != "" && !set.Has("en", b.Text) {
					t.Fatalf("button %+v", b)
				}
			}
		}
	}
	if n := len(replies); n > 0 && e.Said != nil && replies[n-1].Plain {
		t.Fatalf("the last answer to %+v shows no way out: %+v", *e.Said, replies[n-1])
	}
}

// TestStepIsPure calls it twice with the same values and compares, and looks
// that nothing handed in was changed.
func TestStepIsPure(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	s := State{}
	for n := range 2000 {
		e, f := someEvent(r, s, n), someFacts(r, s)
		before, err := json.Marshal([]any{s, e, f.Draft, f.Person})
		if err != nil {
			t.Fatal(err)
		}
		s1, r1, e1 := Step(s, e, f)
		s2, r2, e2 := Step(s, e, f)
		if !reflect.DeepEqual([]any{s1, r1, e1}, []any{s2, r2, e2}) {
			t.Fatalf("two answers to one event: %+v", e)
		}
		after, err := json.Marshal([]any{s, e, f.Draft, f.Person})
		if err != nil || string(before) != string(after) {
			t.Fatalf("what was handed in has changed:\n%s\n%s", before, after)
		}
		s = s1
	}
}

func TestMessagesAreJoinedInTheOrderOfTheSender(t *testing.T) {
	parts := []Part{{"3", 3, "три"}, {"1", 1, "раз"}, {"2", 2, "два"}}
	if got := compose("ноль", parts); got != "ноль\nраз\nдва\nтри" {
		t.Fatal(got)
	}
	s := State{Base: "ноль", Parts: parts}
	if !s.ours("ноль\nраз\nтри") || s.ours("ноль\nчужое") {
		t.Fatal("own and foreign texts are mixed up")
	}
}

func TestLongTextsAreSplitAtLinesAndNothingIsLost(t *testing.T) {
	text := strings.Repeat("слово за словом идёт дальше\n", 400)
	pieces := split(text, 500)
	for _, p := range pieces {
		if len([]rune(p)) > 500 {
			t.Fatal(len([]rune(p)))
		}
	}
	if strings.Join(strings.Fields(strings.Join(pieces, " ")), " ") != strings.Join(strings.Fields(text), " ") {
		t.Fatal("words were lost")
	}
}

func TestAFloodIsStoppedPerChatAndForAll(t *testing.T) {
	l := newLimiter(Limits{ChatBurst: 5, ChatPerSecond: 1, AllBurst: 8, AllPerSecond: 1})
	now := time.Unix(1000, 0)
	var got []admission
	for range 8 {
		got = append(got, l.admit("a", now))
	}
	want := []admission{admitted, admitted, admitted, admitted, admitted, droppedFirst, dropped, dropped}
	if !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	got = nil
	for range 4 {
		got = append(got, l.admit("b", now))
	}
	if !slices.Equal(got, []admission{admitted, admitted, admitted, overloaded}) {
		t.Fatalf("all together: %v", got)
	}
	if l.admit("a", now.Add(10*time.Second)) != admitted {
		t.Fatal("who has waited is not taken again")
	}
	l.admit("a", now.Add(time.Hour))
	if len(l.chats) != 1 {
		t.Fatalf("%d chats are remembered for ever", len(l.chats))
	}
}
