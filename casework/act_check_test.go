package casework_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
)

// actBench holds what the rows are checked against: a case of a regime that
// has gone as far as a draft, and the environment of the act.
type actBench struct {
	regime  casework.Regime
	law     *casework.Regulation
	laws    *casework.Laws
	sample  casework.Case
	office  *bench
	rows    map[casework.ActKind]actRow
	grounds []groundRow
}

// complaintFiling is a filing that has every field of every regime.
func complaintFiling(regime casework.Regime) casework.Filing {
	f := filing()
	f.Regime, f.Address = regime, "ул. Садовая, 5"
	f.Applicant.Contact.Phone = "+7 900 000-00-00"
	ground := map[casework.Regime]string{casework.RegimeServices: "late_service", casework.RegimeControl: "decision"}[regime]
	if ground == "" {
		return f
	}
	f.AppealKind = casework.KindComplaint
	f.Complaint = &casework.Complaint{Grounds: []string{ground}, Against: []casework.Against{{Body: "roads", Official: "staff:guilty"}},
		Decision: "Решение № 5 от 20 марта 2026 года", Demands: "Отменить решение"}
	f.Knew = casework.NewDate(2026, 3, 25)
	return f
}

func newActBench(t testing.TB, law *casework.Regulation, laws *casework.Laws) *actBench {
	t.Helper()
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.file(t, complaintFiling(law.Regime))
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	c = b.do(t, officer, c.ID, b.drafting(law.Regime))
	return &actBench{regime: law.Regime, law: law, laws: laws, sample: c, office: b,
		rows: rowsOf(t, law.Regime), grounds: groundsOf(t, law.Regime)}
}

// drafting is a draft that has every part a decision may need.
func (b *bench) drafting(regime casework.Regime) casework.Drafting {
	outcome := map[casework.Regime]casework.Outcome{casework.RegimeServices: casework.OutcomeSatisfied,
		casework.RegimeControl: casework.OutcomeCancelled}[regime]
	if outcome == "" {
		outcome = casework.OutcomeMeasures
	}
	return casework.Drafting{Text: "Рассмотрено.", Outcome: outcome, Parts: map[string]string{"1_actions": "Сделано.",
		"1_reasons": "Причины.", "2_apology": "Приносим извинения.", "3_next": "Далее.", "4_appeal": "Порядок обжалования."}}
}

func (b *actBench) env() *casework.Env {
	return &casework.Env{Now: b.office.now, Regulation: b.law, Laws: b.laws, Registry: b.office.Registry()}
}

// prepared is the sample at a stage, with the running terms an act should end
// and whatever else the act needs to be possible.
func (b *actBench) prepared(row actRow, stage casework.Stage) casework.Case {
	c := b.sample.Clone()
	c.Stage = stage
	if stage == "" {
		return casework.Case{ID: c.ID, Receipt: c.Receipt, AccessHash: c.AccessHash}
	}
	if stage == casework.StageRouted {
		c.Subject.Addressee = ""
	}
	for _, kind := range append(slices.Clone(row.meets), row.drops...) {
		k := casework.TermKind(kind)
		if _, running := c.Term(k); running || row.act == "copy" {
			continue
		}
		rule := embeddedRule(b.regime, k)
		c.Terms = append(c.Terms, casework.Term{ID: "x" + kind, Kind: k, Rule: rule, Start: casework.NewDate(2026, 4, 1),
			Due: casework.NewDate(2026, 4, 20), OpenedAt: b.office.now})
	}
	b.prepareMore(&c, casework.ActKind(row.act))
	return c
}

// embeddedRule is a rule of the honest regulation.
func embeddedRule(regime casework.Regime, kind casework.TermKind) casework.TermRule {
	law, err := honestLaws().InForce(regime, casework.NewDate(2026, 4, 1))
	if err != nil {
		panic(err)
	}
	rule, _ := law.Rule(kind, "")
	return rule
}

