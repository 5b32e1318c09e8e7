package bots

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"priemnaya/casework"
)

// begin starts a new draft. A draft that was open stays kept and is listed
// under "my appeals".
func (t *turn) begin(u Update) {
	open := t.Open && t.At == AtWrite && t.Draft == ""
	t.leaveDraft()
	t.Draft, t.At, t.Open = DraftID(t.f.Key, u.ID), AtWrite, open
	t.Case, t.Files = "", nil
	t.f.Draft = nil
}

// addText takes one message of the text.
func (t *turn) addText(u Update) {
	if t.Draft == "" {
		t.begin(u)
	}
	i := slices.IndexFunc(t.Parts, func(p Part) bool { return p.Message == u.Message && u.Message != "" })
	if i >= 0 {
		t.Parts[i].Text = u.Text
	} else {
		t.Parts = append(t.Parts, Part{Message: u.Message, Order: u.Order, Text: u.Text})
	}
	if utf8.RuneCountInString(compose(t.Base, t.Parts)) > casework.MaxText {
		t.Parts = t.Parts[:len(t.Parts)-1]
		t.say(Reply{Text: "bot.write.long", Data: map[string]string{"Max": strconv.Itoa(casework.MaxText)}})
		return
	}
	t.ask(Errand{Job: JobText, Draft: t.Draft})
}

// edited takes the new contents of a message that is part of the text.
func (t *turn) edited(u Update) {
	i := slices.IndexFunc(t.Parts, func(p Part) bool { return p.Message == u.Message })
	if i < 0 || t.Draft == "" {
		t.tell("bot.edit_ignored")
		t.prompt()
		return
	}
	t.Parts[i].Text = u.Text
	t.ask(Errand{Job: JobText, Draft: t.Draft})
}

// gotFiles attaches photos, documents and voices wherever they come in.
func (t *turn) gotFiles(u Update) {
	job := Errand{Job: JobAttach, Album: u.Album, Order: u.Order}
	switch {
	case t.At == AtClarify:
		job.Case = t.Case
	case t.Draft == "":
		late := t.FiledOrder != 0 && u.Order != 0 && u.Order < t.FiledOrder
		t.begin(u)
		if late {
			t.say(Reply{Text: "bot.file.late", Data: map[string]string{"Number": t.Filed}, Plain: true, Slot: "late"})
		}
	}
	if job.Case == "" {
		job.Draft = t.Draft
	}
	if strings.TrimSpace(u.Text) != "" {
		if t.At == AtClarify {
			t.Parts = append(t.Parts, Part{Message: u.Message, Order: u.Order, Text: u.Text})
		} else {
			t.addText(u)
		}
	}
	for i := range u.Files {
		f := u.Files[i]
		job.File = &f
		t.ask(job)
	}
}

// attached tells what became of a file; the files of an album are told once.
func (t *turn) attached(r Result) {
	if r.Errand.Case != "" {
		t.attachedToClarification(r)
		return
	}
	if r.Fault != nil {
		t.fault(r.Fault)
	}
	if r.Draft == nil {
		return
	}
	t.f.Draft = r.Draft
	n := len(r.Draft.Files)
	said := Reply{Text: "bot.file.attached", N: &n, Slot: "files", Rows: t.writeRows()}
	if t.At == AtCheck {
		t.prompt()
		return
	}
	if t.At != AtWrite {
		said.Rows = rows(button("bot.button.next", "skip:"+t.tag()+":"+string(t.At)))
	}
	t.say(said)
}

// wroteText tells that the text is kept.
func (t *turn) wroteText(r Result) {
	if r.Fault != nil {
		t.fault(r.Fault)
		t.At = AtHome
		t.leaveDraft()
		t.prompt()
		return
	}
	if r.Errand.Draft != t.Draft {
		return
	}
	if r.Changed {
		// The site's text is the beginning now; what it holds is ours no more.
		t.Base = r.Base
		t.tell("bot.write.changed")
	}
	t.f.Draft, t.Composed = r.Draft, digest(r.Draft.Text)
	if t.At == AtCheck {
		t.prompt()
		return
	}
	if t.At == AtWrite {
		t.promptWrite()
		return
	}
	if r.Errand.Order == 0 {
		return
	}
	n := utf8.RuneCountInString(r.Draft.Text)
	said := Reply{Text: "bot.write.kept", N: &n, Slot: "files", Rows: t.back()}
	if t.needsDraft() {
		said.Rows = rows(button("bot.button.next", "skip:"+t.tag()+":"+string(t.At)))
	}
	t.say(said)
}

