package portal

import (
	"priemnaya/casework"
)

// maxAttempts is how often a change of a draft is tried; each round at least
// one of those who save at once gets through.
const maxAttempts = 50

// change saves a change of the draft. If another tab or the autosave was
// quicker, it is made again on the newer draft: each step changes its own
// fields only, so nothing of the other is lost.
func (p *Portal) change(v *visit, alter func(*casework.FilingDraft) error) error {
	for attempt := 0; ; attempt++ {
		d := v.draft
		d.Fields = cloneFields(d.Fields)
		d.Lang = p.Kit.Lang(v.c)
		if err := alter(&d); err != nil {
			return err
		}
		saved, err := p.Office.SaveDraft(v.c.UserContext(), v.by, d)
		if err == nil {
			v.draft = saved
			return nil
		}
		if casework.CodeOf(err) != casework.Conflict || attempt >= maxAttempts {
			return err
		}
		if v.draft, err = p.Office.Draft(v.c.UserContext(), v.by, v.draft.ID); err != nil {
			return err
		}
	}
}

func cloneFields(m map[string]string) map[string]string {
	out := make(map[string]string, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}