func (b *actBench) prepareMore(c *casework.Case, act casework.ActKind) {
	asked := func(to string) {
		c.Procedure.Requests = []casework.Request{{ID: "r1", To: to, Text: "?", AskedAt: b.office.now, AskedOn: casework.NewDate(2026, 4, 1), Pauses: to == casework.ToApplicant}}
	}
	switch act {
	case casework.ActReceive:
		asked("admin")
	case casework.ActClarify:
		asked(casework.ToApplicant)
	case casework.ActSuspend, casework.ActRestore:
		c.Procedure.Complaint.Suspend, c.Procedure.Complaint.Restore, c.Procedure.Complaint.LateFiled = "Прошу", "Болел", true
	case casework.ActOral:
		c.Origin.Channel = casework.ChannelOral
	case casework.ActAnswer, casework.ActSendBack:
		c.Draft.Signature = &casework.Signature{Digest: casework.LetterDigest(c.ID, c.Draft.Letter(), nil), Value: []byte("s")}
	case casework.ActRecompute:
		for i := range c.Terms {
			if c.Terms[i].Kind == casework.TermConsider && c.Terms[i].Running() {
				c.Terms[i].Due = c.Terms[i].Due.AddDays(-1)
			}
		}
	case casework.ActWarn:
		for i := range c.Terms {
			c.Terms[i].Due = casework.NewDate(2026, 4, 2)
		}
	case casework.ActVisa:
		c.Draft.Author = "staff:author"
		c.Draft.Visas = []casework.Visa{{By: officer.ID, Name: "Любой", Step: 1}}
	case casework.ActRate, casework.ActReopen:
		c.Answers = []casework.Answer{{ID: "a1"}}
	case casework.ActReview:
		c.Answers = []casework.Answer{{ID: "a1", Review: &casework.Review{Asked: "reopen"}}}
	case casework.ActCopied:
		c.Links = []casework.Link{{Kind: casework.LinkCopy, Case: "admin"}}
	}
}

// possible is an act of the kind that has everything it needs.
func (b *actBench) possible(kind casework.ActKind, c *casework.Case) casework.Act {
	why := "Относится к другому органу."
	digest := ""
	if c.Draft != nil {
		digest = casework.LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)
	}
	route := casework.Route{Registry: "r1", Body: "admin", Sure: true}
	sibling := ivanova()
	sibling.Key = "esia:2"
	ground := map[casework.Regime]string{casework.RegimeServices: "not_service", casework.RegimeControl: "court"}[b.regime]
	if ground == "" {
		ground = "not_appeal_meaning"
	}
	return map[casework.ActKind]casework.Act{
		casework.ActFile: complaintFiling(b.regime), casework.ActCopyReceived: casework.CopyReceipt(&b.sample, "admin"),
		casework.ActRoute: casework.Routing{Body: "admin", Route: route}, casework.ActHold: casework.Holding{Route: route},
		casework.ActRegister: casework.Registration{Number: "ОГ-2026-000009"}, casework.ActMarkUp: casework.Marking{},
		casework.ActReject: casework.Ending{Act: casework.ActReject, Ground: ground, Explanation: why},
		casework.ActLeave:  casework.Ending{Act: casework.ActLeave, Ground: "abuse", Explanation: why},
		casework.ActSplit:  casework.Splitting{Questions: []casework.Question{{Topic: "0003.0009.0099.0742"}}},
		casework.ActLink:   casework.Linking{To: casework.LinkRepeat, Case: "OTHER"},
		casework.ActJoin:   casework.Joining{Applicant: sibling}, casework.ActForward: casework.Forwarding{Body: "admin", Why: why},
		casework.ActCopy: casework.Copying{Bodies: []string{"admin"}, Why: why}, casework.ActCopied: casework.CopyNoted("admin", "CHILD"),
		casework.ActAssign: casework.Assignment{Officer: officer}, casework.ActRequest: casework.DocumentRequest{To: "admin", What: "План"},
		casework.ActReceive: casework.DocumentReceipt{Request: "r1"}, casework.ActAsk: casework.Asking{Text: "Где?"},
		casework.ActClarify: casework.Clarification{Text: "У дома 5."}, casework.ActPropose: casework.ExtensionProposal{Days: 10, Reason: why},
		casework.ActExtend: casework.Extension{Days: 10, Reason: why}, casework.ActDraft: casework.Drafting{Text: "Иначе.", Revision: 1},
		casework.ActAskVisa: casework.VisaAsking{Revision: 1, Persons: []casework.Visa{{By: head.ID, Name: "Глава", Step: 1}}},
		casework.ActVisa:    casework.VisaGiving{Digest: digest, Agreed: true},
		casework.ActSubmit:  casework.Submission{Revision: 1}, casework.ActSendBack: casework.SendingBack{Remarks: why},
		casework.ActSign:   casework.Signing{Signature: casework.Signature{Digest: digest, Value: []byte("s")}},
		casework.ActAnswer: casework.Answering{Number: "И-1"}, casework.ActWithdraw: casework.Withdrawal{},
		casework.ActOral:    casework.OralAnswer{Summary: "Объяснено.", Consent: true, Outcome: casework.OutcomeExplained},
		casework.ActRestore: casework.Restoration{Granted: true, Reason: why}, casework.ActSuspend: casework.Suspension{Granted: true, Reason: why},
		casework.ActFind: casework.Finding{What: why}, casework.ActProsecute: casework.Prosecution{Letter: "12"},
		casework.ActRemedy: casework.Remedy{What: why}, casework.ActRate: casework.Rating{Mark: 4}, casework.ActReopen: casework.Reopening{Reason: why},
		casework.ActReview: casework.Reviewing{Outcome: casework.ReviewUpheld, Explanation: why}, casework.ActPassOn: casework.PassingOn{},
		casework.ActRecompute: casework.Recomputation{Change: "c1"}, casework.ActWarn: casework.Warning{},
	}[kind]
}