func (t *turn) writeRows() [][]Choice {
	return [][]Choice{{button("bot.button.done", "done:"+t.tag())}, {button("bot.button.clear", "clear:"+t.tag())}}
}

// promptWrite asks for text and files, or says how much there is already.
func (t *turn) promptWrite() {
	d := t.f.Draft
	if d == nil || d.Text == "" && len(d.Files) == 0 {
		t.say(Reply{Text: "bot.write.ask", More: []Line{{Text: "bot.write.hint"}}})
		return
	}
	n := utf8.RuneCountInString(d.Text)
	r := Reply{Text: "bot.write.kept", N: &n, Slot: "files", Rows: t.writeRows()}
	if len(d.Files) > 0 {
		r.More = append(r.More, Line{Text: "bot.write.files", Data: map[string]string{"Files": strconv.Itoa(len(d.Files))}})
	}
	if t.f.Person == nil {
		r.More = append(r.More, Line{Text: "bot.write.draft_only"})
	}
	t.say(r)
}

// wrote ends the text.
func (t *turn) wrote() {
	if t.f.Draft == nil || letters(t.f.Draft.Text) < casework.MinLetters && letters(compose(t.Base, t.Parts)) < casework.MinLetters {
		t.At = AtWrite
		t.say(Reply{Text: "bot.write.empty"})
		return
	}
	t.At = AtWrite
	t.next()
}

// clear throws the text away, not the files.
func (t *turn) clear() {
	t.Parts, t.Base, t.At = nil, "", AtWrite
	t.ask(Errand{Job: JobClear, Draft: t.Draft})
}

// order is the way through a filing.
var order = []At{AtWrite, AtPlace, AtTopic, AtBody, AtMail, AtCheck}

// skip goes on without an answer; a button of another question asks the open
// one again.
func (t *turn) skipped(at At) {
	if at != t.At {
		t.prompt()
		return
	}
	t.next()
}

// next goes on; who came to change one answer goes back to the check.
func (t *turn) next() {
	i := slices.Index(order, t.At)
	t.Words = ""
	switch {
	case t.Review || i < 0 || i+1 >= len(order):
		t.At, t.Review = AtCheck, false
	default:
		t.At = order[i+1]
	}
	t.prompt()
}

// goTo changes one answer from the check.
func (t *turn) goTo(at At) {
	if !slices.Contains(order, at) {
		t.tell("bot.old_button")
		t.prompt()
		return
	}
	t.Review = at != AtCheck
	t.At, t.Words = at, ""
	t.prompt()
}

// resume goes on with a draft, of whatever door.
func (t *turn) resume(id string) {
	if id != t.Draft {
		t.leaveDraft()
		t.Draft, t.f.Draft = id, nil
	}
	t.At, t.Case, t.Files = AtCheck, "", nil
	t.ask(Errand{Job: JobPreview, Draft: id})
}

func (t *turn) set(name, value string) {
	t.ask(Errand{Job: JobSet, Draft: t.Draft, Name: name, Value: value})
}

// wasSet goes on after a field was kept.
func (t *turn) wasSet(r Result) {
	if r.Fault != nil {
		t.fault(r.Fault)
		t.prompt()
		return
	}
	if r.Errand.Draft != t.Draft || r.Errand.Name == "lang" {
		return
	}
	t.f.Draft = r.Draft
	if want := map[string]At{"address": AtPlace, "topic": AtTopic, "body": AtBody, "email": AtMail}[r.Errand.Name]; t.At == want {
		t.next()
		return
	}
	if t.At == AtCheck {
		t.prompt()
	}
}
