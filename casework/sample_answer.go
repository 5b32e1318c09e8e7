package casework

import (
	"context"
	"crypto/rand"
	"encoding/json"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Quality is looked at by sampling (выборочная проверка качества ответов): a
// supervisor draws answers at random, reads question and answer without the name
// of who wrote it, and answers a short list of questions. Results are counted by
// unit, never by person.

// KindSample is the shelf's kind of drawn answers; the owner is the reviewer.
const KindSample = "answer-sample"

const (
	// SampleMost is how many answers one draw gives at most.
	SampleMost = 10
	// SampleBack is how old a drawn case may be.
	SampleBack = 180 * 24 * time.Hour
	// sampleLife is how long a sample is kept: for the comparison of two years.
	sampleLife = 2 * 366 * 24 * time.Hour
	// purposeSample is what the journal of reads says.
	purposeSample = "check"
)

// SampleChecks are the questions of the list, by name.
func SampleChecks() []string { return []string{"complete", "action", "norms", "clear", "polite"} }

// Verdicts are the answers to each of them.
func Verdicts() []string { return []string{"yes", "no", "na"} }

// Sample is one drawn answer.
type Sample struct {
	ID     string    `json:"id"`
	Case   string    `json:"case"`
	Answer string    `json:"answer"`
	Place  Placement `json:"place"`
	By     string    `json:"by"`
	// Drawn and Checked are instants; Checked is zero while nobody has looked.
	Drawn   time.Time `json:"drawn"`
	Checked time.Time `json:"checked,omitzero"`
	// Verdicts are by the name of the check.
	Verdicts map[string]string `json:"verdicts,omitempty"`
	Remark   string            `json:"remark,omitempty"`
	version  int64
}

// DrawSample draws up to n answers at random from the actor's right, none that
// he had a hand in and none that anybody has drawn already. There may be fewer.
// Errors: Forbidden as for Board; those of the store.
func (o *Office) DrawSample(ctx context.Context, by Actor, n int) (drawn int, err error) {
	if !by.MayWatch() {
		return 0, Fail(Forbidden, "casework.DrawSample", "act.forbidden")
	}
	bodies, all := by.Bodies(boardRoles...)
	if all {
		bodies = nil
	}
	n = min(max(n, 1), SampleMost)
	for try := 0; try < 4*n && drawn < n; try++ {
		// A random instant, and a random one of the cases received before it.
		at := o.now().Add(-time.Duration(mathrand.Int64N(int64(SampleBack))))
		if try >= 2*n {
			at = o.now()
		}
		page, err := o.store.Page(ctx, Query{Bodies: bodies, Stages: []Stage{StageAnswered}, ReceivedTo: at,
			ReceivedFrom: o.now().Add(-SampleBack), Sort: SortReceived, Window: Window{Limit: 50}})
		if err != nil {
			return drawn, err
		}
		if len(page.Rows) == 0 {
			continue
		}
		ok, err := o.draw(ctx, by, page.Rows[mathrand.IntN(len(page.Rows))])
		if err != nil {
			return drawn, err
		}
		if ok {
			drawn++
		}
	}
	return drawn, nil
}

// draw keeps one answer for the reviewer; false if it is not for him.
func (o *Office) draw(ctx context.Context, by Actor, row Row) (bool, error) {
	if !by.watches(row.Place) {
		return false, nil
	}
	c, err := o.store.Get(ctx, row.ID)
	if err != nil || len(c.Answers) == 0 || !by.MayRead(&c) || c.had(by) {
		if CodeOf(err) == NotFound {
			err = nil
		}
		return false, err
	}
	a := c.Answers[len(c.Answers)-1]
	s := Sample{ID: rand.Text(), Case: c.ID, Answer: a.ID, Place: c.Place, By: by.ID, Drawn: o.now().UTC()}
	// One record a case and answer: whoever drew it has it.
	_, err = o.putSample(ctx, s, 0)
	if code := CodeOf(err); code == Exists || code == Conflict {
		return false, nil
	}
	return err == nil, err
}

// had reports whether the actor took part in the answer.
func (c *Case) had(by Actor) bool {
	return slices.ContainsFunc(c.Journal, func(e Event) bool {
		return by.OnePerson(e.Actor, e.For) && slices.Contains([]ActKind{ActDraft, ActSubmit, ActSign, ActAnswer}, e.Act)
	})
}

func (o *Office) putSample(ctx context.Context, s Sample, version int64) (Record, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return Record{}, wrap(Internal, "casework.putSample", err)
	}
	return o.shelf.Put(ctx, Record{Kind: KindSample, ID: s.Case + "." + s.Answer, Version: version, Owner: s.By,
		Expires: s.Drawn.Add(sampleLife), Data: data})
}

