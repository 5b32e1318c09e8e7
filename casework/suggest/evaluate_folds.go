package suggest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Figures describe how well one question is answered on texts the model had
// not seen. All shares are from 0 to 1.
type Figures struct {
	Task             string
	Rows             int     // examples that have this label
	Labels           int     // different labels among them
	Top1, Top3       float64 // the right label is the first, among the first three
	MacroF1          float64 // mean F1 of the labels, rare ones counting as much as common ones
	CalibrationError float64 // expected, over ten bins with equally many texts
	KeptAccuracy     float64 // right first labels when the least confident fifth is left to a person
	SureShare        float64 // texts marked Sure
	SureAccuracy     float64 // right first labels among them; 0 when there are none
	PerLabel         []LabelFigures
}

// LabelFigures describe one label, the most frequent first in Figures.
type LabelFigures struct {
	Label                 string
	Rows                  int
	Precision, Recall, F1 float64
}

// Report is the result of Evaluate.
type Report struct {
	Rows, Folds           int
	Category, Topic, Body Figures
	// TopicGroup is the share of texts for which the first topic belongs to the
	// right category, whether or not it is the right topic.
	TopicGroup float64
	// TopicGroupKept is the same without the least confident fifth.
	TopicGroupKept float64
}

// keptShare is the part of texts that is answered when at most a fifth may be
// left to a person.
const keptShare = 0.8

// calibrationBins is the number of bins of the expected calibration error.
const calibrationBins = 10

// outcome is one tested text and one question.
type outcome struct {
	trial
	inThree     bool
	sure        bool
	truth, said string
}

// Evaluate trains and tests on folds parts of the examples in turn, at least
// two. Identical texts are always in the same part, and nothing that is
// trained (vocabulary, weights, calibration, thresholds) sees the tested part.
// A label that is empty does not count. Options are those of Train; Progress
// counts the steps of all folds.
func Evaluate(examples []Example, folds int, o Options) (Report, error) {
	examples, err := usable(examples, &o)
	if err != nil {
		return Report{}, err
	}
	if folds < 2 || folds > len(examples)/2 {
		return Report{}, fmt.Errorf("%d folds of %d examples: from 2 to half of the examples are possible", folds, len(examples))
	}
	features := make([][]feature, len(examples))
	for i, e := range examples {
		features[i] = extract(Query{Text: e.Text, Place: e.Place})
	}
	fold := splitFolds(examples, folds, o.Seed)
	var all tested
	for k := range folds {
		if err := all.run(examples, features, foldPart{fold, k, o.Seed}, foldOptions(o, k, folds)); err != nil {
			return Report{}, fmt.Errorf("fold %d: %w", k+1, err)
		}
	}
	return all.report(len(examples), folds), nil
}

// foldOptions makes the progress of fold k a part of the progress of all.
func foldOptions(o Options, k, folds int) Options {
	if report := o.Progress; report != nil {
		o.Progress = func(done, total int) { report(k*total+done, folds*total) }
	}
	return o
}

// tested gathers the outcomes of all folds.
type tested struct {
	tasks [taskCount][]outcome
	group []outcome
}

func (all *tested) run(examples []Example, features [][]feature, p foldPart, o Options) error {
	var inside []Example
	var insideFeatures [][]feature
	for i, f := range p.fold {
		if f != p.k {
			inside = append(inside, examples[i])
			insideFeatures = append(insideFeatures, features[i])
		}
	}
	m, err := train(inside, insideFeatures, o)
	if err != nil {
		return err
	}
	for i, f := range p.fold {
		if f == p.k {
			all.test(m, examples[i], features[i])
		}
	}
	return nil
}

func (all *tested) test(m *Model, e Example, f []feature) {
	x := m.experts
	a := m.chain.guess(x, x.judge(x.Words.vectorise(f)))
	for t := range taskCount {
		truth := e.label(t)
		if truth == "" {
			continue
		}
		r := outcome{truth: truth}
		for place, l := range rank(a[t]) {
			label := x.Labels[t][l]
			if place == 0 {
				r.said, r.confidence = label, a[t][l]
				r.right = label == truth
				r.sure = r.confidence >= m.chain.Tuning[t].Sure
			}
			if place < 3 && label == truth {
				r.inThree = true
			}
		}
		all.tasks[t] = append(all.tasks[t], r)
	}
	if e.Category != "" && len(a[taskTopic]) > 0 && len(a[taskCategory]) > 0 {
		all.group = append(all.group, x.groupOutcome(a[taskTopic], e.Category))
	}
}

