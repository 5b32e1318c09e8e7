package desk

import (
	"math"
	"net/url"
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// caseView is what the pages of one case show.
type caseView struct {
	ID, Path         string
	Number, Receipt  string
	Registered       bool
	RegisteredOn     casework.Date
	Summary, Text    string
	Stage            stageView
	Term             termView
	Kind, Channel    string
	Assurance        string
	Received         time.Time
	Topic, TopicCode string
	Territory        string
	Address          string
	Addressee        string
	Body, Unit       string
	Officer          string
	Applicant        applicantView
	Files            []templates.FileItem
	// Seen is how many events of the journal this page shows.
	Seen int
}

// applicantView is the applicant as far as the reader needs to know him.
type applicantView struct {
	Name               string
	Contacts           bool
	Email, Post, Phone string
	Cabinet            bool
	More               int
	// Sealed is what can be done about a name that is closed.
	Sealed sealedView
}

func (v *visit) caseView(c *casework.Case) caseView {
	view := caseView{ID: c.ID, Path: "/desk/case/" + url.PathEscape(c.ID), Number: c.PublicNumber(), Receipt: c.Receipt,
		Registered: c.Number != "", RegisteredOn: c.Origin.RegisteredOn,
		Summary: c.Subject.Summary, Text: c.Content.Text, Stage: v.stage(c.Stage),
		Kind:      v.label("desk.kind", string(c.Procedure.Kind)),
		Channel:   v.label("desk.channel", string(c.Origin.Channel)),
		Assurance: v.label("desk.assurance", string(c.Origin.Assurance)), Received: c.Origin.ReceivedAt,
		Territory: v.registry.TerritoryName(c.Subject.Territory), Address: c.Subject.Address,
		Addressee: v.bodyName(c.Subject.Addressee), Body: v.bodyName(c.Place.Body),
		Unit: v.unitName(c.Place.Body, c.Place.Unit), Officer: v.officerName(c.Place.Body, c.Place.Officer),
		Applicant: v.applicant(c), Seen: len(c.Journal)}
	if len(c.Subject.Topics) > 0 {
		view.TopicCode, view.Topic = c.Subject.Topics[0], v.topicName(c.Subject.Topics[0])
	}
	if t, ok := c.NextTerm(); ok {
		view.Term = v.chip(t.Kind, t.Due, v.today(c.Place.Body))
		view.Term.Href = view.Path + "/term/" + t.ID
	}
	view.Files = fileItems(view.Path, c.Content.Files)
	return view
}

// applicant shows contacts to those who act on the case: the registrar, the
// head and its officer. Others who may read it need the name only.
func (v *visit) applicant(c *casework.Case) applicantView {
	a := c.Applicant()
	view := applicantView{Name: a.Name.Full(), More: len(c.Parties.Applicants) - 1}
	view.Sealed, _ = v.sealed(c)
	if v.by.HasRole(casework.RoleRegistrar, c) || v.mayAnswer(c) {
		view.Contacts = true
		view.Email, view.Post, view.Phone, view.Cabinet = a.Contact.Email, a.Contact.Post, a.Contact.Phone, a.Contact.Cabinet
	}
	return view
}

// mayAnswer reports whether the answer is the reader's work, so that buttons
// which would be refused are not offered. The act itself decides.
func (v *visit) mayAnswer(c *casework.Case) bool {
	return v.by.Answers(c)
}

func fileItems(path string, files []casework.File) []templates.FileItem {
	items := make([]templates.FileItem, 0, len(files))
	for _, f := range files {
		size := f.WorkSize
		if size == 0 {
			size = f.Size
		}
		items = append(items, templates.FileItem{Name: f.Name, Size: size, Href: path + "/file/" + url.PathEscape(f.ID)})
	}
	return items
}

// termLine is one term in the list of a case.
type termLine struct {
	What, Norm, Href string
	Chip             termView
	Fate             string
	Due              casework.Date
	Closed           time.Time
	Provisional      bool
}

// terms lists the terms, the latest first: those that run and those past.
func (v *visit) terms(c *casework.Case) (running, past []termLine) {
	for _, t := range slices.Backward(c.Terms) {
		line := termLine{What: v.label("desk.term", string(t.Kind.Base())), Norm: t.Rule.Norm, Due: t.Due,
			Href: "/desk/case/" + url.PathEscape(c.ID) + "/term/" + t.ID, Provisional: t.Provisional}
		if t.Running() {
			line.Chip = v.chip(t.Kind, t.Due, v.today(c.Place.Body))
			running = append(running, line)
			continue
		}
		line.Fate, line.Closed = v.label("desk.fate", string(t.Fate)), t.ClosedAt
		past = append(past, line)
	}
	return running, past
}

// candidateView is one body or topic with the confidence that it is right.
type candidateView struct {
	Value, Name string
	Percent     int
	// Proposed is the router's choice, Here the body that has the case.
	Proposed, Here bool
}

// routeView is how the case came where it is.
type routeView struct {
	Body         string
	Percent      int
	Sure, Any    bool
	Reasons      []string
	Alternatives []candidateView
	Hops         int
	Reached      []string
	Model        string
}

func (v *visit) route(c *casework.Case) routeView {
	r := c.Route
	view := routeView{Percent: percent(r.Confidence), Sure: r.Sure, Hops: r.Hops, Model: r.Model,
		Any: r.Registry != "" || len(r.Reasons) > 0}
	if r.Body != "" {
		view.Body = v.bodyName(r.Body)
	}
	for _, reason := range r.Reasons {
		var pairs []any
		for name, value := range reason.Data {
			if name == "Topic" {
				value = v.topicName(value)
			}
			pairs = append(pairs, name, value)
		}
		view.Reasons = append(view.Reasons, v.said(reason.Key, pairs...))
	}
	for _, a := range r.Alternatives {
		view.Alternatives = append(view.Alternatives, candidateView{Value: a.Label, Name: v.bodyName(a.Label),
			Percent: percent(a.Confidence), Proposed: a.Label == r.Body,
			Here: a.Label == c.Place.Body})
	}
	for _, id := range r.Reached {
		view.Reached = append(view.Reached, v.bodyName(id))
	}
	return view
}

func percent(p float64) int { return int(math.Round(p * 100)) }

// noticeGroup is what the applicant was told at one moment, by all its ways.
type noticeGroup struct {
	What   string
	Queued time.Time
	Ways   []noticeView
}

// noticeView is one entry of the outbox.
type noticeView struct {
	Medium, State, Kind string
	Attempts            int
	Failure, Evidence   string
	Sent, Next          time.Time
}

var deliveryKinds = map[casework.DeliveryState]string{casework.DeliverySent: "good", casework.DeliveryDead: "bad",
	casework.DeliverySending: "act"}

// notices are the letters of the case, newest first; wake-ups of jobs are no
// letters.
func (v *visit) notices(c *casework.Case) []noticeGroup {
	var out []noticeGroup
	for _, n := range slices.Backward(c.Outbox) {
		if n.Medium == casework.MediumJob {
			continue
		}
		way := noticeView{Medium: v.label("desk.medium", string(n.Medium)), State: v.label("desk.delivery", string(n.State)),
			Kind: deliveryKinds[n.State], Attempts: n.Attempts, Failure: v.label("desk.failure", n.Failure), Sent: n.SentAt}
		if n.Medium != casework.MediumCabinet {
			way.Evidence = n.Evidence
		}
		if n.Pending() && n.Attempts > 0 {
			way.Next = n.NextTry
		}
		what, last := v.label("desk.notice", string(n.Kind)), len(out)-1
		if last >= 0 && out[last].What == what && out[last].Queued.Equal(n.QueuedAt) {
			out[last].Ways = append(out[last].Ways, way)
			continue
		}
		out = append(out, noticeGroup{What: what, Queued: n.QueuedAt, Ways: []noticeView{way}})
	}
	return out
}

// letterView is a letter: a draft or a sent answer.
type letterView struct {
	Text, Outcome, Author string
	Files                 []templates.FileItem
	Revision              int
	Saved, Sent           time.Time
	Remarks               string
	Number, From, To      string
	Digest                string
	Signature             *signatureView
	// Print is the address of a print of it: of a draft its preview, of an
	// answer the one in large letters; empty where nothing is printed.
	Print string
	// Visas are the agreements that were asked for; only a draft has them.
	Visas []visaView
}

// signatureView is the facts of a signature.
type signatureView struct {
	Name, Algorithm, Digest, Key string
	// For is the absent person in whose place it was signed.
	For string
	At  time.Time
}

func signature(s *casework.Signature) *signatureView {
	if s == nil {
		return nil
	}
	return &signatureView{Name: s.Name, Algorithm: s.Algorithm, Digest: s.Digest, Key: s.Key, At: s.At, For: s.ForName}
}

func (v *visit) draft(c *casework.Case) *letterView {
	d := c.Draft
	if d == nil {
		return nil
	}
	files := d.Files
	if d.Paper != nil {
		files = append([]casework.File{d.Paper.Letter, d.Paper.Detached}, files...)
	}
	return &letterView{Visas: v.visas(c), Number: d.Number, Print: v.printPath(c, "/draft.pdf"), Text: d.Letter(), Outcome: v.label("desk.outcome", string(d.Outcome)),
		Author: v.personName(c.Place.Body, d.Author), Files: fileItems("/desk/case/"+url.PathEscape(c.ID), files),
		Revision: d.Revision, Saved: d.SavedAt, Remarks: d.Remarks, Signature: signature(d.Signature),
		From: v.bodyFull(c.Place.Body), To: c.Applicant().Name.Full(),
		Digest: casework.LetterDigest(c.ID, d.Letter(), d.Files)}
}

func (v *visit) answers(c *casework.Case) []letterView {
	var out []letterView
	for _, a := range slices.Backward(c.Answers) {
		out = append(out, letterView{Print: v.printPath(c, "/large/"+a.ID+".pdf"), Text: a.Text, Outcome: v.label("desk.outcome", string(a.Outcome)),
			Files: fileItems("/desk/case/"+url.PathEscape(c.ID), a.Documents()), Number: a.Number, Sent: a.SentAt,
			From: v.bodyFull(a.Body), To: c.Applicant().Name.Full(), Signature: signature(&a.Signature)})
	}
	return out
}

// printPath is the address of a print of the case.
func (v *visit) printPath(c *casework.Case, below string) string {
	if v.Letters == nil {
		return ""
	}
	return "/desk/case/" + url.PathEscape(c.ID) + below
}

func (v *visit) bodyFull(id string) string {
	if b, err := v.registry.Body(id); err == nil {
		return b.Name
	}
	return id
}
