package bottest

import (
	"bytes"
	"strings"
	"time"

	"priemnaya/bots"
	"priemnaya/casework"
)

// elsewhere is what happens outside of the messenger.
func (p *player) elsewhere() map[string]func(string) {
	return map[string]func(string){
		"as":     func(chat string) { p.chat = chat },
		"link":   p.link,
		"code":   p.typeCode,
		"unlink": p.unlink,
		"later": func(d string) {
			by, err := time.ParseDuration(d)
			p.must(err)
			p.w.Clock.Advance(by)
		},
		"work":   func(string) { p.work() },
		"ask":    func(text string) { p.act(officer, casework.Asking{Text: text}) },
		"answer": p.answer,
		"site":   p.changeOnSite,
		"news":   p.news,
	}
}

var everywhere = casework.Everywhere

// officer answers for every body; head signs.
var (
	officer = casework.Actor{ID: "staff:officer", Name: "Исполнитель", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: everywhere},
		{Role: casework.RoleRegistrar, Body: everywhere}}}
	head = casework.Actor{ID: "staff:head", Name: "Руководитель", Grants: []casework.Grant{{Role: casework.RoleHead, Body: everywhere}}}
)

func (p *player) must(err error) {
	p.t.Helper()
	if err != nil {
		p.fail("%v", err)
	}
}

func person(name string) casework.Applicant {
	if name == "boris" {
		return Boris
	}
	return Anna
}

// token is that of the latest link shown in any chat.
func (p *player) token() string {
	p.t.Helper()
	const path = "/messenger/"
	token := ""
	p.wait(func() bool {
		for _, m := range p.side.Shown(p.chat) {
			for _, b := range m.Buttons {
				if i := strings.Index(b.URL, path); i >= 0 {
					token = b.URL[i+len(path):]
				}
			}
		}
		return token != ""
	}, "no link was shown")
	return token
}

func (p *player) link(who string) {
	p.t.Helper()
	code, err := p.w.Attendant.ConfirmLink(p.w.ctx(), person(who), p.token())
	p.must(err)
	p.code = code
}

func (p *player) typeCode(which string) {
	p.t.Helper()
	code := p.code
	if which == "wrong" {
		code = "000000"
		if p.code == code {
			code = "111111"
		}
	}
	p.deed(Deed{Text: code})
}

func (p *player) unlink(who string) {
	p.t.Helper()
	p.from[p.chat] = len(p.side.Shown(p.chat))
	p.must(p.w.Attendant.Unbind(p.w.ctx(), person(who).Key, bots.Key(p.side.Adapter().Platform(), p.chat)))
}

func (p *player) latest() casework.Case {
	p.t.Helper()
	all := p.cases()
	if len(all) == 0 {
		p.fail("there is no case")
	}
	return all[0]
}

func (p *player) act(by casework.Actor, acts ...casework.Act) {
	p.t.Helper()
	for _, a := range acts {
		_, err := p.w.Office.Do(p.w.ctx(), by, p.latest().ID, casework.AnyState, a)
		p.must(err)
	}
}

func (p *player) work() {
	p.t.Helper()
	c, err := p.w.Office.Route(p.w.ctx(), p.latest().ID)
	p.must(err)
	if c.Stage == casework.StageHeld {
		p.act(officer, casework.Routing{Body: "roads", Route: casework.Route{Body: "roads", Sure: true}})
	}
	p.act(officer, casework.Registration{})
	p.act(officer, casework.Assignment{Officer: officer})
}

func (p *player) answer(text string) {
	p.t.Helper()
	file, err := p.w.Files.Put(p.w.ctx(), "otvet.pdf", bytes.NewReader([]byte("the letter")))
	p.must(err)
	p.act(officer, casework.Drafting{Text: text, Files: []casework.File{file}, Outcome: casework.OutcomeMeasures})
	p.act(officer, casework.Submission{Revision: p.latest().Draft.Revision})
	p.act(head, casework.Signing{})
	p.act(officer, casework.Answering{})
}

// changeOnSite is another door: it changes the text of the latest draft.
func (p *player) changeOnSite(text string) {
	p.t.Helper()
	by := casework.Citizen(Anna)
	list, err := p.w.Office.Drafts(p.w.ctx(), by)
	p.must(err)
	if len(list) == 0 {
		list = []casework.FilingDraft{{Regime: casework.RegimeAppeal, Contact: casework.Contact{Cabinet: true}}}
		list[0], err = p.w.Office.NewDraft(p.w.ctx(), by, list[0])
		p.must(err)
	}
	d := list[len(list)-1]
	d.Text = text
	_, err = p.w.Office.SaveDraft(p.w.ctx(), by, d)
	p.must(err)
}

func (p *player) news(title string) {
	p.t.Helper()
	p.from[p.chat] = len(p.side.Shown(p.chat))
	c := p.latest()
	for range 2 {
		_, err := p.w.Attendant.Tell(p.w.ctx(), c, bots.News{Case: c.ID, Notice: title, Title: title, Lines: []string{"Подробности."}})
		p.must(err)
	}
}