// actorsByRole are one person for each role, everywhere.
func actorOf(role casework.Role) casework.Actor {
	switch role {
	case casework.RoleCitizen:
		return citizen
	case casework.RoleSystem:
		return casework.SystemActor()
	case casework.RoleOfficer:
		return casework.Actor{ID: officer.ID, Grants: []casework.Grant{{Role: role, Body: casework.Everywhere}}}
	}
	return casework.Actor{ID: "staff:any-" + string(role), Grants: []casework.Grant{{Role: role, Body: casework.Everywhere}}}
}

// check compares the regulation with the rows by what acts really do, and
// lists the differences; none is right.
func (b *actBench) check() []string {
	var wrong []string
	kinds := slices.Sorted(maps.Keys(b.law.Acts))
	if want := slices.Sorted(maps.Keys(b.rows)); !slices.Equal(kinds, want) {
		return []string{fmt.Sprintf("acts %v, want %v", kinds, want)}
	}
	for _, kind := range kinds {
		row := b.rows[kind]
		wrong = append(wrong, b.checkAllowed(row)...)
		wrong = append(wrong, b.checkEffect(row)...)
	}
	return append(append(wrong, b.checkGrounds()...), b.checkLists()...)
}

func (b *actBench) checkAllowed(row actRow) []string {
	var wrong []string
	for _, stage := range append(casework.Stages(), "") {
		name := string(stage)
		if stage == "" {
			name = "new"
		}
		c := b.prepared(actRow{act: row.act}, stage)
		for _, role := range casework.Roles() {
			want := slices.Contains(row.from, name) && slices.Contains(row.by, string(role))
			err := casework.Allowed(b.env(), &c, actorOf(role), casework.ActKind(row.act))
			if (err == nil) != want {
				wrong = append(wrong, fmt.Sprintf("%s at %s by %s: %v, want allowed %v", row.act, name, role, err, want))
			}
		}
	}
	return wrong
}

// actorFor is somebody of the row's first role.
func actorFor(row actRow) casework.Actor {
	if row.act == "join" {
		sibling := ivanova()
		sibling.Key = "esia:2"
		return casework.Citizen(sibling)
	}
	return actorOf(casework.Role(row.by[0]))
}

func (b *actBench) checkEffect(row actRow) []string {
	stage := casework.Stage(row.from[0])
	if row.from[0] == "new" {
		stage = ""
	}
	if row.act == "extend" || row.act == "propose" || row.act == "clarify" || row.act == "leave" {
		stage = casework.StageInWork
	}
	before := b.prepared(row, stage)
	after, err := casework.Perform(b.env(), before, actorFor(row), b.possible(casework.ActKind(row.act), &before))
	if err != nil {
		return []string{fmt.Sprintf("%s: %v", row.act, err)}
	}
	got := effectOf(before, after)
	want := actRow{to: row.to, opens: sorted(row.opens), meets: sorted(row.meets), drops: sorted(row.drops), say: row.say}
	if want.to == "" {
		want.to = string(stage)
	}
	var wrong []string
	differ := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			wrong = append(wrong, fmt.Sprintf("%s: %s %v, want %v", row.act, what, got, want))
		}
	}
	differ("stage", after.Stage, want.to)
	differ("opens", got.opens, want.opens)
	differ("meets", got.meets, want.meets)
	differ("drops", got.drops, want.drops)
	differ("tells", got.say, want.say)
	differ("events", len(after.Journal), len(before.Journal)+1)
	last := after.Journal[len(after.Journal)-1]
	differ("event", last.Act, row.act)
	differ("role", last.Role, row.by[0])
	if len(last.Facts) == 0 {
		wrong = append(wrong, row.act+": no facts in the journal")
	}
	return wrong
}

