package suggest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestANewAppealGetsItsTopicCategoryAndBodyWithReasons(t *testing.T) {
	s := mustTrained(t).Suggest(Query{Text: "Уважаемая администрация! На нашей улице в Лесногорске опять не горят фонари, очень темно"})
	for _, c := range []struct {
		question string
		got      Answer
		want     string
	}{
		{"topic", s.Topic, "Уличное освещение"},
		{"category", s.Category, "Благоустройство"},
		{"body", s.Body, "Администрация города Лесногорск"},
	} {
		if len(c.got.Ranked) == 0 || c.got.Ranked[0].Label != c.want {
			t.Errorf("%s is %+v, want %q first", c.question, c.got.Ranked, c.want)
		}
	}
	if len(s.Topic.Reasons) == 0 || !slices.ContainsFunc(s.Topic.Reasons, func(r Reason) bool { return strings.Contains(r.Words, "фонари") }) {
		t.Errorf("the word фонари is not among the reasons: %+v", s.Topic.Reasons)
	}
	if !slices.ContainsFunc(s.Body.Reasons, func(r Reason) bool { return strings.Contains(r.Words, "лесногорске") }) {
		t.Errorf("the town is not among the reasons for the body: %+v", s.Body.Reasons)
	}
}

func TestThePlaceFieldDecidesTheBodyWhenTheTextNamesNone(t *testing.T) {
	for _, town := range towns {
		s := mustTrained(t).Suggest(Query{Text: "Не вывозят мусор, контейнеры переполнены", Place: "г. " + town.name})
		if s.Body.Ranked[0].Label != town.body {
			t.Errorf("%s: %+v", town.name, s.Body.Ranked)
		}
	}
}

func TestEverySuggestionIsWellFormed(t *testing.T) {
	m := mustTrained(t)
	texts := append(hostileTexts(t), "", "!!!", "12345", strings.Repeat("мусор ", 50_000), "qwerty asdf", "\xff\xfe\x00")
	for _, text := range texts {
		for _, q := range []Query{{Text: text}, {Text: "мусор", Place: text}} {
			s := m.Suggest(q)
			for _, a := range []Answer{s.Topic, s.Category, s.Body} {
				checkAnswer(t, q, a)
			}
		}
	}
}

func checkAnswer(t *testing.T, q Query, a Answer) {
	t.Helper()
	sum, last := 0.0, 1.0
	for _, r := range a.Ranked {
		if math.IsNaN(r.Confidence) || r.Confidence < 0 || r.Confidence > last {
			t.Fatalf("%.40q: confidences are not falling from 1 to 0: %+v", q.Text, a.Ranked)
		}
		last = r.Confidence
		sum += r.Confidence
	}
	if len(a.Ranked) == 0 || len(a.Ranked) > MaxRanked || sum > 1+1e-9 {
		t.Fatalf("%.40q: %d labels with a sum of %v", q.Text, len(a.Ranked), sum)
	}
	if len(a.Reasons) > MaxReasons {
		t.Fatalf("%.40q: %d reasons", q.Text, len(a.Reasons))
	}
	share := 0.0
	for _, r := range a.Reasons {
		share += r.Share
	}
	if share > 1+1e-6 {
		t.Fatalf("%.40q: the reasons are more than all: %+v", q.Text, a.Reasons)
	}
}

// hostileTexts reads the shared collections; without them some of our own do.
func hostileTexts(t *testing.T) []string {
	t.Helper()
	var plain []string
	var named []struct{ Value string }
	for file, into := range map[string]any{"naughty-strings.json": &plain, "ru-hostile-strings.json": &named} {
		data, err := io.ReadAll(openShared(t, "hostile", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range named {
		plain = append(plain, n.Value)
	}
	return plain
}

func TestAnUnknownTextIsNeverSure(t *testing.T) {
	s := mustTrained(t).Suggest(Query{Text: "zxcvb"})
	if s.Topic.Sure || s.Body.Sure {
		t.Errorf("sure of nonsense: %+v", s)
	}
	if len(s.Topic.Reasons) != 0 {
		t.Errorf("reasons from nonsense: %+v", s.Topic.Reasons)
	}
}

func TestManyGoroutinesGetTheSameSuggestion(t *testing.T) {
	m := mustTrained(t)
	q := Query{Text: "яма на дороге у дома 5", Place: "Заречный"}
	want := m.Suggest(q)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if got := m.Suggest(q); !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v, want %+v", got, want)
				}
			}
		})
	}
	group.Wait()
}

