package bots

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"priemnaya/casework"
	"priemnaya/templates"
)

// perform does an errand. What the person can mend is a Fault of the result;
// an error means that the same errand may succeed later.
func (a *Attendant) perform(ctx context.Context, f Facts, s State, e Errand) (Result, error) {
	r := Result{}
	err := a.performInto(ctx, f, s, e, &r)
	if err == nil {
		return r, nil
	}
	if fault, ok := a.faultOf(err, s.Lang); ok {
		r.Fault = fault
		return r, nil
	}
	return r, err
}

func (a *Attendant) performInto(ctx context.Context, f Facts, s State, e Errand, r *Result) error {
	switch e.Job {
	case JobText:
		return a.writeText(ctx, f, s, e, r)
	case JobClear, JobSet:
		return a.setField(ctx, f, e, r)
	case JobWipe:
		return a.wipe(ctx, f, e)
	case JobAttach:
		return a.attach(ctx, f, s, e, r)
	case JobTopics:
		return a.suggestTopics(ctx, f, e, r)
	case JobBodies:
		return a.suggestBodies(ctx, f, e, r)
	case JobPreview:
		return a.preview(ctx, f, e, r)
	case JobFile:
		return a.file(ctx, f, s, e, r)
	case JobDrop:
		return a.cfg.Office.DropDraft(ctx, f.actor(), e.Draft)
	case JobLink:
		return a.makeLink(ctx, f, e, r)
	case JobCode:
		return a.bindByCode(ctx, f, e, r)
	case JobUnlink:
		return a.unbind(ctx, f.Key)
	case JobForget:
		return a.forgetChat(ctx, f, s)
	}
	return a.performOnCase(ctx, f, s, e, r)
}

// performOnCase does what only the identified person may.
func (a *Attendant) performOnCase(ctx context.Context, f Facts, s State, e Errand, r *Result) error {
	if f.Person == nil {
		return casework.Fail(casework.Unauthenticated, "bots.perform", "bot.link.needed")
	}
	by := casework.Citizen(*f.Person)
	switch e.Job {
	case JobMine:
		return a.listMine(ctx, by, s.Lang, r)
	case JobCase:
		return a.readCase(ctx, by, e.Case, s.Lang, r)
	case JobAnswer:
		return a.readCase(ctx, by, e.Case, s.Lang, r)
	case JobClarify:
		_, err := a.cfg.Office.Do(ctx, by, e.Case, casework.AnyState, casework.Clarification{Text: e.Value, Files: s.Files})
		return err
	case JobRate:
		_, err := a.cfg.Office.Do(ctx, by, e.Case, casework.AnyState, casework.Rating{Mark: e.N, Comment: e.Value})
		return err
	}
	return casework.Fail(casework.Internal, "bots.perform", "")
}

// faultOf turns an error into words for the person; false for those that may
// pass by themselves.
func (a *Attendant) faultOf(err error, lang string) (*Fault, bool) {
	var send *SendError
	if errors.As(err, &send) {
		switch send.Reason {
		case TooBig:
			return &Fault{Text: "bot.file.too_big", Data: map[string]string{"Max": templates.FormatBytes(lang, a.cfg.FileBytes)}}, true
		case Lost, Refused, Gone, Blocked:
			return &Fault{Text: "bot.file.lost"}, true
		}
		return nil, false
	}
	var e *casework.Error
	if !errors.As(err, &e) {
		return nil, false
	}
	switch e.Code {
	case casework.Unavailable, casework.Internal, casework.Corrupted:
		if e.Code == casework.Unavailable || e.Message == "" {
			return nil, e.Code != casework.Unavailable && a.logged(err)
		}
	}
	if len(e.Fields) > 0 {
		fields := a.faultsOf(e)
		return &fields[0], true
	}
	if e.Message != "" && a.cfg.Set.Has("ru", e.Message) {
		return &Fault{Text: e.Message, Data: stringsOf(lang, e.Data)}, true
	}
	return &Fault{Text: "bot.fault." + string(e.Code)}, true
}

// logged notes a defect of ours; the errand is given up, not repeated for ever.
func (a *Attendant) logged(err error) bool {
	a.log.Error("an errand of a dialogue failed", "code", casework.CodeOf(err), "err", err)
	return false
}

func (a *Attendant) faultsOf(e *casework.Error) []Fault {
	var out []Fault
	for _, x := range e.Fields {
		out = append(out, Fault{Text: x.Key, Data: stringsOf("ru", x.Data)})
	}
	return out
}

// stringsOf makes data of an error into words; sizes as people write them.
func stringsOf(lang string, data map[string]any) map[string]string {
	out := map[string]string{}
	for k, v := range data {
		if n, ok := v.(int64); ok {
			out[k] = templates.FormatBytes(lang, n)
			continue
		}
		out[k] = fmt.Sprint(v)
	}
	return out
}

// edit loads a draft, changes it and saves it; if another door was quicker it
// is done again on the newer one, so that nothing of either is lost. A draft
// that does not exist yet is made when first is true.
func (a *Attendant) edit(ctx context.Context, f Facts, id string, first bool, alter func(*casework.FilingDraft) error) (casework.FilingDraft, error) {
	by := f.actor()
	for round := 0; ; round++ {
		d, err := a.cfg.Office.Draft(ctx, by, id)
		if casework.CodeOf(err) == casework.NotFound && first {
			d, err = a.newDraft(ctx, f, by, id)
		}
		if err != nil {
			return d, err
		}
		before := d
		d.Files, d.Fields = slices.Clone(d.Files), cloneFields(d.Fields)
		if err := alter(&d); err != nil {
			return before, err
		}
		saved, err := a.cfg.Office.SaveDraft(ctx, by, d)
		if code := casework.CodeOf(err); code != casework.Conflict && code != casework.Exists || round >= rounds {
			return saved, err
		}
	}
}

// newDraft is a draft as a new one begins; it is not saved yet.
func (a *Attendant) newDraft(ctx context.Context, f Facts, by casework.Actor, id string) (casework.FilingDraft, error) {
	d := casework.FilingDraft{ID: id, Step: "text", Regime: casework.RegimeAppeal, Contact: casework.Contact{Cabinet: true}}
	if f.Person != nil {
		// The draft of an update that is repeated after filing is a case by now.
		if _, err := a.cfg.Office.FiledBefore(ctx, *f.Person, id); err == nil {
			return d, casework.Fail(casework.Conflict, "bots.newDraft", "bot.draft_filed")
		}
		d.Contact.Email = f.Person.Contact.Email
	}
	mine, err := a.cfg.Office.Drafts(ctx, by)
	if err == nil && len(mine) >= casework.MaxDrafts {
		err = &casework.Error{Code: casework.TooMany, Op: "bots.newDraft", Message: "draft.too_many", Data: map[string]any{"Max": casework.MaxDrafts}}
	}
	return d, err
}

func cloneFields(m map[string]string) map[string]string {
	out := make(map[string]string, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}
