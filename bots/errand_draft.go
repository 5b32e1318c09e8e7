package bots

import (
	"context"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
)

// writeText writes the messages of the text into the draft. If the site has
// changed the text meanwhile, the messages that it has not seen are added to
// the end of it.
func (a *Attendant) writeText(ctx context.Context, f Facts, s State, e Errand, r *Result) error {
	if e.Draft != s.Draft {
		return nil // thrown away or diverted since
	}
	d, err := a.edit(ctx, f, e.Draft, true, func(d *casework.FilingDraft) error {
		r.Changed, r.Base = false, ""
		want := compose(s.Base, s.Parts)
		if !s.ours(d.Text) {
			want, r.Changed = added(d.Text, s.Parts), true
			r.Base = want
		}
		d.Text, d.Lang = want, s.Lang
		// Another text is another original: this one is as it was typed.
		delete(d.Fields, "originalSHA256")
		delete(d.Fields, "original")
		return nil
	})
	r.Draft, r.Covered = &d, len(s.Parts)
	return err
}

// added puts after a text what it does not hold yet.
func added(text string, parts []Part) string {
	for _, p := range parts {
		if !strings.Contains(text, p.Text) {
			text += "\n" + p.Text
		}
	}
	return strings.TrimLeft(text, "\n")
}

func (a *Attendant) setField(ctx context.Context, f Facts, e Errand, r *Result) error {
	d, err := a.edit(ctx, f, e.Draft, e.Job == JobSet && e.Name == "address", func(d *casework.FilingDraft) error {
		return a.setInto(d, e)
	})
	r.Draft = &d
	return err
}

func (a *Attendant) setInto(d *casework.FilingDraft, e Errand) error {
	if e.Job == JobClear {
		d.Text = ""
		return nil
	}
	switch e.Name {
	case "address":
		d.Address = e.Value
	case "territory":
		d.Territory = e.Value
	case "lang":
		d.Lang = e.Value
	case "email":
		d.Contact.Email, d.Contact.Cabinet = e.Value, true
	case "topic":
		if d.Topic, d.Fields["topic"] = e.Value, ""; e.Value == decide {
			// As the site writes "I do not know".
			d.Topic, d.Fields["topic"] = "", "unknown"
		} else if a.cfg.TopicName(e.Value) == "" {
			return casework.Fail(casework.NotFound, "bots.set", "bot.old_button")
		}
	case "body":
		id := bodyOf(a.cfg.Office.Registry(), e.Value)
		if id == "" && e.Value != decide {
			return casework.Fail(casework.NotFound, "bots.set", "filing.addressee_unknown")
		}
		d.Addressee, d.AddresseeAsked = id, true
	}
	return nil
}

// decide as a topic or body means "decide for me".
const decide = "decide"

// bodyToken names a body in a button, which holds few bytes.
func bodyToken(id string) string {
	if len(id) <= 40 {
		return id
	}
	return "#" + digest(id)[:16]
}

// bodyOf is the open body of a token, "" for none.
func bodyOf(reg *casework.Registry, token string) string {
	for _, b := range reg.Bodies() {
		if bodyToken(b.ID) == token && !b.Closed {
			return b.ID
		}
	}
	return ""
}

// wipe erases what was written here of a matter that belongs into the
// protected channel: the text, or the whole draft if the bot began it.
func (a *Attendant) wipe(ctx context.Context, f Facts, e Errand) error {
	by := f.actor()
	if e.Value == "" {
		return a.cfg.Office.DropDraft(ctx, by, e.Draft)
	}
	_, err := a.edit(ctx, f, e.Draft, false, func(d *casework.FilingDraft) error {
		d.Text = e.Value
		return nil
	})
	if casework.CodeOf(err) == casework.NotFound {
		return nil
	}
	return err
}

// fetchTime is how long a file may take.
const fetchTime = 90 * time.Second

// attach fetches a file from the messenger, stores it and adds it to the draft
// or gives it to the clarification. The same file is attached once.
func (a *Attendant) attach(ctx context.Context, f Facts, s State, e Errand, r *Result) error {
	if e.Case == "" && e.Draft != s.Draft {
		return nil
	}
	file, err := a.fetch(ctx, f.Key, *e.File, s.Files)
	if err != nil {
		return err
	}
	r.File = &file
	if e.Case != "" {
		return nil
	}
	d, err := a.edit(ctx, f, e.Draft, true, func(d *casework.FilingDraft) error {
		r.Had = slices.ContainsFunc(d.Files, func(x casework.File) bool { return x.SHA256 == file.SHA256 })
		if r.Had {
			return nil
		}
		if err := a.cfg.Files.Admit(d.Files, file.Size); err != nil {
			return err
		}
		d.Files = append(d.Files, file)
		return nil
	})
	r.Draft = &d
	return err
}

func (a *Attendant) fetch(ctx context.Context, key string, f RemoteFile, already []casework.File) (casework.File, error) {
	x, _, _ := a.adapterOf(key)
	limit := a.cfg.FileBytes
	if most := x.Abilities().FetchBytes; most > 0 {
		limit = min(limit, most)
	}
	if f.Size > limit {
		return casework.File{}, &SendError{Reason: TooBig}
	}
	if err := a.cfg.Files.Admit(already, f.Size); err != nil {
		return casework.File{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	in, err := x.Fetch(ctx, f, limit)
	if err != nil {
		return casework.File{}, err
	}
	defer in.Close()
	return a.cfg.Files.Put(ctx, nameOf(f), in)
}

// nameOf is the name of a file; photos and voices have none.
func nameOf(f RemoteFile) string {
	if f.Name != "" {
		return f.Name
	}
	ext := map[FileKind]string{Photo: "photo.jpg", Voice: "voice.ogg", Audio: "audio.mp3", Video: "video.mp4"}
	if name := ext[f.Kind]; name != "" {
		return name
	}
	return "file"
}

// forgetChat erases the binding, the open link and the drafts that were made
// here; cases stay by law. The dialogue is erased by whoever called.
func (a *Attendant) forgetChat(ctx context.Context, f Facts, s State) error {
	if err := a.dropLinks(ctx, f.Key); err != nil {
		return err
	}
	by := stranger(f.Key)
	drafts, err := a.cfg.Office.Drafts(ctx, by)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if err := a.cfg.Office.DropDraft(ctx, by, d.ID); err != nil {
			return err
		}
	}
	if f.Person != nil && s.Draft != "" && s.Base == "" {
		if err := a.cfg.Office.DropDraft(ctx, f.actor(), s.Draft); err != nil {
			return err
		}
	}
	return a.unbind(ctx, f.Key)
}
