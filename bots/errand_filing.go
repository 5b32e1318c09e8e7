package bots

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
)

// offered is how many suggestions one message shows.
const offeredMost = 5

func (a *Attendant) suggestTopics(ctx context.Context, f Facts, e Errand, r *Result) error {
	d, err := a.cfg.Office.Draft(ctx, f.actor(), e.Draft)
	if err != nil {
		return err
	}
	text := d.Text
	if e.Value != "" {
		text = e.Value
	}
	add := func(code string) {
		name := a.cfg.TopicName(code)
		if name != "" && len(r.Options) < offeredMost && !slices.ContainsFunc(r.Options, func(o Option) bool { return o.Value == code }) {
			r.Options = append(r.Options, Option{Value: code, Label: name})
		}
	}
	if d.Topic != "" && e.Value == "" {
		add(d.Topic)
	}
	for _, c := range a.cfg.Office.Suggest(text, d.Address).Topics {
		add(c.Label)
	}
	return nil
}

func (a *Attendant) suggestBodies(ctx context.Context, f Facts, e Errand, r *Result) error {
	d, err := a.cfg.Office.Draft(ctx, f.actor(), e.Draft)
	if err != nil {
		return err
	}
	reg := a.cfg.Office.Registry()
	add := func(id string) {
		b, err := reg.Body(id)
		if err != nil || b.Closed || len(r.Options) >= offeredMost {
			return
		}
		token := bodyToken(id)
		if !slices.ContainsFunc(r.Options, func(o Option) bool { return o.Value == token }) {
			r.Options = append(r.Options, Option{Value: token, Label: b.Name, Hint: b.Contacts.Phone})
		}
	}
	if e.Value != "" {
		for _, b := range findBodies(reg, e.Value) {
			add(b.ID)
		}
		return nil
	}
	if d.Addressee != "" {
		add(d.Addressee)
	}
	route := reg.FindRoute(casework.RouteQuery{Topic: d.Topic, Territory: d.Territory, Suggestion: a.cfg.Office.Suggest(d.Text, d.Address)})
	for _, c := range route.Alternatives {
		add(c.Label)
	}
	return nil
}

// findBodies lists the open bodies whose names hold every word.
func findBodies(reg *casework.Registry, query string) []casework.Body {
	fold := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ё", "е") }
	words := strings.Fields(fold(query))
	var out []casework.Body
	for _, b := range reg.Bodies() {
		name := fold(b.Name + " " + b.Short)
		missing := slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(name, w) })
		if !b.Closed && len(words) > 0 && !missing {
			out = append(out, b)
		}
	}
	return out
}

// preview computes what filing now would bring.
func (a *Attendant) preview(ctx context.Context, f Facts, e Errand, r *Result) error {
	d, err := a.cfg.Office.Draft(ctx, f.actor(), e.Draft)
	if casework.CodeOf(err) == casework.NotFound {
		return casework.Fail(casework.NotFound, "bots.preview", "bot.draft_gone")
	}
	if err != nil {
		return err
	}
	r.Draft = &d
	if d.Regime != casework.RegimeAppeal {
		// Complaints of other laws have questions that only the site asks.
		r.Faults = append(r.Faults, Fault{Text: "bot.check.on_site", Data: map[string]string{"Site": a.cfg.Site, "Draft": d.ID}})
	}
	if f.Person == nil {
		return nil
	}
	c, err := a.cfg.Office.Preview(f.actor(), filingOf(d, *f.Person))
	var invalid *casework.Error
	switch {
	case errors.As(err, &invalid) && invalid.Code == casework.Invalid:
		r.Faults = append(r.Faults, a.faultsOf(invalid)...)
		return nil
	case err != nil:
		return err
	}
	r.Register, r.Answer = dateOf(d.Lang, &c, casework.TermRegister), dateOf(d.Lang, &c, casework.TermConsider)
	r.Sum = sumOf(d, r.Register, r.Answer)
	return nil
}

func dateOf(lang string, c *casework.Case, kind casework.TermKind) string {
	t, ok := c.Term(kind)
	if !ok {
		return ""
	}
	return templatesDate(lang, t.Due.Time(time.UTC))
}

