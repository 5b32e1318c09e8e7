package casework

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Wording compares texts; casework/words is handed in as one.
type Wording interface {
	// Terms are the stems of a text in its order, without function words.
	Terms(text string) []string
	// Similarity is how much two texts are the same phrases, from 0 to 1.
	Similarity(a, b string) float64
}

// SetWording exchanges the comparison of texts; without one no case is similar.
func (o *Office) SetWording(w Wording) { o.wording.Store(&similarities{Wording: w}) }

// The bounds of one search for similar cases: its cost is the same however
// many cases there are.
const (
	// similarShown is the most cases that are shown.
	similarShown = 6
	// similarLoaded is the most cases that are opened for a comparison: those
	// that most queries have found.
	similarLoaded = 12
	// similarPage is how many finds of one query are looked at.
	similarPage = 12
	// similarTerms is how many of the rarest terms are searched by.
	similarTerms = 8
	// similarLeast is the least score that is worth showing.
	similarLeast = 0.25
	// similarSame is from which share of equal phrases a text counts as the
	// same that came twice: two streets may have the same trouble in nearly the
	// same words. Of one applicant or one address similarAlike is enough.
	similarSame  = 0.9
	similarAlike = 0.6
	// nearDays is how near in time two cases count as near.
	nearDays = 30
)

// Similar is a case like another one, and why.
type Similar struct {
	Row Row
	// Score is from 0 to 1; Reasons say what it is made of.
	Score   float64
	Reasons []Reason
	// Offer is the link that fits best: LinkDuplicate, LinkRepeat or "".
	Offer string
}

// SimilarTo lists the cases most like a case that the actor may read, the most
// similar first, without those it is linked to already. It tells of them what a
// list tells, so it is no reading of those cases. Errors: NotFound for a case
// that is not the actor's, Unavailable.
func (o *Office) SimilarTo(ctx context.Context, by Actor, id string) ([]Similar, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !by.MayRead(&c) {
		return nil, Fail(NotFound, "casework.SimilarTo", "case.none")
	}
	w := o.wording.Load()
	if w == nil || w.Wording == nil {
		return nil, nil
	}
	subject := w.prepare(&c)
	rows, err := o.candidates(ctx, by, &c, w.rarest(subject.set, similarTerms))
	if err != nil {
		return nil, err
	}
	var out []Similar
	for _, r := range rows {
		other, err := o.store.Get(ctx, r.ID)
		if CodeOf(err) == NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if s, ok := w.compare(subject, w.prepare(&other)); ok {
			// A list of likenesses tells of no term, least of all of a second look.
			r.Due, r.DueKind = Date{}, ""
			s.Row = r
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Similar) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.Row.ReceivedAt.Compare(a.Row.ReceivedAt))
	})
	return out[:min(len(out), similarShown)], nil
}

// candidates are cases worth a comparison: by pairs of the rarest terms, by the
// applicant, by place and topic.
func (o *Office) candidates(ctx context.Context, by Actor, c *Case, rare []string) ([]Row, error) {
	bodies, all := by.Bodies(readingRoles...)
	if all {
		bodies = nil
	} else if bodies == nil {
		bodies = []string{}
	}
	ask := func(q Query) Query {
		q.Bodies, q.Sort, q.Limit = bodies, SortReceived, similarPage
		return q
	}
	var queries []Query
	for _, key := range c.PartyKeys()[:min(1, len(c.PartyKeys()))] {
		queries = append(queries, ask(Query{Party: key}))
	}
	for _, pair := range [][2]int{{0, 1}, {2, 3}, {0, 2}, {1, 3}, {4, 5}, {6, 7}} {
		if pair[1] < len(rare) {
			queries = append(queries, ask(Query{Text: rare[pair[0]] + " " + rare[pair[1]]}))
		}
	}
	if c.Subject.Territory != "" && firstOf(c.Subject.Topics) != "" {
		// Of those that are open: so many of a topic are that a store need not
		// look through years of them.
		q := ask(Query{Territory: c.Subject.Territory, Topic: firstOf(c.Subject.Topics), Stages: OpenStages()})
		q.Sort = SortDue
		queries = append(queries, q)
	}
	linked := map[string]bool{c.ID: true}
	for _, l := range c.Links {
		linked[l.Case] = true
	}
	var out []Row
	votes := map[string]int{}
	for _, q := range queries {
		page, err := o.store.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			if linked[r.ID] || !by.reads(r.Place) || !sameFaceRow(c, &r) {
				continue
			}
			if votes[r.ID]++; votes[r.ID] == 1 {
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Row) int { return votes[b.ID] - votes[a.ID] })
	return out[:min(len(out), similarLoaded)], nil
}

