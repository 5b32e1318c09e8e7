package suggest

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestPlacesAreFoundByCapitalsAndMarkers(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a town after its marker", "в г. Заречный нет воды", []string{"заречн"}},
		{"a street written small", "на улице садовой темно", []string{"садов"}},
		{"a district before its marker", "жители Лесного района", []string{"лесн"}},
		{"a capital inside a sentence", "дорога на Приозёрье разбита", []string{"приозер"}},
		{"a capital at the start of a sentence is no place", "Дорога разбита. Яма глубокая", nil},
		{"shouting is no place", "ПОЧИНИТЕ ДОРОГУ СРОЧНО", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := placeWords(c.text)
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestALongTextIsReadInPartAndOnAWholeLetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, n := rapid.String().Draw(t, "s"), rapid.IntRange(0, 20).Draw(t, "n")
		got := clip(s, n)
		if len(got) > n || !strings.HasPrefix(s, got) || !utf8.ValidString(got) || len(s) > n && n-len(got) > 3 {
			t.Fatalf("clip(%q, %d) = %q", s, n, got)
		}
	})
	if a, b := extract(Query{Text: strings.Repeat("вода ", maxTextBytes)}), maxTextBytes; len(a) > b*4 {
		t.Errorf("%d features", len(a))
	}
}

func TestEveryBlockOfAVectorHasLengthOneAndItsOwnPart(t *testing.T) {
	var docs [][]feature
	for _, e := range invented(40, 1) {
		docs = append(docs, extract(Query{Text: e.Text}))
	}
	v := learnVocabulary(docs)
	for _, doc := range docs {
		d := v.vectorise(doc)
		if !slices.IsSorted(d.index) {
			t.Fatal("indices do not rise")
		}
		for b := range blockCount {
			part, sum := v.part(d, b), 0.0
			for k, f := range part.index {
				if v.Keys[f][0] != "wbcpn"[b] {
					t.Fatalf("%q is in block %d", v.Keys[f], b)
				}
				sum += float64(part.value[k]) * float64(part.value[k])
			}
			if len(part.index) > 0 && math.Abs(sum-1) > 1e-4 {
				t.Errorf("block %d has length² %v", b, sum)
			}
		}
	}
	if w, d := v.weighted(v.vectorise(docs[0])), v.vectorise(docs[0]); w.value[0] != d.value[0]*blockWeight[0] {
		t.Error("a weighted copy has another weight")
	}
}

func TestTheVocabularyComesFromTheGivenTextsOnly(t *testing.T) {
	v := learnVocabulary([][]feature{extract(Query{Text: "глубокая яма"}), extract(Query{Text: "яма"})})
	if d := v.vectorise(extract(Query{Text: "фонарь"})); len(d.index) != 0 {
		t.Errorf("an unknown word has features %v", d)
	}
}

func TestASparseTableMultipliesLikeAFullOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		features, labels := rapid.IntRange(1, 8).Draw(t, "features"), rapid.IntRange(1, 5).Draw(t, "labels")
		cell := rapid.SampledFrom([]float32{0, 0, 1, -2, 0.5})
		full := make([][]float32, labels)
		columns := make([]vector, labels)
		for l := range full {
			full[l] = rapid.SliceOfN(cell, features, features).Draw(t, "column")
			columns[l] = dense(full[l], 0)
		}
		m := newMatrix(features, columns)
		if err := m.check(features, labels); err != nil {
			t.Fatal(err)
		}
		text := dense(rapid.SliceOfN(cell, features, features).Draw(t, "text"), 0)
		got := make([]float64, labels)
		m.addTo(text, got)
		for l := range full {
			want := 0.0
			for k, f := range text.index {
				want += float64(full[l][f] * text.value[k])
				if m.at(f, l) != full[l][f] {
					t.Fatalf("cell %d, %d is %v, want %v", f, l, m.at(f, l), full[l][f])
				}
			}
			if got[l] != want {
				t.Fatalf("label %d: %v, want %v", l, got[l], want)
			}
		}
	})
}

func TestTheLinearExpertSeparatesWhatCanBeSeparated(t *testing.T) {
	var docs []vector
	var truth []int
	for i := range 60 {
		l := i % 3
		docs = append(docs, vector{[]int32{int32(l), int32(3 + i%5)}, []float32{1, 0.5}})
		truth = append(truth, l)
	}
	m := trainLinear(docs, 8, 3, func(i, l int) bool { return truth[i] == l }, 1)
	for i, d := range docs {
		if got := rank(m.score(d))[0]; got != truth[i] {
			t.Fatalf("text %d: label %d, want %d", i, got, truth[i])
		}
	}
}

