package bots

import (
	"context"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
)

// Take saves an update of a platform with what follows from it. nil means:
// acknowledge. Errors: Unavailable and others of the store; the messenger then
// repeats the update.
func (a *Attendant) Take(ctx context.Context, platform string, u Update) error {
	x, ok := a.adapters[platform]
	if !ok || u.ID == "" || u.Chat == "" {
		return casework.Fail(casework.Invalid, "bots.Take", "")
	}
	if u.Group {
		return nil
	}
	key := Key(platform, u.Chat)
	switch a.limits.admit(key, a.cfg.Now()) {
	case dropped:
		return nil
	case droppedFirst:
		a.askForPatience(x, u)
		return nil
	case overloaded:
		return casework.Fail(casework.TooMany, "bots.Take", "")
	}
	if u.PressID != "" {
		go func() { _ = x.Settle(a.base, u.PressID) }()
	}
	held := false
	err := a.change(ctx, key, func(d *dialogue) (bool, error) {
		before := len(d.State.Parts) > 0 || len(d.Owed) > 0
		keep, err := a.take(ctx, key, d, u)
		held = before && d.State.At == AtSafe
		return keep, err
	})
	if err != nil {
		return err
	}
	if held {
		// The dialogue itself held parts of the text.
		a.scrub(ctx)
	}
	// Whoever is still sending is not told of each piece.
	a.slow.settle(key, true, 0)
	a.wake(key)
	return nil
}

func (a *Attendant) take(ctx context.Context, key string, d *dialogue, u Update) (bool, error) {
	if !d.saw(u.ID) {
		return false, nil
	}
	u = cleaned(u)
	d.Gone = ""
	if u.Left {
		d.Gone, d.Out = Blocked, nil
		return true, nil
	}
	f, err := a.facts(ctx, key, d.State)
	if err != nil {
		return false, err
	}
	if mustDivert(d.State, f, u) {
		// Nothing of the update goes further than this line.
		d.Owed = withoutWords(d.Owed)
		d.Out = nil
		d.follow(divert(d.State, f))
		return true, nil
	}
	d.follow(Step(d.State, Event{Said: &u}, f))
	return true, nil
}

// withoutWords drops the errands that would still write or attach something to
// the text that has turned out to be a matter for the protected channel.
func withoutWords(owed []Errand) []Errand {
	var out []Errand
	for _, e := range owed {
		switch e.Job {
		case JobText, JobAttach, JobClarify, JobTopics, JobBodies, JobPreview, JobSet, JobRate:
		default:
			out = append(out, e)
		}
	}
	return out
}

// mustDivert reports whether what is typed sounds like a matter for the
// protected channel, by itself or together with what was sent before.
func mustDivert(s State, f Facts, u Update) bool {
	words := u.Text
	for _, file := range u.Files {
		words += "\n" + file.Name
	}
	if s.Open || strings.TrimSpace(words) == "" {
		return false
	}
	if soundsProtected(words) {
		return true
	}
	before := compose(s.Base, s.Parts)
	if s.Draft != "" && f.Draft != nil && len(f.Draft.Text) > len(before) {
		before = f.Draft.Text
	}
	return before != "" && soundsProtected(before+"\n"+words)
}

// cleaned takes control and invisible characters out of what was typed.
func cleaned(u Update) Update {
	u.Text, _ = templates.CleanText(u.Text, 0)
	u.User.Name, _ = templates.CleanLine(clip(u.User.Name, 100), 0)
	u.User.Handle, _ = templates.CleanLine(clip(u.User.Handle, 64), 0)
	u.Press, _ = templates.CleanLine(clip(u.Press, 128), 0)
	return u
}

// facts looks up what a step may know.
func (a *Attendant) facts(ctx context.Context, key string, s State) (Facts, error) {
	f := Facts{Key: key, Registry: a.cfg.Office.Registry(), TopicName: a.cfg.TopicName, Site: a.cfg.Site,
		Protected: a.cfg.Protected, Phone: a.cfg.Phone, Locate: a.cfg.Locate}
	b, err := a.BindingOf(ctx, key)
	switch {
	case err == nil:
		f.Person = &b.Applicant
	case casework.CodeOf(err) != casework.NotFound:
		return f, err
	}
	if s.Draft == "" {
		return f, nil
	}
	d, err := a.cfg.Office.Draft(ctx, f.actor(), s.Draft)
	switch {
	case err == nil:
		f.Draft = &d
	case casework.CodeOf(err) != casework.NotFound:
		return f, err
	}
	return f, nil
}

// actor is who writes the draft: the person, or the bare account of a
// messenger, which has no right to anything else.
func (f Facts) actor() casework.Actor {
	if f.Person != nil {
		return casework.Citizen(*f.Person)
	}
	return stranger(f.Key)
}

func stranger(key string) casework.Actor {
	return casework.Actor{ID: "chat:" + key, Assurance: casework.AssuranceMessenger}
}

// askForPatience says once that messages come too quickly. It is no reply: it
// is neither saved nor repeated.
func (a *Attendant) askForPatience(x Adapter, u Update) {
	lang := "ru"
	if strings.HasPrefix(strings.ToLower(u.User.Lang), "en") {
		lang = "en"
	}
	go func() { _, _ = x.Send(a.base, u.Chat, Message{Text: a.cfg.Set.T(lang, "bot.patience", nil)}) }()
}
