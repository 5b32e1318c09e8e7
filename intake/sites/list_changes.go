package sites

import (
	"net/http"
	"strconv"
	"time"

	"priemnaya/casework"
)

// maxChanges is the most changes a page holds, and how many it holds if the
// site does not say.
const maxChanges = 200

type changeView struct {
	ID         string         `json:"id"`
	Receipt    string         `json:"receipt"`
	Number     string         `json:"number,omitempty"`
	Stage      casework.Stage `json:"stage"`
	StageTitle string         `json:"stageTitle"`
	Due        *casework.Date `json:"due,omitempty"`
	ChangedAt  time.Time      `json:"changedAt"`
}

// listChanges lists the cases of the site that changed after a cursor, in the
// order of their last change; a case that changes again comes again.
func (s *Sites) listChanges(k *call) error {
	limit := maxChanges
	if x := k.Query("limit"); x != "" {
		n, err := strconv.Atoi(x)
		if err != nil || n < 1 || n > maxChanges {
			return badParameter("limit")
		}
		limit = n
	}
	rows, next, more, err := s.Office.ChangesFrom(k.UserContext(), casework.ChannelSite, k.site.ID,
		casework.Window{After: k.Query("after"), Limit: limit})
	if casework.CodeOf(err) == casework.Invalid {
		return badParameter("after")
	}
	if err != nil {
		return err
	}
	out := struct {
		Changes []changeView `json:"changes"`
		// Next is the cursor to ask with the next time; it is valid for ever.
		Next string `json:"next"`
		// More is true if it is worth asking again at once.
		More bool `json:"more"`
	}{[]changeView{}, next, more}
	for _, r := range rows {
		v := changeView{ID: r.ID, Receipt: r.Receipt, Stage: r.Stage, StageTitle: s.stageTitle(k, r.Stage), ChangedAt: r.ChangedAt.UTC(), Number: r.Number}
		if !r.Due.IsZero() {
			v.Due = &r.Due
		}
		out.Changes = append(out.Changes, v)
	}
	return reply(k, http.StatusOK, out)
}

func badParameter(name string) error {
	return &refusal{code: "parameter", faults: []casework.FieldError{{Field: name, Key: "sites.field_value"}}}
}