// sumOf names what was shown: the contents and the dates.
func sumOf(d casework.FilingDraft, register, answer string) string {
	parts := []string{d.Text, d.Topic, d.Territory, d.Address, d.Addressee, d.Contact.Email, string(d.Regime), register, answer}
	for _, f := range d.Files {
		parts = append(parts, f.ID)
	}
	return digest(parts...)[:8]
}

func filingOf(d casework.FilingDraft, who casework.Applicant) casework.Filing {
	d.Contact.Cabinet = true
	return d.FilingOf(who, casework.ChannelBot)
}

// file files the draft if it is still what the person has seen.
func (a *Attendant) file(ctx context.Context, f Facts, s State, e Errand, r *Result) error {
	if f.Person == nil {
		return casework.Fail(casework.Forbidden, "bots.file", "bot.link.needed")
	}
	done, err := a.cfg.Office.FiledBefore(ctx, *f.Person, e.Draft)
	if casework.CodeOf(err) == casework.NotFound {
		if err := a.preview(ctx, f, e, r); err != nil {
			return err
		}
		if len(r.Faults) > 0 || r.Sum != e.Value {
			r.Moved = true
			return nil
		}
		if !s.Open && soundsProtected(wordsOf(*r.Draft)) && r.Draft.Fields["open"] == "" {
			return casework.Fail(casework.NotAllowed, "bots.file", "bot.safe_site")
		}
		done, err = a.cfg.Office.File(ctx, f.actor(), filingOf(*r.Draft, *f.Person))
	}
	if err != nil {
		return err
	}
	r.Case = &done.Case
	r.Register, r.Answer = dateOf(s.Lang, r.Case, casework.TermRegister), dateOf(s.Lang, r.Case, casework.TermConsider)
	// The case is safe; a draft that stays is found out by newDraft.
	return a.cfg.Office.DropDraft(ctx, f.actor(), e.Draft)
}

// wordsOf is everything that a person has written into a draft at any door.
func wordsOf(d casework.FilingDraft) string {
	raw, err := json.Marshal(d.Fields)
	if err != nil {
		return d.Text
	}
	return d.Text + "\n" + d.Address + "\n" + string(raw)
}

func (a *Attendant) listMine(ctx context.Context, by casework.Actor, lang string, r *Result) error {
	drafts, err := a.cfg.Office.Drafts(ctx, by)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if len(r.Options) == 3 {
			r.More = true
			break
		}
		summary := casework.Summarise(d.Text)
		if summary == "" {
			summary = a.cfg.Set.T(lang, "bot.mine.empty_draft", nil)
		}
		r.Options = append(r.Options, Option{Value: "draft:" + d.ID, Label: a.cfg.Set.T(lang, "bot.mine.draft", nil) + " " + templatesDate(lang, d.SavedAt), Hint: summary})
	}
	page, err := a.cfg.Office.Mine(ctx, by, casework.Window{Limit: offeredMost})
	if err != nil {
		return err
	}
	for _, row := range page.Rows {
		number := row.Number
		if number == "" {
			number = row.Receipt
		}
		r.Options = append(r.Options, Option{Value: "case:" + row.ID, Label: number,
			Hint: a.cfg.Set.T(lang, "stage."+string(row.Stage), nil) + ". " + row.Summary})
	}
	r.More = r.More || page.Next != ""
	return nil
}

func (a *Attendant) readCase(ctx context.Context, by casework.Actor, id, lang string, r *Result) error {
	c, err := a.cfg.Office.Read(ctx, by, id, "bot")
	if err != nil {
		return err
	}
	r.Case, r.Acts = &c, a.cfg.Office.Acts(&c, by)
	if t, ok := c.NextTerm(); ok {
		r.Answer = templatesDate(lang, t.Due.Time(time.UTC))
	}
	for _, q := range c.Procedure.Requests {
		if q.To == casework.ToApplicant && q.Waiting() && slices.Contains(r.Acts, casework.ActClarify) {
			r.Question = q.Text
		}
	}
	r.Rated = c.Rated()
	return nil
}