func TestTheSameExamplesAndSeedGiveTheSameBytes(t *testing.T) {
	examples := invented(120, 3)
	var first, again, other bytes.Buffer
	for _, c := range []struct {
		into *bytes.Buffer
		seed uint64
	}{{&first, 1}, {&again, 1}, {&other, 2}} {
		m, err := Train(examples, Options{Seed: c.seed})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Save(c.into); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), again.Bytes()) {
		t.Error("two trainings with one seed differ")
	}
	if bytes.Equal(first.Bytes(), other.Bytes()) {
		t.Error("another seed changes nothing")
	}
}

func TestTrainRefusesWhatItCannotLearnFrom(t *testing.T) {
	few := invented(MinExamples-1, 1)
	for _, c := range []struct {
		name     string
		examples []Example
		options  Options
		is       error
	}{
		{"no examples", nil, Options{}, ErrTooFew},
		{"one fewer than needed", few, Options{}, ErrTooFew},
		{"examples without text do not count", append(few, Example{Text: " \u200b", Topic: "Дороги"}), Options{}, ErrTooFew},
		{"examples without labels do not count", append(few, Example{Text: "яма"}), Options{}, ErrTooFew},
		{"a precision above one", invented(50, 1), Options{Precision: 1.5}, nil},
		{"a precision of chance", invented(50, 1), Options{Precision: 0.1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Train(c.examples, c.options); err == nil || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want %v", err, c.is)
			}
		})
	}
}

func TestAMissingKindOfLabelLeavesThatAnswerEmpty(t *testing.T) {
	examples := invented(100, 5)
	for i := range examples {
		examples[i].Topic, examples[i].Category = "", ""
	}
	m, err := Train(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := m.Suggest(Query{Text: "Не горят фонари в Лесногорске"})
	if len(s.Topic.Ranked) != 0 || len(s.Category.Ranked) != 0 || s.Topic.Sure {
		t.Errorf("labels out of nothing: %+v", s)
	}
	if s.Body.Ranked[0].Label != "Администрация города Лесногорск" {
		t.Errorf("body: %+v", s.Body.Ranked)
	}
}

func TestASingleLabelIsAlwaysTheAnswer(t *testing.T) {
	examples := invented(60, 5)
	for i := range examples {
		examples[i].Body = "Единственный орган"
	}
	m, err := Train(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := m.Suggest(Query{Text: "яма"}); len(s.Body.Ranked) != 1 || !s.Body.Sure {
		t.Errorf("body: %+v", s.Body)
	}
}

func TestOfTooManyExamplesTheLastAreLearnt(t *testing.T) {
	examples := invented(100, 5)
	for i := range examples[:60] {
		examples[i].Body = "Упразднённый орган"
	}
	m, err := Train(examples, Options{MaxExamples: 40})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, bodies := m.Labels(); slices.Contains(bodies, "Упразднённый орган") {
		t.Errorf("an old body is still suggested: %q", bodies)
	}
}

func TestProgressCountsEveryStepOnce(t *testing.T) {
	var seen []int
	total := 0
	o := Options{Progress: func(done, all int) { seen = append(seen, done); total = all }}
	if _, err := Train(invented(60, 5), o); err != nil {
		t.Fatal(err)
	}
	if len(seen) != total || !slices.IsSorted(seen) || seen[len(seen)-1] != total {
		t.Errorf("steps %v of %d", seen, total)
	}
}

func BenchmarkSuggestForAPage(b *testing.B) {
	m := mustTrained(b)
	text := strings.Repeat("В г. Заречный контейнеры переполнены мусором, фонари не горят, автобус не пришёл. ", 28)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.Suggest(Query{Text: text, Place: "Заречный"})
	}
}
