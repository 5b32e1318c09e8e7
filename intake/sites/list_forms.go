package sites

import (
	"net/http"
	"slices"
	"strings"

	"priemnaya/casework"
)

// What a site needs to build its form: bodies, topics, procedures and limits.

type bodyView struct {
	ID     string         `json:"id"`
	Name   string         `json:"name"`
	Level  casework.Level `json:"level"`
	Parent string         `json:"parent,omitempty"`
}

// listBodies lists the bodies the site may address.
func (s *Sites) listBodies(k *call) error {
	out := struct {
		Bodies []bodyView `json:"bodies"`
		// Territories are the places an appeal can be about.
		Territories []casework.Territory `json:"territories"`
	}{[]bodyView{}, append([]casework.Territory{}, s.Office.OfferedTerritories()...)}
	for _, b := range s.Office.Registry().Bodies() {
		if b.Closed || b.ID != k.site.Body && !k.site.May(RightAnywhere) {
			continue
		}
		out.Bodies = append(out.Bodies, bodyView{ID: b.ID, Name: b.Name, Level: b.Level, Parent: b.Parent})
	}
	return reply(k, http.StatusOK, out)
}

// listTopics lists the topics directly below a code; the sections for none.
func (s *Sites) listTopics(k *call) error {
	under := k.Query("under")
	if under != "" {
		if _, ok := s.Topics.Topic(under); !ok {
			return refuse("not_found")
		}
	}
	out := struct {
		Topics []Topic `json:"topics"`
	}{append([]Topic{}, s.Topics.Under(under)...)}
	return reply(k, http.StatusOK, out)
}

type groundView struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Norm  string `json:"norm"`
}

type ruleView struct {
	Kind  casework.TermKind `json:"kind"`
	N     int               `json:"n"`
	Unit  casework.Unit     `json:"unit"`
	Start string            `json:"start"`
	Norm  string            `json:"norm"`
}

type procedureView struct {
	ID      casework.Regime `json:"id"`
	Version string          `json:"version"`
	Title   string          `json:"title"`
	Suits   string          `json:"suits"`
	// Required are the fields an appeal needs beyond text and name.
	Required []string     `json:"required"`
	Grounds  []groundView `json:"grounds"`
	Terms    []ruleView   `json:"terms"`
}

type limitsView struct {
	TextMax    int   `json:"textMax"`
	TextMin    int   `json:"textMin"`
	Files      int   `json:"files"`
	FileBytes  int64 `json:"fileBytes"`
	PartBytes  int   `json:"partBytes"`
	AddressMax int   `json:"addressMax"`
	NameMax    int   `json:"nameMax"`
}

// listProcedures lists the procedures in force today, with what each demands.
func (s *Sites) listProcedures(k *call) error {
	lang := s.Kit.Lang(k.Ctx)
	today := casework.DateOf(s.Office.Now(), casework.Settings{}.Location())
	out := struct {
		Procedures []procedureView `json:"procedures"`
		Limits     limitsView      `json:"limits"`
	}{[]procedureView{}, limitsView{TextMax: casework.MaxText, TextMin: casework.MinLetters, Files: casework.MaxFiles,
		FileBytes: s.FileBytes, PartBytes: PartBytes, AddressMax: casework.MaxAddress, NameMax: casework.MaxName}}
	for _, regime := range []casework.Regime{casework.RegimeAppeal, casework.RegimeServices, casework.RegimeControl, casework.RegimeMessage, casework.RegimePlatform} {
		reg, err := s.Office.Laws().InForce(regime, today)
		if err != nil {
			continue
		}
		v := procedureView{ID: regime, Version: reg.Version, Title: reg.Title[lang], Suits: reg.Suits[lang],
			Required: append([]string{}, reg.Required...), Grounds: []groundView{}, Terms: []ruleView{}}
		for _, g := range reg.Complaints {
			v.Grounds = append(v.Grounds, groundView{Key: g.Key, Title: g.Title[lang], Norm: g.Norm})
		}
		for kind, rule := range reg.Terms {
			v.Terms = append(v.Terms, ruleView{Kind: kind, N: rule.N, Unit: rule.Unit, Start: rule.Start, Norm: rule.Norm})
		}
		slices.SortFunc(v.Terms, func(a, b ruleView) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
		out.Procedures = append(out.Procedures, v)
	}
	return reply(k, http.StatusOK, out)
}
