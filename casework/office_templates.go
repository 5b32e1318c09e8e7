package casework

import (
	"context"
	"slices"
	"strings"
)

// TemplatePlaces lists where somebody may write letter templates: the open
// bodies, and CommonTemplates first for those with the role everywhere.
func (o *Office) TemplatePlaces(by Actor) []string {
	var out []string
	if mayWriteTemplates(by, CommonTemplates) {
		out = append(out, CommonTemplates)
	}
	for _, b := range o.Registry().Bodies() {
		if !b.Closed && mayWriteTemplates(by, b.ID) {
			out = append(out, b.ID)
		}
	}
	return out
}

// KeptTemplates lists the templates of a body, or the common ones, for those
// who may write them: by name, the retired last. Errors: NotFound for a place
// that is not theirs; Unavailable, Corrupted.
func (o *Office) KeptTemplates(ctx context.Context, by Actor, body string) ([]LetterTemplate, error) {
	if !mayWriteTemplates(by, body) {
		return nil, Fail(NotFound, "casework.KeptTemplates", "body.none")
	}
	records, _, err := o.shelf.List(ctx, KindTemplate, body, Window{Limit: MaxTemplates})
	if err != nil {
		return nil, err
	}
	var out []LetterTemplate
	for _, r := range records {
		t, err := templateOf(r)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b LetterTemplate) int {
		if a.Retired != b.Retired {
			return map[bool]int{true: 1, false: -1}[a.Retired]
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out, nil
}

// KeptTemplate loads one with all its versions, the first one first; the last
// is the one in use. Errors: NotFound, also for a template that is not the
// actor's to write.
func (o *Office) KeptTemplate(ctx context.Context, by Actor, key string) (LetterTemplate, []LetterTemplate, error) {
	const op = "casework.KeptTemplate"
	body, _, _ := strings.Cut(key, "/")
	if !mayWriteTemplates(by, body) {
		return LetterTemplate{}, nil, Fail(NotFound, op, "template.none")
	}
	record, err := o.shelf.Fetch(ctx, KindTemplate, key)
	if CodeOf(err) == NotFound {
		return LetterTemplate{}, nil, Fail(NotFound, op, "template.none")
	}
	if err != nil {
		return LetterTemplate{}, nil, err
	}
	t, err := templateOf(record)
	if err != nil {
		return t, nil, err
	}
	versions, err := o.LetterTemplateVersions(ctx, key)
	return t, versions, err
}

// TrialTemplate fills a template that is not kept yet from an invented case of
// its body (SampleCase), as a letter would begin. officer is who writes it.
// Errors: Invalid with a field each, as SaveLetterTemplate says it.
func (o *Office) TrialTemplate(t LetterTemplate, officer string) (Case, error) {
	if err := t.check("casework.TrialTemplate"); err != nil {
		return Case{}, err
	}
	c := o.SampleCase(t.Body)
	text, err := o.FillTemplate(&c, t.Text, officer)
	if err != nil {
		return Case{}, err
	}
	c.Draft = &Draft{Text: text, Outcome: t.Outcome, Revision: 1, Author: t.By, SavedAt: o.now()}
	return c, nil
}

// sampleDays is how long ago the invented appeal was registered; the term of
// an appeal is 30 days from then (59-FZ art. 12 p. 1).
const sampleDays = 10

// SampleCase (пример дела) is an invented case in work at a body, the first
// open one of the registry for CommonTemplates. It is kept nowhere.
func (o *Office) SampleCase(body string) Case {
	if body == CommonTemplates {
		body = ""
		for _, b := range o.Registry().Bodies() {
			if !b.Closed {
				body = b.ID
				break
			}
		}
	}
	loc := (&Env{Registry: o.Registry()}).bodySettings(body).Location()
	registered := DateOf(o.now(), loc).AddDays(-sampleDays)
	c := Case{ID: "sample", Number: "ОГ-2026-000123", Stage: StageInWork}
	c.Origin = Origin{Channel: ChannelWeb, Lang: "ru", ReceivedAt: registered.Time(loc), RegisteredOn: registered}
	c.Place = Placement{Body: body}
	c.Parties.Applicants = []Applicant{{Name: PersonName{Surname: "Смирнова", Given: "Мария", Patronymic: "Ивановна"},
		Contact: Contact{Cabinet: true}}}
	c.Subject = Subject{Address: "Садовая улица, дом 12", Summary: "Во дворе третью неделю не горят фонари"}
	c.Questions = []Question{{ID: "q1", Body: body}}
	c.Content.Text = "Во дворе дома 12 по Садовой улице третью неделю не горят фонари. Прошу починить освещение."
	if law, err := o.Laws().InForce(RegimeAppeal, registered); err == nil {
		c.Procedure = Procedure{Regime: RegimeAppeal, Version: law.Version}
	}
	c.Terms = []Term{{ID: "t1", Kind: TermConsider, Start: registered, Due: registered.AddDays(30)}}
	return c
}
