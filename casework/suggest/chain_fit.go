package suggest

import "slices"

// chain joins the opinions of the experts and the questions among themselves:
// a first guess of the category narrows the topic, the topic refines the
// category and hints at the body.
type chain struct {
	Guess  stack // category without a hint
	Stacks [taskCount]stack
	Tuning [taskCount]calibration
}

// heldOut is a text with the opinion of experts that had not seen it.
type heldOut struct {
	by      *experts
	opinion opinion
	truth   [taskCount]int
	known   [taskCount]bool // the example has this label
}

// answers are the label probabilities of each task for one text.
type answers [taskCount][]float64

// withHint appends one more expert to the opinion on a task.
func withHint(scores [][]float64, hint []float64) [][]float64 {
	return append(slices.Clip(scores), hint)
}

// guess runs the chain for one opinion of the experts x.
func (c *chain) guess(x *experts, o opinion) answers {
	var a answers
	first := c.Guess.probabilities(o[taskCategory], nil)
	a[taskTopic] = c.Stacks[taskTopic].probabilities(withHint(o[taskTopic], x.ToCategory.backward(first)), nil)
	a[taskCategory] = c.Stacks[taskCategory].probabilities(withHint(o[taskCategory], x.hint(taskCategory, a[taskTopic])), nil)
	a[taskBody] = c.Stacks[taskBody].probabilities(withHint(o[taskBody], x.hint(taskBody, a[taskTopic])), nil)
	for t := range taskCount {
		c.Tuning[t].apply(a[t])
	}
	return a
}

// hint says what the probabilities of topics mean for another task.
func (x *experts) hint(t task, topics []float64) []float64 {
	if t == taskCategory {
		return x.ToCategory.forward(topics, len(x.Labels[t]))
	}
	return x.ToBody.forward(topics, len(x.Labels[t]))
}

// fitChain learns the weights link by link on held-out texts.
func fitChain(texts []heldOut, precision float64) chain {
	var c chain
	none := func(int) []float64 { return nil }
	var first, topics [][]float64
	c.Guess, first = fitLink(texts, taskCategory, none)
	c.Stacks[taskTopic], topics = fitLink(texts, taskTopic, func(i int) []float64 {
		return texts[i].by.ToCategory.backward(first[i])
	})
	probabilities := [taskCount][][]float64{taskTopic: topics}
	for _, t := range []task{taskCategory, taskBody} {
		c.Stacks[t], probabilities[t] = fitLink(texts, t, func(i int) []float64 { return texts[i].by.hint(t, topics[i]) })
	}
	for t := range taskCount {
		c.Tuning[t] = tune(texts, t, probabilities[t], precision)
	}
	return c
}

// fitLink fits the stack of one task and returns its probabilities for every
// text, including those whose own label is not known.
func fitLink(texts []heldOut, t task, hint func(i int) []float64) (stack, [][]float64) {
	samples := make([]sample, len(texts))
	for i, x := range texts {
		scores := x.opinion[t]
		if h := hint(i); h != nil {
			scores = withHint(scores, h)
		}
		samples[i] = sample{score: scores, truth: x.truth[t]}
		if l := x.truth[t]; l >= 0 && !x.by.Tasks[t].Seen[l] {
			samples[i].truth = -1
		}
	}
	experts := 0
	if len(samples) > 0 {
		experts = len(samples[0].score)
	}
	s := fitStack(samples, experts)
	out := make([][]float64, len(samples))
	for i, x := range samples {
		out[i] = s.probabilities(x.score, nil)
	}
	return s, out
}

// tune calibrates a task on the texts whose label is known, those with a label
// that the experts had never seen counting as misses.
func tune(texts []heldOut, t task, all [][]float64, precision float64) calibration {
	var probabilities [][]float64
	var truth []int
	for i, x := range texts {
		if !x.known[t] {
			continue
		}
		probabilities = append(probabilities, all[i])
		truth = append(truth, x.truth[t])
	}
	return fitCalibration(probabilities, truth, precision)
}
