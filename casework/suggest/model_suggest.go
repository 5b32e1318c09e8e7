package suggest

import (
	"cmp"
	"slices"

	"priemnaya/casework/words"
)

// Ranked is a label with the calibrated probability that it is the right one.
type Ranked struct {
	Label      string
	Confidence float64 // from 0 to 1
}

// Answer is the suggestion for one question.
type Answer struct {
	// Ranked holds up to MaxRanked labels, the most likely first. It is empty
	// when the past cases had no such labels. The confidences add up to less
	// than 1: the rest belongs to other labels, also such as never occurred.
	Ranked []Ranked
	// Sure says that the first label may be taken without a registrar: held-out
	// texts with such confidence were right as often as Options.Precision asks.
	Sure bool
	// Reasons are the words of the text that speak most for the first label,
	// the strongest first, at most MaxReasons; empty when none does.
	Reasons []Reason
}

// Reason is a word or pair of words as the citizen wrote it, with its part in
// the decision: 1 is all of what spoke for the label.
type Reason struct {
	Words string
	Share float64
}

// Bounds of an Answer.
const (
	MaxRanked  = 10
	MaxReasons = 6
)

// Suggestion is the likely route of an appeal.
type Suggestion struct {
	Category, Topic, Body Answer
}

// Suggest ranks the labels for an appeal. It never fails: a text without a
// known word gives the usual labels with low confidence. Of a text longer than
// 64 KiB the beginning is read.
func (m *Model) Suggest(q Query) Suggestion {
	x := m.experts
	d := x.Words.vectorise(extract(q))
	a := m.chain.guess(x, x.judge(d))
	surface := surfaceWords(q)
	var out [taskCount]Answer
	for t := range taskCount {
		out[t] = m.answer(t, a[t])
		if len(a[t]) > 0 {
			out[t].Reasons = x.reasons(t, rank(a[t])[0], d, surface)
		}
	}
	return Suggestion{Category: out[taskCategory], Topic: out[taskTopic], Body: out[taskBody]}
}

func (m *Model) answer(t task, p []float64) Answer {
	var a Answer
	for _, l := range rank(p) {
		if len(a.Ranked) == MaxRanked {
			break
		}
		a.Ranked = append(a.Ranked, Ranked{Label: m.experts.Labels[t][l], Confidence: p[l]})
	}
	a.Sure = len(p) > 0 && a.Ranked[0].Confidence >= m.chain.Tuning[t].Sure
	return a
}

// Labels returns the sorted topics, categories and bodies that the model can
// suggest, for comparing with the registry of bodies and the classifier.
func (m *Model) Labels() (topics, categories, bodies []string) {
	l := m.experts.Labels
	return slices.Clone(l[taskTopic]), slices.Clone(l[taskCategory]), slices.Clone(l[taskBody])
}

// reasons reads the linear expert backwards: which words of the text pulled it
// towards the label.
func (x *experts) reasons(t task, label int, d vector, surface map[string]string) []Reason {
	var found []Reason
	total := 0.0
	whole := x.Words.weighted(d)
	for _, b := range []block{blockWord, blockPair, blockPlace, blockNotion} {
		part := x.Words.part(whole, b)
		for k, f := range part.index {
			pull := float64(x.Tasks[t].Linear.Weight.at(f, label) * part.value[k])
			if pull <= 0 {
				continue
			}
			total += pull
			key := x.Words.Keys[f]
			if b != blockNotion {
				key = key[1:]
			}
			if s := surface[key]; s != "" {
				found = append(found, Reason{Words: s, Share: pull})
			}
		}
	}
	found = mergeReasons(found)
	for i := range found {
		found[i].Share /= total
	}
	return found[:min(len(found), MaxReasons)]
}

// mergeReasons adds up the same word seen as a word, a place and a notion.
func mergeReasons(list []Reason) []Reason {
	at := map[string]int{}
	var out []Reason
	for _, r := range list {
		if i, ok := at[r.Words]; ok {
			out[i].Share += r.Share
			continue
		}
		at[r.Words] = len(out)
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Reason) int { return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Words, b.Words)) })
	return out
}

// surfaceWords maps the stems, pairs of stems and notions of a query to the
// words as they stand in it, in lower case.
func surfaceWords(q Query) map[string]string {
	surface := map[string]string{}
	for _, text := range []string{clip(q.Text, maxTextBytes), clip(q.Place, maxPlaceBytes)} {
		stem, word := "", ""
		for _, token := range words.Tokens(text) {
			if words.IsStopWord(token) {
				continue
			}
			next := words.Stem(token)
			if _, ok := surface[next]; !ok {
				surface[next] = token
			}
			for _, n := range concepts[next] {
				if surface[n] == "" {
					surface[n] = token
				}
			}
			if pair := stem + " " + next; stem != "" && surface[pair] == "" {
				surface[pair] = word + " " + token
			}
			stem, word = next, token
		}
	}
	return surface
}