func TestNaiveBayesPrefersTheLabelThatSawTheWord(t *testing.T) {
	docs := []vector{{[]int32{0}, []float32{1}}, {[]int32{1}, []float32{1}}, {[]int32{0, 2}, []float32{1, 1}}}
	m := trainBayes(sumByLabel(docs, []int{0, 1, 0}, 2, 3), 3, 3)
	if s := m.score(vector{[]int32{2}, []float32{1}}); s[0] != 0 || s[1] >= 0 {
		t.Errorf("scores %v: the first label saw the word", s)
	}
	if s := m.score(vector{}); s[0] != 0 || s[1] != 0 {
		t.Errorf("scores of no words: %v", s)
	}
}

func TestNeighboursWithTheLabelVoteAndTheNearestCountMost(t *testing.T) {
	docs := []vector{{[]int32{0}, []float32{1}}, {[]int32{0, 1}, []float32{0.6, 0.8}}, {[]int32{1}, []float32{1}}, {[]int32{0}, []float32{1}}}
	n := rememberCases(docs, [taskCount][]int{{0, 1, 1, -1}, {0, 0, 0, 0}, {0, 0, 0, 0}}, 2)
	near := n.find(vector{[]int32{0}, []float32{1}})
	if len(near) != 3 || near[0].id != 0 || near[2].id != 1 {
		t.Fatalf("nearest are %v", near)
	}
	if v := n.vote(near, taskCategory, 3); !(v[0] > v[1] && v[1] > v[2]) {
		t.Errorf("votes %v", v)
	}
}

func TestTheStackTrustsTheExpertWhoKnows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var samples []sample
	for range 400 {
		truth := random.IntN(3)
		good, noise := make([]float64, 3), make([]float64, 3)
		for l := range 3 {
			good[l], noise[l] = random.NormFloat64(), random.NormFloat64()
		}
		good[truth] += 2
		samples = append(samples, sample{[][]float64{good, noise}, truth})
	}
	s := fitStack(samples, 2)
	if s.Weight[0] < 1 || math.Abs(s.Weight[1]) > 0.3 {
		t.Errorf("weights %v", s.Weight)
	}
	if p := s.probabilities(samples[0].score, nil); math.Abs(p[0]+p[1]+p[2]-1) > 1e-12 {
		t.Errorf("probabilities %v", p)
	}
}

func TestAStackWithoutTextsOrLabelsDoesNoHarm(t *testing.T) {
	if s := fitStack(nil, 3); len(s.Weight) != 3 {
		t.Errorf("weights %v", s.Weight)
	}
	s := fitStack([]sample{{[][]float64{{}, {}}, -1}}, 2)
	if p := s.probabilities([][]float64{{}, {}}, nil); len(p) != 0 {
		t.Errorf("probabilities of no labels: %v", p)
	}
}

func TestCalibrationTamesBoasting(t *testing.T) {
	// Promised 0.99, right in six of ten.
	var probabilities [][]float64
	var truth []int
	for i := range 200 {
		probabilities = append(probabilities, []float64{0.99, 0.006, 0.004})
		truth = append(truth, []int{0, 0, 0, 1, 0, -1, 0, 2, 0, 1}[i%10])
	}
	c := fitCalibration(probabilities, truth, 0.9)
	p := []float64{0.99, 0.006, 0.004}
	c.apply(p)
	if math.Abs(p[0]-0.6) > 0.1 || p[0] < p[1] || p[1] < p[2] {
		t.Errorf("after calibration %v", p)
	}
	if c.Sure != never {
		t.Errorf("sure at %v although 0.9 is never kept", c.Sure)
	}
}

func TestTheThresholdOfSureKeepsItsPrecision(t *testing.T) {
	var trials []trial
	for i := range 100 {
		trials = append(trials, trial{1 - float64(i)/100, i < 50 || i%2 == 0})
	}
	sure := threshold(slices.Clone(trials), 0.9)
	kept, right := 0, 0
	for _, x := range trials {
		if x.confidence >= sure {
			kept++
			if x.right {
				right++
			}
		}
	}
	if kept < 50 || float64(right) < 0.9*float64(kept) {
		t.Errorf("sure from %v: %d of %d right", sure, right, kept)
	}
	if got := threshold(trials[:leastSure-1], 0.5); got != never {
		t.Errorf("%d texts made a threshold of %v", leastSure-1, got)
	}
}

func TestATransitionKnowsWhereATopicLeads(t *testing.T) {
	m := learnTransition([]int{0, 0, 1, -1}, []int{0, 0, 1, 1}, 2, 2, 0.1)
	for r, row := range m {
		if math.Abs(row[0]+row[1]-1) > 1e-9 || row[r] < 0.9 {
			t.Errorf("row %d is %v", r, row)
		}
	}
	if f := m.forward([]float64{1, 0}, 2); f[0] < f[1] {
		t.Errorf("forward %v", f)
	}
	if b := m.backward([]float64{0, 1}); b[1] < b[0] {
		t.Errorf("backward %v", b)
	}
}
