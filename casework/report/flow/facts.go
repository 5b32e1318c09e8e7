package flow

import (
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/casework/report"
)

// Facts are what is counted of one case.
type Facts struct {
	Stays []Stay `json:"s,omitempty"`
	// Owed is what the case owes next; nil if nothing.
	Owed *Owed `json:"o,omitempty"`
}

// Owed is a running term, as a supervisor's board counts it.
type Owed struct {
	Place casework.Placement `json:"p"`
	Topic string             `json:"t,omitempty"`
	Due   casework.Date      `json:"d"`
}

// Stay is one stay of the case at a body. Topic is a group of the classifier
// and no single topic.
type Stay struct {
	Body      string           `json:"b"`
	Unit      string           `json:"u,omitempty"`
	Officer   string           `json:"f,omitempty"`
	Topic     string           `json:"t,omitempty"`
	Territory string           `json:"g,omitempty"`
	Regime    casework.Regime  `json:"r"`
	Channel   casework.Channel `json:"c"`
	Received  casework.Date    `json:"i"`
	// Began is when the term began to run, Due when it ends or ended.
	Began     casework.Date `json:"n"`
	Due       casework.Date `json:"d"`
	Ended     casework.Date `json:"e"`
	End       report.End    `json:"x,omitempty"`
	Late      bool          `json:"l,omitempty"`
	Supported bool          `json:"k,omitempty"`
	Repeat    bool          `json:"a,omitempty"`
	// Reopened are the days on which the answered case was taken up again.
	Reopened []casework.Date `json:"q,omitempty"`
	// Marks are the applicant's marks, each with its day and with nothing else.
	Marks []Mark `json:"m,omitempty"`
}

// Mark is a mark from 1 to 5 and when it was given.
type Mark struct {
	Day   casework.Date `json:"d"`
	Value int           `json:"v"`
}

// Group is the group of a topic that is counted: its first two parts.
func Group(topic string) string {
	parts := strings.SplitN(topic, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// Reduce makes the facts of a case.
func Reduce(c *casework.Case, reg *casework.Registry) Facts {
	var f Facts
	if r := casework.RowOf(c); !r.Due.IsZero() {
		f.Owed = &Owed{Place: r.Place, Topic: Group(r.Topic), Due: r.Due}
	}
	stays := report.StaysOf(c, reg)
	for i := range stays {
		f.Stays = append(f.Stays, reduceStay(&stays[i]))
	}
	if len(f.Stays) > 0 {
		f.addLater(c, reg)
	}
	return f
}

func reduceStay(s *report.Stay) Stay {
	f := Stay{Body: s.Body, Unit: s.Unit, Officer: s.Officer, Territory: s.Territory, Regime: s.Regime, Channel: s.Channel,
		Received: s.Received, Began: s.Registered, Ended: s.EndedOn, End: s.End, Late: s.Late, Supported: s.Supported(), Repeat: s.Repeat}
	if len(s.Questions) > 0 {
		f.Topic = Group(s.Questions[0].Topic)
	}
	if f.Began.IsZero() {
		f.Began = s.Received
	}
	if f.Due = s.Due; s.End != "" {
		f.Due = s.Term
	}
	return f
}

// actReopen is the act by which an answered case is taken up again.
const actReopen casework.ActKind = "reopen"

// addLater adds what happened after an answer to the stay that gave it.
func (f *Facts) addLater(c *casework.Case, reg *casework.Registry) {
	for _, e := range c.Journal {
		if e.Act != casework.ActRate && e.Act != actReopen {
			continue
		}
		at := &f.Stays[len(f.Stays)-1]
		i := slices.IndexFunc(c.Answers, func(a casework.Answer) bool { return a.ID == e.Facts["answer"] })
		if i >= 0 {
			if j := slices.IndexFunc(f.Stays, func(s Stay) bool { return s.Body == c.Answers[i].Body }); j >= 0 {
				at = &f.Stays[j]
			}
		}
		b, err := reg.Body(at.Body)
		if err != nil {
			b = casework.Body{}
		}
		day := casework.DateOf(e.At, b.Settings.Location())
		switch {
		case e.Act == actReopen:
			at.Reopened = append(at.Reopened, day)
		case i >= 0 && c.Answers[i].Mark != nil:
			at.Marks = append(at.Marks, Mark{Day: day, Value: c.Answers[i].Mark.Value})
		}
	}
}
