package desk

import (
	"net/url"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// moreView is what a case has beyond the ordinary course: what a complaint
// says, links, questions, requests, a proposal, the ground of its end.
type moreView struct {
	Facts     []factView
	Questions []questionView
	Requests  []requestView
	Proposal  *proposalView
	// Inside is what staff keep for themselves.
	Inside *insideView
}

// factView is one line of facts; a value may be a link.
type factView struct {
	Label  string
	Values []valueView
}

type valueView struct{ Text, Href string }

type questionView struct{ ID, Topic, Outcome string }

type requestView struct {
	To, Text, Answer string
	Waiting, Pauses  bool
	Asked, Answered  time.Time
	Files            []templates.FileItem
}

type proposalView struct {
	By, Reason, Date string
	Days             int
	// Approve is true if the reader may approve it.
	Approve bool
}

func (v *visit) more(c *casework.Case) moreView {
	m := moreView{Facts: v.facts(c), Requests: v.requests(c), Inside: v.inside(c)}
	if len(c.Questions) > 1 {
		m.Questions = v.questions(c)
	}
	if p := c.Procedure.Proposal; p != nil && c.Stage.Open() {
		m.Proposal = &proposalView{By: v.personName(c.Place.Body, p.By), Reason: p.Reason, Days: p.Days,
			Approve: v.still(c, casework.ActExtend)}
		if due, err := v.Office.PreviewDue(c, p.Days); err == nil {
			m.Proposal.Date = v.t("desk.extend.new_date", "Date", v.dateText(due.String()))
		}
	}
	return m
}

func (v *visit) questions(c *casework.Case) []questionView {
	var out []questionView
	for _, q := range c.Questions {
		topic := v.t("desk.no_topic")
		if q.Topic != "" {
			topic = v.topicName(q.Topic)
		}
		out = append(out, questionView{ID: q.ID, Topic: topic, Outcome: v.outcomeName(c, q.Outcome)})
	}
	return out
}

func (v *visit) outcomeName(c *casework.Case, o casework.Outcome) string {
	if r, ok := v.regulation(c).Results[o]; ok && r.Title[v.lang] != "" {
		return r.Title[v.lang]
	}
	return v.label("desk.outcome", string(o))
}

func (v *visit) facts(c *casework.Case) []factView {
	var out []factView
	put := func(name string, values ...string) {
		f := factView{Label: v.label("desk.fact", name)}
		for _, text := range values {
			if text != "" {
				f.Values = append(f.Values, valueView{Text: text})
			}
		}
		if len(f.Values) > 0 {
			out = append(out, f)
		}
	}
	law := v.regulation(c)
	if c.Procedure.Regime != casework.RegimeAppeal {
		put("regime", law.Title[v.lang])
	}
	put("variant", v.label("desk.variant", c.Procedure.Variant))
	if g, ok := law.Grounds[c.Procedure.Ended]; ok {
		put("ended", v.groundName(g)+" ("+templates.FormatNorm(v.lang, g.Norm)+")")
	}
	if p := c.Procedure.Complaint; p != nil {
		var grounds, against []string
		for _, g := range law.Complaints {
			for _, key := range p.Grounds {
				if g.Key == key {
					grounds = append(grounds, g.Title[v.lang])
				}
			}
		}
		for _, a := range p.Against {
			against = append(against, v.againstName(a))
		}
		put("grounds", grounds...)
		put("against", against...)
		put("decision", p.Decision)
		put("register", p.Register)
		put("demands", p.Demands)
		put("withdrawn", p.Withdrawn)
		put("suspend", p.Suspend)
		put("suspended", v.label("desk.decided", p.Suspended))
		put("restore", p.Restore)
		if p.LateFiled {
			put("late", v.t("desk.fact.late_yes"))
		}
	}
	if p := c.Parties.Representative; p != nil {
		put("representative", p.Name.Full())
	}
	return append(out, v.links(c)...)
}

// links name the other cases by their numbers, where the reader may see them.
func (v *visit) links(c *casework.Case) []factView {
	var out []factView
	for _, l := range c.Links {
		value := valueView{Text: v.t("desk.fact.link_hidden")}
		if l.Kind == casework.LinkCopy {
			value.Text = v.bodyFull(l.Case)
		} else if row, ok := v.Office.RowFor(v.ctx, v.by, l.Case); ok {
			value = valueView{Text: strings.TrimSpace(rowNumber(row) + " · " + v.bodyName(row.Place.Body)), Href: "/desk/case/" + url.PathEscape(l.Case)}
		}
		out = append(out, factView{Label: v.label("desk.linked", l.Kind), Values: []valueView{value}})
	}
	return out
}

func (v *visit) requests(c *casework.Case) []requestView {
	var out []requestView
	for _, r := range c.Procedure.Requests {
		out = append(out, requestView{To: v.requestTo(r), Text: r.Text, Answer: r.Answer, Waiting: r.Waiting(), Pauses: r.Pauses,
			Asked: r.AskedAt, Answered: r.AnsweredAt, Files: fileItems("/desk/case/"+url.PathEscape(c.ID), r.Files)})
	}
	return out
}
