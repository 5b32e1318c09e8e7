package casework

import (
	"fmt"
	"sort"
	"strings"
)

// Route (маршрут) is why the case is where it is; it keeps what the router
// knew, so that the decision can be explained and replayed.
type Route struct {
	// Registry and Model are the revisions that were used.
	Registry string `json:"registry,omitempty"`
	Model    string `json:"model,omitempty"`
	// Body is the proposed body, empty if there is none.
	Body string `json:"body,omitempty"`
	// Confidence is between 0 and 1.
	Confidence float64 `json:"confidence"`
	// Sure is false if the case must be held for a registrar.
	Sure    bool     `json:"sure"`
	Reasons []Reason `json:"reasons,omitempty"`
	// Alternatives are the best three, Body among them.
	Alternatives []Candidate `json:"alternatives,omitempty"`
	// Topics are the topics suggested by the learner.
	Topics []Candidate `json:"topics,omitempty"`
	// Hops counts forwardings between bodies.
	Hops int `json:"hops,omitempty"`
	// Reached lists bodies the case has been at, to notice ping-pong.
	Reached []string `json:"reached,omitempty"`
}

// Reason is a message key of the locale files with its data.
type Reason struct {
	Key  string            `json:"key"`
	Data map[string]string `json:"data,omitempty"`
}

// Candidate is a label with the confidence that it is right.
type Candidate struct {
	Label      string  `json:"label"`
	Confidence float64 `json:"confidence"`
}

// Suggestion is what a learner made of a text (see casework/suggest): ranked
// topics and bodies with calibrated confidence.
type Suggestion struct {
	Model      string
	Topics     []Candidate
	TopicSure  bool
	Bodies     []Candidate
	BodySure   bool
	Words      []string
	Categories []Candidate
}

// Suggester is a learner; none at all is fine, then the rules decide alone.
type Suggester interface {
	Suggest(text, place string) Suggestion
}

// RouteQuery is what the router is asked.
type RouteQuery struct {
	// Addressee is the body the applicant chose, if he did.
	Addressee  string
	Topic      string
	Territory  string
	Suggestion Suggestion
}

// sureEnough is the calibrated confidence from which a body found by rule and
// learner together is taken without a registrar.
const sureEnough = 0.75

// FindRoute decides where a case goes. An addressee chosen by the applicant
// is followed always: the law makes that body register the appeal and forward
// it if it is not competent (59-FZ art. 8). Otherwise the competences of the
// registry (topic × territory) and the learner vote; who is not sure holds.
func (r *Registry) FindRoute(q RouteQuery) Route {
	route := Route{Registry: r.revision, Model: q.Suggestion.Model, Topics: top(q.Suggestion.Topics, 3)}
	topic := q.Topic
	if topic == "" && q.Suggestion.TopicSure && len(q.Suggestion.Topics) > 0 {
		topic = q.Suggestion.Topics[0].Label
		route.reason("route.topic_suggested", "Topic", topic)
	}
	scores, rules := r.score(q, topic)
	route.Alternatives = top(rank(scores), 3)
	if b, ok := r.bodies[q.Addressee]; ok && !b.Closed {
		route.Body, route.Confidence, route.Sure = q.Addressee, 1, true
		route.reason("route.addressee", "Body", b.Short)
		return route
	}
	if len(route.Alternatives) == 0 {
		route.reason("route.nobody", "Topic", topic)
		return route
	}
	best := route.Alternatives[0]
	route.Body, route.Confidence = best.Label, best.Confidence
	if c, ok := rules[best.Label]; ok {
		route.reason("route.competence", "Topic", c.Topic, "Territory", r.TerritoryName(c.Territory))
	}
	if n := len(q.Suggestion.Words); n > 0 {
		route.reason("route.words", "Words", strings.Join(q.Suggestion.Words[:min(n, 5)], ", "))
	}
	route.Sure = best.Confidence >= sureEnough
	if !route.Sure {
		route.reason("route.unsure", "Percent", fmt.Sprintf("%.0f", best.Confidence*100))
	}
	return route
}

// score gives each possible body a confidence: the share of rule weight and
// learned probability it has. The most specific rule weighs most.
func (r *Registry) score(q RouteQuery, topic string) (map[string]float64, map[string]Competence) {
	rules := map[string]Competence{}
	weights := map[string]float64{}
	sum := 0.0
	for _, id := range r.order {
		b := r.bodies[id]
		if b.Closed {
			continue
		}
		for _, c := range b.Competences {
			w := c.weight(topic, q.Territory)
			if w > weights[id] {
				sum += w - weights[id]
				weights[id], rules[id] = w, c
			}
		}
	}
	scores := map[string]float64{}
	for id, w := range weights {
		scores[id] = w / sum
	}
	learned := 0.0
	for _, s := range q.Suggestion.Bodies {
		if b, ok := r.bodies[s.Label]; ok && !b.Closed {
			learned += s.Confidence
		}
	}
	if learned == 0 {
		return scores, rules
	}
	if len(scores) == 0 {
		for _, s := range q.Suggestion.Bodies {
			if b, ok := r.bodies[s.Label]; ok && !b.Closed {
				scores[s.Label] = s.Confidence
			}
		}
		return scores, rules
	}
	return blend(scores, q.Suggestion.Bodies), rules
}

// blend multiplies the rules' shares with the learner's probabilities; a body
// the learner does not know keeps a small floor, a body without a rule too.
func blend(rules map[string]float64, learned []Candidate) map[string]float64 {
	const floor = 0.02
	p := map[string]float64{}
	for _, s := range learned {
		p[s.Label] = s.Confidence
	}
	out, sum := map[string]float64{}, 0.0
	for id, w := range rules {
		out[id] = w * max(p[id], floor)
		sum += out[id]
	}
	for id := range out {
		out[id] /= sum
	}
	return out
}

// weight tells how specifically the competence covers a matter; 0 if not at
// all. An unknown topic or territory fits only rules that do not ask for it.
func (c Competence) weight(topic, territory string) float64 {
	if !strings.HasPrefix(topic, c.Topic) || !strings.HasPrefix(territory, c.Territory) {
		return 0
	}
	specific := 2*strings.Count(strings.TrimSuffix(c.Topic, "."), ".") + len(c.Territory)/2
	if c.Topic != "" {
		specific += 2
	}
	w := 1.0
	for range specific {
		w *= 2
	}
	return w
}

func rank(scores map[string]float64) []Candidate {
	out := make([]Candidate, 0, len(scores))
	for id, s := range scores {
		out = append(out, Candidate{id, s})
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Confidence != out[j].Confidence {
			return out[i].Confidence > out[j].Confidence
		}
		return out[i].Label < out[j].Label
	})
	return out
}

func top(c []Candidate, n int) []Candidate {
	return append([]Candidate(nil), c[:min(n, len(c))]...)
}

func (r *Route) reason(key string, pairs ...string) {
	data := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		data[pairs[i]] = pairs[i+1]
	}
	r.Reasons = append(r.Reasons, Reason{Key: key, Data: data})
}
