package desk

import (
	"slices"
	"strconv"

	"priemnaya/casework"
)

// tab is one list of the queue.
type tab struct {
	name   string
	stages []casework.Stage
	// own keeps the cases of the reader only, personal does so for those who
	// do nothing but answer: what is late elsewhere is not theirs to mend.
	own, personal bool
	sort          casework.Sort
	// due and waits narrow the list beyond the stage.
	due   casework.BoardDue
	waits casework.Waiting
	// everywhere tabs are for those whose right spans all bodies: a case that
	// no body has yet belongs to nobody else.
	everywhere bool
}

// waitsForOthers is all that a case can wait for from somebody else.
const waitsForOthers = casework.WaitsApplicant | casework.WaitsBody | casework.WaitsApproval

// tabs are the lists in the order of the way of a case, then those that cut
// across it.
func tabs() []tab {
	ended := slices.DeleteFunc(casework.Stages(), casework.Stage.Open)
	return []tab{
		{name: "held", stages: []casework.Stage{casework.StageHeld}, everywhere: true},
		{name: "registration", stages: []casework.Stage{casework.StageRouted}},
		{name: "registered", stages: []casework.Stage{casework.StageRegistered}},
		{name: "mine", stages: []casework.Stage{casework.StageInWork, casework.StageOnSigning, casework.StageSigned}, own: true},
		{name: "unit", stages: []casework.Stage{casework.StageInWork}},
		{name: "rework", stages: []casework.Stage{casework.StageInWork}, waits: casework.WaitsRework, personal: true},
		{name: "waiting", waits: waitsForOthers, personal: true},
		{name: "signing", stages: []casework.Stage{casework.StageOnSigning}},
		{name: "signed", stages: []casework.Stage{casework.StageSigned}},
		{name: "soon", due: casework.BoardThree, personal: true},
		{name: "overdue", due: casework.BoardOverdue, personal: true},
		{name: "open", stages: casework.OpenStages()},
		{name: "answered", stages: ended, sort: casework.SortReceived},
	}
}

// workRoles are the roles that read cases of a body.
var workRoles = []casework.Role{casework.RoleRegistrar, casework.RoleOfficer, casework.RoleHead, casework.RoleSupervisor}

// tabs are those the reader can have cases in.
func (v *visit) tabs() []tab {
	_, all := v.by.Bodies(workRoles...)
	return slices.DeleteFunc(tabs(), func(t tab) bool { return t.everywhere && !all })
}

// firstTabs are where each role begins its day, the first with cases wins.
var firstTabs = []struct {
	role  casework.Role
	names []string
}{
	{casework.RoleHead, []string{"signing", "registered", "open"}},
	{casework.RoleRegistrar, []string{"held", "registration", "registered", "open"}},
	{casework.RoleOfficer, []string{"mine", "unit", "open"}},
	{casework.RoleSupervisor, []string{"open"}},
}

// chooseTab finds the tab asked for; without one the reader's first with
// something to do.
func (v *visit) chooseTab(asked string, shown []tab, counts map[string]tabCount) tab {
	find := func(name string) int {
		return slices.IndexFunc(shown, func(t tab) bool { return t.name == name })
	}
	if i := find(asked); i >= 0 {
		return shown[i]
	}
	last := find("open")
	for _, first := range firstTabs {
		if !v.by.Is(first.role) {
			continue
		}
		for _, name := range first.names {
			if i := find(name); i >= 0 {
				last = i
				if counts[name].n > 0 {
					return shown[i]
				}
			}
		}
	}
	return shown[last]
}

// tabCount is how many cases a tab holds; more means that counting stopped.
type tabCount struct {
	n    int
	more bool
}

// String is "50+" where counting stopped.
func (c tabCount) String() string {
	if c.more {
		return strconv.Itoa(c.n) + "+"
	}
	return strconv.Itoa(c.n)
}

// countTo is where counting rows one by one stops: beyond fifty nobody asks
// whether it is 312 or 317, and a page of a million cases stays quick.
const countTo = 50

// counts gives the number of cases of each tab. The counters that every save
// keeps know bodies, stages and due days; what depends on the officer, on a
// unit or on whom a case waits for is counted by rows, up to countTo.
func (v *visit) counts(shown []tab) (map[string]tabCount, error) {
	known, err := v.Office.Counts(v.ctx, v.by)
	if err != nil {
		return nil, err
	}
	byStage := map[casework.Stage]int{}
	for _, c := range known {
		byStage[c.Stage] += c.N
	}
	owed, err := v.Office.QueueOwed(v.ctx, v.by)
	if err != nil {
		return nil, err
	}
	out := map[string]tabCount{}
	narrow := v.unitOnly()
	for _, t := range shown {
		q, pick := v.tabQuery(t, countTo+1)
		switch {
		case t.due == casework.BoardOverdue && q.Officer == "":
			out[t.name] = tabCount{n: owed.Overdue}
		case t.due == casework.BoardThree && q.Officer == "":
			out[t.name] = tabCount{n: owed.Three}
		case q.Officer != "" || t.waits != 0 || narrow:
			page, err := v.Office.PickQueue(v.ctx, v.by, q, pick)
			if err != nil {
				return nil, err
			}
			n := len(page.Rows)
			out[t.name] = tabCount{n: min(n, countTo), more: n > countTo}
		default:
			var n int
			for _, s := range t.stages {
				n += byStage[s]
			}
			out[t.name] = tabCount{n: n}
		}
	}
	return out, nil
}

// unitOnly reports that some right of the reader ends at a unit, so that
// counts of whole bodies would tell him of cases that are not his.
func (v *visit) unitOnly() bool {
	return slices.ContainsFunc(v.by.Grants, func(g casework.Grant) bool {
		return g.Unit != "" && slices.Contains(workRoles, g.Role)
	})
}

// answersOnly reports that the reader does nothing but answer.
func (v *visit) answersOnly() bool {
	return v.by.Is(casework.RoleOfficer) && !v.by.Is(casework.RoleHead) && !v.by.Is(casework.RoleRegistrar) &&
		!v.by.Is(casework.RoleSupervisor)
}

func (v *visit) tabQuery(t tab, limit int) (casework.Query, casework.QueuePick) {
	q := casework.Query{Stages: t.stages, Sort: t.sort, Waits: t.waits, Window: casework.Window{Limit: limit}}
	if q.Sort == "" {
		q.Sort = casework.SortDue
	}
	if t.own || t.personal && v.answersOnly() {
		q.Officer = v.by.ID
	}
	return q, casework.QueuePick{Due: t.due}
}