// effectOf tells what an act has done to terms and notices.
func effectOf(before, after casework.Case) actRow {
	var row actRow
	for i, t := range after.Terms {
		if i >= len(before.Terms) {
			name := string(t.Kind)
			if t.Provisional {
				name += "?"
			}
			if t.Running() || t.ClosedAt.Equal(t.OpenedAt) && t.Fate != "" && t.Kind != casework.TermCopies {
				row.opens = append(row.opens, name)
			}
		}
		if i < len(before.Terms) && !before.Terms[i].Running() {
			continue
		}
		switch t.Fate {
		case casework.FateMet, casework.FateMissed:
			if i < len(before.Terms) || t.Kind == casework.TermCopies {
				row.meets = append(row.meets, string(t.Kind))
			}
		case casework.FateDropped:
			row.drops = append(row.drops, string(t.Kind))
		}
	}
	for _, n := range after.Outbox[len(before.Outbox):] {
		if n.Medium == casework.MediumCabinet {
			row.say = append(row.say, string(n.Kind))
		}
	}
	row.opens, row.meets, row.drops = sorted(row.opens), sorted(row.meets), sorted(row.drops)
	return row
}

// ending satisfies every precondition of a ground but one.
func (b *actBench) ending(g groundRow, act casework.ActKind, without string) (casework.Case, casework.Actor, casework.Ending) {
	c := b.prepared(actRow{act: "leave"}, casework.StageRegistered)
	a := casework.Ending{Act: act, Ground: g.key}
	by := actorOf(casework.RoleRegistrar)
	has := func(need string) bool { return slices.Contains(g.needs, need) && need != without }
	if has("explanation") {
		a.Explanation = "Потому что."
	}
	if has("head") {
		by = actorOf(casework.RoleHead)
	}
	switch {
	case has("answered_before"):
		a.Earlier = []string{"ОГ-1", "ОГ-2"}
	case has("decided_before"), slices.Contains(g.needs, "answered_before"):
		a.Earlier = []string{"ОГ-1"}
	}
	a.NothingNew = has("nothing_new")
	if has("site_address") {
		a.Address = "https://zarechye.example.ru/answers/5"
	}
	if has("no_name") {
		c.Parties.Applicants[0].Name.Surname = ""
	}
	if c.Procedure.Complaint == nil {
		c.Procedure.Complaint = &casework.Complaint{}
	}
	c.Procedure.Complaint.Against = nil
	if has("complained_of") {
		c.Procedure.Complaint.Against = []casework.Against{{Body: "admin"}}
	}
	c.Procedure.Complaint.LateFiled = has("late")
	return c, by, a
}

func (b *actBench) checkGrounds() []string {
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if len(b.law.Grounds) != len(b.grounds) {
		bad("%d grounds, want %d", len(b.law.Grounds), len(b.grounds))
	}
	for _, g := range b.grounds {
		for _, act := range []casework.ActKind{casework.ActLeave, casework.ActReject} {
			may := slices.Contains(strings.Fields(g.acts), string(act))
			c, by, a := b.ending(g, act, "")
			after, err := casework.Perform(b.env(), c, by, a)
			if (err == nil) != may {
				bad("%s by %s: %v", g.key, act, err)
			}
			if err != nil {
				continue
			}
			last := after.Terms[len(after.Terms)-1]
			term := ""
			if len(after.Terms) > len(c.Terms) {
				term = string(last.Kind) + " " + string(last.Fate)
			}
			if want := strings.TrimSpace(g.term + " met"); term != want && g.term+term != "" {
				bad("%s: term %q, want %q", g.key, term, want)
			}
			if _, owed := after.NextTerm(); owed || string(after.Stage) != g.to || after.Procedure.Ended != g.key {
				bad("%s: stage %s, a term runs %v", g.key, after.Stage, owed)
			}
			if said := strings.Join(effectOf(c, after).say, " "); said != g.notice {
				bad("%s: tells %q, want %q", g.key, said, g.notice)
			}
			if facts := after.Journal[len(after.Journal)-1].Facts; facts["norm"] != g.norm || facts["ground"] != g.key {
				bad("%s: journal says %v", g.key, facts)
			}
			for _, need := range g.needs {
				c, by, a := b.ending(g, act, need)
				_, err := casework.Perform(b.env(), c, by, a)
				if !refusedWith(err, "ending."+need, g.norm) {
					bad("%s without %s: %v", g.key, need, err)
				}
			}
		}
	}
	return wrong
}