// Samples lists the samples that lie in the actor's right, his own unchecked ones
// first. Errors: Forbidden as for Board.
func (o *Office) Samples(ctx context.Context, by Actor) (own, checked []Sample, err error) {
	if !by.MayWatch() {
		return nil, nil, Fail(Forbidden, "casework.Samples", "act.forbidden")
	}
	page := Window{Limit: MaxLimit}
	for {
		records, next, err := o.shelf.List(ctx, KindSample, "", page)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range records {
			s, err := sampleOf(r)
			switch {
			case err != nil:
				return nil, nil, err
			case s.Checked.IsZero() && s.By == by.ID:
				own = append(own, s)
			case !s.Checked.IsZero() && by.watches(s.Place):
				checked = append(checked, s)
			}
		}
		if page.After = next; next == "" {
			return own, checked, nil
		}
	}
}

func sampleOf(r Record) (Sample, error) {
	var s Sample
	if err := json.Unmarshal(r.Data, &s); err != nil {
		return s, wrap(Corrupted, "casework.sampleOf", err)
	}
	s.version = r.Version
	return s, nil
}

// SampleText is what a reviewer reads.
type SampleText struct{ Asked, Answered string }

// ReadSample opens a sample of the actor's; the reading is written down. Names of
// who signed are masked. Errors: NotFound for samples of others and for cases
// that he may not read any more.
func (o *Office) ReadSample(ctx context.Context, by Actor, id string) (Sample, SampleText, error) {
	own, _, err := o.Samples(ctx, by)
	if err != nil {
		return Sample{}, SampleText{}, err
	}
	i := slices.IndexFunc(own, func(s Sample) bool { return s.ID == id })
	if i < 0 {
		return Sample{}, SampleText{}, Fail(NotFound, "casework.ReadSample", "case.none")
	}
	c, err := o.Read(ctx, by, own[i].Case, purposeSample)
	if err != nil {
		return Sample{}, SampleText{}, err
	}
	j := slices.IndexFunc(c.Answers, func(a Answer) bool { return a.ID == own[i].Answer })
	if j < 0 {
		return Sample{}, SampleText{}, Fail(NotFound, "casework.ReadSample", "case.none")
	}
	a := c.Answers[j]
	return own[i], SampleText{Asked: c.Content.Text, Answered: maskName(a.Text, a.Signature.Name)}, nil
}

// maskName hides the words of a name in a text; short words could be others.
func maskName(text, name string) string {
	for _, word := range strings.Fields(name) {
		if n := utf8.RuneCountInString(word); n > 3 {
			text = strings.ReplaceAll(text, word, strings.Repeat("▒", n))
		}
	}
	return text
}

// CheckSample keeps what a reviewer found. Every check must have a verdict.
// Errors: Invalid with a field for each that has none, NotFound as ReadSample.
func (o *Office) CheckSample(ctx context.Context, by Actor, id string, verdicts map[string]string, remark string) error {
	own, _, err := o.Samples(ctx, by)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(own, func(s Sample) bool { return s.ID == id })
	if i < 0 {
		return Fail(NotFound, "casework.CheckSample", "case.none")
	}
	bad := &Error{Code: Invalid, Op: "casework.CheckSample", Message: "sample.invalid"}
	s := own[i]
	s.Verdicts, s.Remark, s.Checked = map[string]string{}, strings.TrimSpace(remark), o.now().UTC()
	for _, check := range SampleChecks() {
		if !slices.Contains(Verdicts(), verdicts[check]) {
			bad.Fields = append(bad.Fields, FieldError{Field: check, Key: "sample.verdict"})
		}
		s.Verdicts[check] = verdicts[check]
	}
	if utf8.RuneCountInString(s.Remark) > MaxRemark || !utf8.ValidString(s.Remark) || strings.ContainsFunc(s.Remark, forbiddenControl) {
		bad.Fields = append(bad.Fields, FieldError{Field: "remark", Key: "rate.remark", Data: map[string]any{"Max": MaxRemark}})
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	_, err = o.putSample(ctx, s, s.version)
	return err
}

// SampleTally is what was found at a unit.
type SampleTally struct {
	Place Placement
	// Answers is how many were checked; Yes and No are by check.
	Answers int
	Yes, No map[string]int
}

// TallySamples counts checked samples by unit, in the order of body and unit.
func TallySamples(checked []Sample) []SampleTally {
	var out []SampleTally
	for _, s := range checked {
		p := Placement{Body: s.Place.Body, Unit: s.Place.Unit}
		i := slices.IndexFunc(out, func(t SampleTally) bool { return t.Place == p })
		if i < 0 {
			i = len(out)
			out = append(out, SampleTally{Place: p, Yes: map[string]int{}, No: map[string]int{}})
		}
		out[i].Answers++
		for check, verdict := range s.Verdicts {
			switch verdict {
			case "yes":
				out[i].Yes[check]++
			case "no":
				out[i].No[check]++
			}
		}
	}
	slices.SortFunc(out, func(a, b SampleTally) int {
		return strings.Compare(a.Place.Body+"\x00"+a.Place.Unit, b.Place.Body+"\x00"+b.Place.Unit)
	})
	return out
}
