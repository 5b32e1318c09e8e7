package bots

import (
	"maps"
	"slices"
	"time"

	"priemnaya/templates"
)

// done reacts to the result of an errand.
func (t *turn) done(r Result) {
	switch r.Errand.Job {
	case JobText, JobClear:
		t.wroteText(r)
	case JobSet:
		t.wasSet(r)
	case JobAttach:
		t.attached(r)
	case JobTopics, JobBodies:
		t.offered(r)
	case JobPreview:
		t.previewed(r)
	case JobFile:
		t.filed(r)
	case JobDrop:
		t.dropped(r)
	case JobMine:
		t.listed(r)
	case JobCase:
		t.shown(r)
	case JobAnswer:
		t.answered(r)
	case JobClarify:
		t.clarified(r)
	case JobRate:
		t.rated(r)
	case JobLink, JobCode, JobUnlink:
		t.linked(r)
	case JobForget:
		t.forgotten()
	case JobWipe:
		// What was diverted has been answered already.
	}
}

// divert is the step of an update that must not be kept: it sees nothing of it
// but that it came. Parts of the same text that had come before go with it.
func divert(s State, f Facts) (State, []Reply, []Errand) {
	t := &turn{State: s, f: f}
	if t.Lang == "" {
		t.Lang = "ru"
	}
	wrote := t.Draft != "" && (len(t.Parts) > 0 || f.Draft != nil)
	if wrote {
		t.ask(Errand{Job: JobWipe, Draft: t.Draft, Value: t.Base})
	}
	t.leaveDraft()
	t.Parts, t.Case, t.Mark = nil, "", 0
	t.diverted(wrote)
	return t.State, t.replies, t.errands
}

func templatesDate(lang string, at time.Time) string { return templates.FormatDate(lang, at) }

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