// groupOutcome asks whether the first topic leads to the right category.
func (x *experts) groupOutcome(topics []float64, category string) outcome {
	first := rank(topics)[0]
	to := x.ToCategory.forward(topics, len(x.Labels[taskCategory]))
	said := x.Labels[taskCategory][rank(x.ToCategory[first])[0]]
	best := to[rank(to)[0]]
	return outcome{trial: trial{math.Exp(best), said == category}, truth: category, said: said}
}

func (all *tested) report(rows, folds int) Report {
	r := Report{Rows: rows, Folds: folds}
	for t, into := range map[task]*Figures{taskCategory: &r.Category, taskTopic: &r.Topic, taskBody: &r.Body} {
		*into = figuresOf(t, all.tasks[t])
	}
	r.TopicGroup = share(all.group, func(o outcome) bool { return o.right })
	r.TopicGroupKept = keptAccuracy(all.group)
	return r
}

func figuresOf(t task, list []outcome) Figures {
	f := Figures{Task: t.String(), Rows: len(list)}
	f.Top1 = share(list, func(o outcome) bool { return o.right })
	f.Top3 = share(list, func(o outcome) bool { return o.inThree })
	f.PerLabel = perLabel(list)
	f.Labels = len(f.PerLabel)
	for _, l := range f.PerLabel {
		f.MacroF1 += l.F1 / float64(f.Labels)
	}
	f.CalibrationError = calibrationError(list)
	f.KeptAccuracy = keptAccuracy(list)
	sure := slices.DeleteFunc(slices.Clone(list), func(o outcome) bool { return !o.sure })
	f.SureShare = share(list, func(o outcome) bool { return o.sure })
	f.SureAccuracy = share(sure, func(o outcome) bool { return o.right })
	return f
}

func share(list []outcome, holds func(outcome) bool) float64 {
	if len(list) == 0 {
		return 0
	}
	n := 0
	for _, o := range list {
		if holds(o) {
			n++
		}
	}
	return float64(n) / float64(len(list))
}

// byConfidence returns the outcomes, the most confident first.
func byConfidence(list []outcome) []outcome {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b outcome) int { return cmp.Compare(b.confidence, a.confidence) })
	return sorted
}

func keptAccuracy(list []outcome) float64 {
	kept := int(math.Ceil(keptShare * float64(len(list))))
	return share(byConfidence(list)[:kept], func(o outcome) bool { return o.right })
}

// calibrationError is the mean distance between what was promised and what
// came true, over bins of equally many texts.
func calibrationError(list []outcome) float64 {
	sorted := byConfidence(list)
	total := 0.0
	for b := range calibrationBins {
		low, high := b*len(sorted)/calibrationBins, (b+1)*len(sorted)/calibrationBins
		gap := 0.0
		for _, o := range sorted[low:high] {
			gap += o.confidence
			if o.right {
				gap--
			}
		}
		total += math.Abs(gap)
	}
	if len(list) == 0 {
		return 0
	}
	return total / float64(len(list))
}

func perLabel(list []outcome) []LabelFigures {
	rows, said, right := map[string]int{}, map[string]int{}, map[string]int{}
	for _, o := range list {
		rows[o.truth]++
		said[o.said]++
		if o.right {
			right[o.truth]++
		}
	}
	var out []LabelFigures
	for label, n := range rows {
		l := LabelFigures{Label: label, Rows: n, Recall: float64(right[label]) / float64(n)}
		if said[label] > 0 {
			l.Precision = float64(right[label]) / float64(said[label])
		}
		if l.Precision+l.Recall > 0 {
			l.F1 = 2 * l.Precision * l.Recall / (l.Precision + l.Recall)
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b LabelFigures) int { return cmp.Or(b.Rows-a.Rows, cmp.Compare(a.Label, b.Label)) })
	return out
}