// compared is a case made ready for comparisons.
type compared struct {
	c       *Case
	set     map[string]string
	address []string
}

func (w *similarities) prepare(c *Case) compared {
	out := compared{c: c, set: map[string]string{}, address: w.Terms(c.Subject.Address)}
	for word := range strings.FieldsFuncSeq(c.Content.Text, func(r rune) bool { return !isWord(r) }) {
		for _, term := range w.Terms(word) {
			if out.set[term] == "" {
				out.set[term] = strings.ToLower(word)
			}
		}
	}
	w.learn(out.set)
	slices.Sort(out.address)
	return out
}

// compare scores two cases and says why.
func (w *similarities) compare(a, b compared) (Similar, bool) {
	var s Similar
	say := func(weight float64, key string, data map[string]string) {
		s.Score += weight
		s.Reasons = append(s.Reasons, Reason{Key: key, Data: data})
	}
	phrases := w.Similarity(a.c.Content.Text, b.c.Content.Text)
	common := w.common(a.set, b.set)
	overlap := float64(len(common)) / math.Max(1, float64(min(len(a.set), len(b.set))))
	same := slices.ContainsFunc(a.c.PartyKeys(), func(k string) bool { return slices.Contains(b.c.PartyKeys(), k) })
	if same {
		say(0.15, "similar.applicant", nil)
	}
	if phrases >= 0.1 {
		say(0.5*phrases, "similar.phrases", map[string]string{"Percent": strconv.Itoa(int(math.Round(phrases * 100)))})
	}
	if overlap >= 0.2 && len(common) >= 3 {
		words := make([]string, 0, 5)
		for _, term := range w.rarest(common, 5) {
			words = append(words, common[term])
		}
		say(0.25*math.Min(1, overlap), "similar.words", map[string]string{"Words": strings.Join(words, ", ")})
	}
	topic := firstOf(a.c.Subject.Topics)
	near := topic != "" && topic == firstOf(b.c.Subject.Topics)
	switch {
	case len(a.address) > 0 && slices.Equal(a.address, b.address):
		say(0.15, "similar.address", nil)
	case near && a.c.Subject.Territory != "" && a.c.Subject.Territory == b.c.Subject.Territory:
		say(0.1, "similar.territory", nil)
	}
	if near {
		say(0.05, "similar.topic", nil)
	}
	if len(s.Reasons) == 0 || s.Score < similarLeast || !same && phrases < 0.1 && overlap < 0.35 && !near {
		return s, false
	}
	if days := apart(a.c, b.c); days <= nearDays {
		say(0.05, "similar.near", map[string]string{"Days": strconv.Itoa(days)})
	}
	switch {
	case phrases >= similarSame, phrases >= similarAlike && (same || len(a.address) > 0 && slices.Equal(a.address, b.address)):
		s.Offer = LinkDuplicate
	case same && (overlap >= 0.2 || near):
		s.Offer = LinkRepeat
	}
	s.Score = math.Min(1, s.Score)
	return s, true
}

func apart(a, b *Case) int {
	return int(a.Origin.ReceivedAt.Sub(b.Origin.ReceivedAt).Abs() / (24 * time.Hour))
}
