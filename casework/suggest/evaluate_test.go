package suggest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEvaluateFindsThatClearTextsAreLearnt(t *testing.T) {
	r, err := Evaluate(invented(240, 11), 4, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []Figures{r.Category, r.Topic, r.Body} {
		if f.Top1 < 0.9 || f.Top3 < f.Top1 || f.MacroF1 < 0.85 || f.Rows != 240 || f.CalibrationError > 0.1 {
			t.Errorf("%+v", f)
		}
	}
	if r.TopicGroup < 0.9 || r.TopicGroupKept < r.TopicGroup {
		t.Errorf("topic group %v, kept %v", r.TopicGroup, r.TopicGroupKept)
	}
}

func TestEvaluateFindsNothingWhereThereIsNothingToLearn(t *testing.T) {
	// Labels drawn by lot: any figure well above chance would be a leak of the
	// tested part into what is trained.
	random := rand.New(rand.NewPCG(1, 1))
	examples := invented(300, 11)
	for i := range examples {
		examples[i].Text += fmt.Sprintf(" обращение%d", i)
		examples[i].Topic = fmt.Sprint("тема ", random.IntN(5))
		examples[i].Category = fmt.Sprint("группа ", random.IntN(2))
		examples[i].Body = fmt.Sprint("орган ", random.IntN(10))
	}
	r, err := Evaluate(examples, 5, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f      Figures
		chance float64
	}{{r.Category, 0.5}, {r.Topic, 0.2}, {r.Body, 0.1}} {
		if c.f.Top1 > c.chance+0.1 || c.f.CalibrationError > 0.2 || c.f.SureShare > 0.1 {
			t.Errorf("%s by lot: first %.2f, calibration error %.2f, sure %.2f", c.f.Task, c.f.Top1, c.f.CalibrationError, c.f.SureShare)
		}
	}
}

func TestEvaluateIsTheSameEachTime(t *testing.T) {
	examples := invented(100, 2)
	a, err := Evaluate(examples, 3, Options{Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Evaluate(examples, 3, Options{Seed: 4})
	if !reflect.DeepEqual(a, b) {
		t.Error("two evaluations differ")
	}
}

func TestEmptyLabelsDoNotCount(t *testing.T) {
	examples := invented(120, 2)
	for i := range 30 {
		examples[i].Body = ""
	}
	r, err := Evaluate(examples, 3, Options{})
	if err != nil || r.Body.Rows != 90 || r.Topic.Rows != 120 {
		t.Errorf("body %d rows, topic %d, %v", r.Body.Rows, r.Topic.Rows, err)
	}
}

func TestEvaluateRefusesImpossibleFolds(t *testing.T) {
	for _, folds := range []int{-1, 0, 1, 1000} {
		if _, err := Evaluate(invented(50, 1), folds, Options{}); err == nil {
			t.Errorf("%d folds of 50 examples passed", folds)
		}
	}
}

func TestEvaluateReportsProgressOfAllFolds(t *testing.T) {
	var seen []int
	total := 0
	if _, err := Evaluate(invented(60, 5), 2, Options{Progress: func(d, n int) { seen = append(seen, d); total = n }}); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(seen) || len(seen) != total || seen[len(seen)-1] != total {
		t.Errorf("%v of %d", seen, total)
	}
}

func TestIdenticalTextsAreInOneFoldAndFoldsAreEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 6).Draw(t, "k")
		texts := rapid.SliceOfN(rapid.SampledFrom([]string{"Яма", "ЯМА ", "яма", "свет", "Свёт", "Свет", "вода", "газ", "лес", "снег", "дым", "шум"}), 1, 40).Draw(t, "texts")
		var examples []Example
		for _, s := range texts {
			examples = append(examples, Example{Text: s})
		}
		fold := splitFolds(examples, k, rapid.Uint64().Draw(t, "seed"))
		of, different := map[string]int{}, map[int]map[string]bool{}
		for i, e := range examples {
			text := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(e.Text)), "ё", "е")
			if f, ok := of[text]; ok && f != fold[i] {
				t.Fatalf("%q is in folds %d and %d", text, f, fold[i])
			}
			of[text] = fold[i]
			if different[fold[i]] == nil {
				different[fold[i]] = map[string]bool{}
			}
			different[fold[i]][text] = true
		}
		for f := range k {
			if n := len(different[f]); n > (len(of)+k-1)/k {
				t.Fatalf("fold %d has %d of %d different texts", f, n, len(of))
			}
		}
	})
}

func outcomes(list ...outcome) []outcome { return list }

func says(said, truth string, confidence float64) outcome {
	return outcome{trial: trial{confidence, said == truth}, inThree: true, said: said, truth: truth}
}

func TestFiguresAreCountedByTheBook(t *testing.T) {
	f := figuresOf(taskTopic, outcomes(
		says("а", "а", 0.9), says("а", "а", 0.8), says("а", "б", 0.7), says("б", "б", 0.6), says("а", "в", 0.1)))
	// а: precision 2/4, recall 2/2; б: precision 1/1, recall 1/2; в: nothing.
	wantF1 := (2.0/3 + 2.0/3 + 0) / 3
	if f.Top1 != 0.6 || f.Top3 != 1 || math.Abs(f.MacroF1-wantF1) > 1e-12 || f.Labels != 3 {
		t.Errorf("%+v", f)
	}
	if f.KeptAccuracy != 0.75 {
		t.Errorf("without the least confident of five: %v", f.KeptAccuracy)
	}
	// each bin holds at most one text: |0.9-1|+|0.8-1|+0.7+|0.6-1|+0.1, over five
	if want := (0.1 + 0.2 + 0.7 + 0.4 + 0.1) / 5; math.Abs(f.CalibrationError-want) > 1e-12 {
		t.Errorf("calibration error %v, want %v", f.CalibrationError, want)
	}
	if f.PerLabel[0] != (LabelFigures{"а", 2, 0.5, 1, 2.0 / 3}) {
		t.Errorf("first label: %+v", f.PerLabel[0])
	}
}

func TestFiguresOfNothingAreZero(t *testing.T) {
	f := figuresOf(taskBody, nil)
	if f.Top1 != 0 || f.CalibrationError != 0 || f.MacroF1 != 0 || f.SureAccuracy != 0 {
		t.Errorf("%+v", f)
	}
}

func TestTheReportPrintsItsTables(t *testing.T) {
	r := Report{Rows: 5, Folds: 2, TopicGroup: 0.5, Topic: figuresOf(taskTopic, outcomes(
		says("Ямы\nна дорогах", "Ямы\nна дорогах", 0.9), says(strings.Repeat("очень длинная тема ", 10), "Свет", 0.5)))}
	got := r.String()
	for _, want := range []string{"5 examples, 2 folds", "topic           2       2   0.500   1.000", "right category: 0.500", "Ямы на дорогах  "} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	for line := range strings.Lines(got) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 110 {
			t.Errorf("a line of %d letters: %s", n, line)
		}
	}
}
