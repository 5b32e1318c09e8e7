package desk

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// picksShown bounds the finds offered for words that fit several names;
// picksAtOnce the names offered before anything is typed.
const (
	picksShown  = 12
	picksAtOnce = 40
)

// topicText says a topic of a rule so that it can be typed back: its name and
// its code.
func (v *visit) topicText(code string) string {
	if code == "" {
		return v.t("desk_body.any_topic")
	}
	if name := v.topicName(code); name != code {
		return name + " (" + code + ")"
	}
	return code
}

// placeText says a territory of a rule in the same way.
func (v *visit) placeText(code string) string {
	if code == "" {
		return v.t("desk_body.any_place")
	}
	return v.once("place "+code, func() string {
		if name := v.registry.TerritoryName(code); name != code {
			return name + " (" + code + ")"
		}
		return code
	})
}

// places are the territories by code.
func (v *visit) places() []casework.Territory {
	if v.placeList == nil {
		v.placeList = v.registry.Territories()
	}
	return v.placeList
}

// topicShown is a typed topic as the form shows it: a bare code with its name.
func (v *visit) topicShown(typed string) string { return codeShown(typed, v.topicText) }

func (v *visit) placeShown(typed string) string { return codeShown(typed, v.placeText) }

func codeShown(typed string, say func(code string) string) string {
	if typed == "*" || typed == codeIn(typed) && typed != "" {
		return say(strings.TrimSuffix(typed, "*"))
	}
	return typed
}

// codeIn is the code in a text: all of it, or what stands in brackets at its
// end; "" for none.
func codeIn(text string) string {
	if i := strings.LastIndex(text, "("); i >= 0 && strings.HasSuffix(text, ")") {
		text = text[i+1 : len(text)-1]
	}
	code := strings.TrimSuffix(strings.TrimSpace(text), "*")
	if strings.Trim(code, "0123456789.") != "" {
		return ""
	}
	return strings.TrimSuffix(code, ".")
}

// finds are what typed words may mean.
type finds struct {
	code  string
	ok    bool
	picks []string
}

// pickTopic finds the topic that was typed. Codes of rules in force stay good
// when the classifier has lost them.
func (v *visit) pickTopic(typed string, inForce []string) finds {
	if typed == "*" || strings.EqualFold(typed, v.t("desk_body.any_topic")) {
		return finds{ok: true}
	}
	if code := codeIn(typed); code != "" {
		for strings.HasSuffix(code, ".0000") {
			code = strings.TrimSuffix(code, ".0000")
		}
		if v.Topics == nil || slices.Contains(inForce, code) || len(v.findTopics(code, 1)) > 0 {
			return finds{code: code, ok: true}
		}
		return finds{}
	}
	if v.Topics == nil {
		return finds{}
	}
	return choose(typed, v.findTopics(typed, picksShown), v.topicName, v.topicText)
}

// pickPlace finds the territory that was typed.
func (v *visit) pickPlace(typed string, inForce []string) finds {
	if typed == "*" || strings.EqualFold(typed, v.t("desk_body.any_place")) {
		return finds{ok: true}
	}
	if code := strings.ReplaceAll(codeIn(strings.ReplaceAll(typed, " ", "")), ".", ""); code != "" {
		if slices.Contains(inForce, code) || v.placeKnown(code) {
			return finds{code: code, ok: true}
		}
		if whole, ok := v.Admin.Registry.TerritoryCode(code); ok && v.placeKnown(whole) {
			return finds{code: whole, ok: true}
		}
		return finds{}
	}
	return choose(typed, v.findPlaces(typed, picksShown), v.registry.TerritoryName, v.placeText)
}

// choose takes the only find that is called so; otherwise a person has to.
func choose(typed string, codes []string, name, text func(string) string) finds {
	var out finds
	named := 0
	for _, code := range codes {
		if strings.EqualFold(name(code), typed) {
			out.code = code
			named++
		}
		out.picks = append(out.picks, text(code))
	}
	if out.ok = named == 1; out.ok {
		out.picks = nil
	}
	return out
}

// findTopics finds topics of every level, as rules write their codes.
func (v *visit) findTopics(words string, limit int) []string {
	if v.Admin.Branches != nil {
		return v.Admin.Branches(words, limit)
	}
	if v.Topics == nil {
		return nil
	}
	return v.Topics.Find(words, limit)
}

// findPlaces finds territories by code or name, whole names before others and
// great places before small ones.
func (v *visit) findPlaces(words string, limit int) []string {
	words = strings.ToLower(words)
	var ranks [3][]string
	for _, t := range v.places() {
		name := strings.ToLower(t.Name)
		switch {
		case name == words:
			ranks[0] = append(ranks[0], t.Code)
		case strings.HasPrefix(t.Code, strings.ReplaceAll(words, " ", "")) || strings.HasPrefix(name, words) || strings.Contains(name, " "+words):
			ranks[1] = append(ranks[1], t.Code)
		case strings.Contains(name, words):
			ranks[2] = append(ranks[2], t.Code)
		}
	}
	all := append(append(ranks[0], ranks[1]...), ranks[2]...)
	return all[:min(len(all), limit)]
}

// placeKnown reports whether a code is that of a territory, the beginning of
// one, or a place within one.
func (v *visit) placeKnown(code string) bool {
	return slices.ContainsFunc(v.places(), func(t casework.Territory) bool {
		return strings.HasPrefix(t.Code, code) || strings.HasPrefix(code, t.Code)
	})
}

// suggestNames offers names of topics or territories while one types.
func (d *Desk) suggestNames(v *visit) error {
	words := oneLine(v.c.Query("q"))
	out := struct {
		Names []string `json:"names"`
	}{Names: v.offered(v.c.Query("of"), words)}
	v.c.Set(fiber.HeaderCacheControl, "private, max-age=60")
	return v.c.JSON(out)
}

// offered are the names that a field of a row offers.
func (v *visit) offered(of, words string) []string {
	out := []string{}
	limit := picksAtOnce
	if words != "" {
		limit = picksShown
	}
	switch of {
	case "topic":
		if words == "" {
			out = append(out, v.t("desk_body.any_topic"))
		}
		for _, code := range v.findTopics(words, limit) {
			out = append(out, v.topicText(code))
		}
	case "place":
		if words == "" {
			out = append(out, v.t("desk_body.any_place"))
		}
		for _, code := range v.findPlaces(words, limit) {
			out = append(out, v.placeText(code))
		}
	case "body":
		for _, id := range v.findBodies(words, limit) {
			if b, err := v.registry.Body(id); err == nil {
				out = append(out, bodyText(b))
			}
		}
	}
	return out
}
