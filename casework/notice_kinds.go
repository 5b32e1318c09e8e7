package casework

import (
	"maps"
	"slices"
)

// NoticeKinds lists, in order of their names, every kind of notice that an
// applicant may get under the regulation: those its acts and grounds name, and
// NoticeMoved where terms can be reckoned anew.
func (r *Regulation) NoticeKinds() []NoticeKind {
	found := map[NoticeKind]bool{}
	for kind, act := range r.Acts {
		for _, n := range act.Notices {
			found[n] = true
		}
		if kind == ActRecompute {
			found[NoticeMoved] = true
		}
	}
	for _, g := range r.Grounds {
		if g.Notice != "" {
			found[g.Notice] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// sayTitles adds what something is called, by language: "Ground.ru". The title
// is kept in the notice, because the regulation may be edited before the
// letter is written.
func sayTitles(say map[string]string, key string, title map[string]string) {
	for lang, text := range title {
		say[key+"."+lang] = text
	}
}
