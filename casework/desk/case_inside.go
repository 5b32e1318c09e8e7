package desk

import (
	"context"
	"math"
	"net/url"
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// insideView is what staff see of a case besides the case itself: likenesses,
// files to look at, drafts of questions, redacted copies, notes.
type insideView struct {
	Path, Seen string
	Similar    []similarView
	// MoreSimilar are those beyond the first three, folded away.
	MoreSimilar []similarView
	// Unsought is true if likenesses could not be looked for in time.
	Unsought   bool
	Link       bool
	Previews   []previewView
	Drafts     []questionDraftView
	Assemble   bool
	Redact     bool
	Redactions []redactionView
	Notes      []noteOnCase
	NoteForm   *web.Form
	Annotate   bool
	// Check is what a check of the saved draft has found.
	Check *checkView
}

type similarView struct {
	ID, Number, Href, Summary, Stage string
	Received                         time.Time
	Percent                          int
	Why                              []string
	// First is true for the one that keys speak of.
	First, Duplicate, Repeat bool
}

type previewView struct {
	Name, Href, Redact string
	// Kind is "image", "text" or "" for what is only downloaded.
	Kind string
	Size int64
}

type questionDraftView struct {
	Title, Href, Text, Outcome, Author string
	Revision                           int
	Saved                              time.Time
	Write, InLetter                    bool
}

type redactionView struct {
	ID, What, By, Why, Href, Text string
	At                            time.Time
	Blots                         int
	Enclose, Enclosed             bool
	// Parts are the fields that were redacted with the text.
	Parts []redactPart
}

type noteOnCase struct {
	By, Text string
	At       time.Time
}

// similarPatience is how long a case page waits for likenesses, similarWait how
// long it does so for whoever asks for them.
const (
	similarPatience = 20 * time.Millisecond
	similarWait     = 3 * time.Second
)

func (v *visit) inside(c *casework.Case) *insideView {
	in := &insideView{Path: "/desk/case/" + url.PathEscape(c.ID), Seen: itoa(len(c.Journal))}
	in.NoteForm = v.notesForm()
	in.Annotate = v.worksOn(c) || v.by.HasRole(casework.RoleSupervisor, c)
	in.Redact = v.worksOn(c)
	in.Link = v.still(c, casework.ActLink)
	if c.Stage.Open() {
		v.fillSimilar(c, in)
		in.MoreSimilar = in.Similar[min(3, len(in.Similar)):]
	}
	for _, f := range c.Content.Files {
		p := previewView{Name: f.Name, Href: in.Path + "/file/" + url.PathEscape(f.ID) + "/view", Kind: previewKind(f.Type), Size: f.WorkSize}
		if in.Redact && (casework.RedactableImage(f.Type) || redactableText(f)) {
			p.Redact = in.Path + "/redact/" + url.PathEscape(f.ID)
		}
		in.Previews = append(in.Previews, p)
	}
	in.Drafts = v.questionDrafts(c)
	in.Assemble = v.still(c, casework.ActDraft) && slices.ContainsFunc(in.Drafts, func(q questionDraftView) bool { return q.Revision > 0 && !q.InLetter })
	in.Redactions = v.redactions(c)
	for _, n := range c.Notes() {
		in.Notes = append(in.Notes, noteOnCase{By: v.personName(c.Place.Body, n.By), Text: n.Text, At: n.At})
	}
	if c.Draft != nil && c.Draft.Signature == nil && c.Stage.Open() {
		check := v.check(c)
		in.Check = &check
	}
	return in
}

// worksOn reports whether the reader does more with the case than watch it.
func (v *visit) worksOn(c *casework.Case) bool {
	return slices.ContainsFunc([]casework.Role{casework.RoleOfficer, casework.RoleHead, casework.RoleRegistrar},
		func(r casework.Role) bool { return v.by.HasRole(r, c) })
}

// fillSimilar looks for likenesses, but not for long: the page comes first.
func (v *visit) fillSimilar(c *casework.Case, in *insideView) {
	patience := similarPatience
	if v.c.Query("similar") != "" {
		patience = similarWait
	}
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	found, err := v.Office.SimilarTo(ctx, v.by, c.ID)
	if err != nil {
		in.Unsought = true
		return
	}
	for i, s := range found {
		view := similarView{ID: s.Row.ID, Number: rowNumber(s.Row), Href: "/desk/case/" + url.PathEscape(s.Row.ID), Summary: s.Row.Summary,
			Stage: v.label("desk.stage", string(s.Row.Stage)), Received: s.Row.ReceivedAt, Percent: int(math.Round(s.Score * 100)), First: i == 0,
			Duplicate: s.Offer == casework.LinkDuplicate, Repeat: s.Offer == casework.LinkRepeat}
		for _, r := range s.Reasons {
			var pairs []any
			for name, value := range r.Data {
				pairs = append(pairs, name, value)
			}
			if r.Key == "similar.near" && r.Data["Days"] == "0" {
				r.Key = "similar.same_day"
			}
			view.Why = append(view.Why, v.t(r.Key, pairs...))
		}
		in.Similar = append(in.Similar, view)
	}
}

func (v *visit) questionDrafts(c *casework.Case) []questionDraftView {
	if len(c.Questions) < 2 {
		return nil
	}
	letter, write := "", v.mayWriteQuestion(c)
	if c.Draft != nil {
		letter = c.Draft.Letter()
	}
	var out []questionDraftView
	for i, q := range c.Questions {
		d := c.QuestionDraft(q.ID)
		out = append(out, questionDraftView{Title: v.questionTitle(i+1, q), Href: "/desk/case/" + url.PathEscape(c.ID) + "/question/" + url.PathEscape(q.ID),
			Text: d.Text, Outcome: v.outcomeName(c, d.Outcome), Author: v.personName(c.Place.Body, d.Author), Revision: d.Revision, Saved: d.SavedAt,
			Write: write, InLetter: holdsAll(letter, d.Text)})
	}
	return out
}

func (v *visit) questionTitle(n int, q casework.Question) string {
	topic := v.t("desk.no_topic")
	if q.Topic != "" {
		topic = v.topicName(q.Topic)
	}
	return v.t("desk.editor.question", "Number", n, "Topic", topic)
}

// mayWriteQuestion: the draft of a question is open to every officer who has
// the case, while drafts are written.
func (v *visit) mayWriteQuestion(c *casework.Case) bool {
	roles := v.by.HasRole(casework.RoleOfficer, c) || v.by.HasRole(casework.RoleHead, c)
	return roles && slices.Contains(v.regulation(c).Acts[casework.ActDraft].From, c.Stage)
}

// addNote adds an internal note.
func (d *Desk) addNote(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActNote, form: form, kept: []string{"note"}}
	a.again = func(c *casework.Case) error {
		return v.renderCase(c, statusOf(form), panel{Failed: form})
	}
	c, err := d.Office.AddNote(v.ctx, v.by, v.c.Params("id"), form.Value("note"))
	if err != nil {
		v.c.Locals(noteFormKey, form)
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk_case.note.added")
}

// linkSimilar ties the case to one that was shown as similar, by one press.
func (d *Desk) linkSimilar(v *visit) error {
	form := web.ReadForm(v.c)
	a := attempt{kind: casework.ActLink, form: form}
	a.again = func(c *casework.Case) error { return v.renderCase(c, statusOf(form), panel{Failed: form}) }
	other := form.Value("case")
	// Only a case that the reader may know of can be named.
	if _, ok := d.Office.RowFor(v.ctx, v.by, other); !ok {
		other = ""
	}
	c, err := v.do(a, casework.Linking{To: form.Value("to"), Case: other})
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk_case.similar.linked")
}

// noteFormKey is where a refused note waits for the page of its case.
const noteFormKey = "desk note form"

// notesForm is the form of a note that was refused, or an empty one.
func (v *visit) notesForm() *web.Form {
	if form, ok := v.c.Locals(noteFormKey).(*web.Form); ok {
		return form
	}
	return templates.NewForm()
}
