package portal

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// protected as an answer to "what has happened" means the protected channel.
const protected = "protected"

// offered are the procedures a person chooses from, in the order of the cards.
var offered = []casework.Regime{casework.RegimeAppeal, casework.RegimeMessage, casework.RegimeServices, casework.RegimeControl}

// slugs are the short names of procedures in text ids and addresses.
var slugs = map[casework.Regime]string{casework.RegimeAppeal: "appeal", casework.RegimeMessage: "message",
	casework.RegimeServices: "services", casework.RegimeControl: "control", casework.RegimePlatform: "platform"}

// regimeOf reads an answer; ok is false for anything that is not offered.
func regimeOf(value string) (casework.Regime, bool) {
	r := casework.Regime(value)
	return r, slices.Contains(offered, r)
}

// complains reports whether the procedure is a complaint with fields of its own.
func complains(r casework.Regime) bool {
	return r == casework.RegimeServices || r == casework.RegimeControl
}

// regimeCard is one answer to "what has happened": what the procedure is for,
// its terms and what follows from choosing it, all before anything is typed.
type regimeCard struct {
	Value, Title, Suits string
	Facts               []string
	// After says what the choice leads to and what it forecloses.
	After string
	// Likely marks the card that the guess points at.
	Likely bool
}

// law is the regulation of a procedure in force now.
func (p *Portal) law(r casework.Regime) (*casework.Regulation, error) {
	return p.Office.Laws().InForce(r, casework.DateOf(p.Office.Now(), casework.Settings{}.Location()))
}

// cards are the procedures in force, and the protected channel.
func (p *Portal) cards(c *fiber.Ctx, likely string) []regimeCard {
	var out []regimeCard
	lang := p.Kit.Lang(c)
	for _, r := range offered {
		// A procedure that the installation has no regulation for is not offered.
		reg, err := p.law(r)
		if err != nil {
			continue
		}
		out = append(out, regimeCard{Value: string(r), Title: titleOf(reg, lang), Suits: reg.Suits[lang],
			Facts: p.facts(c, reg), After: p.Kit.T(c, "portal.what.after_"+slugs[r]), Likely: likely == string(r)})
	}
	return append(out, regimeCard{Value: protected, Title: p.Kit.T(c, "portal.what.protected"),
		Suits: p.Kit.T(c, "portal.what.protected_suits"), After: p.Kit.T(c, "portal.what.after_protected"),
		Likely: likely == protected})
}

// facts are the terms of a procedure in words, from its data.
func (p *Portal) facts(c *fiber.Ctx, reg *casework.Regulation) []string {
	var out []string
	lang := p.Kit.Lang(c)
	say := func(id string, rule casework.TermRule, pairs ...any) {
		pairs = append(pairs, "Length", p.lengthOf(c, rule), "Norm", rule.Norm)
		out = append(out, p.Kit.T(c, "portal.what."+id, pairs...))
	}
	if t, ok := reg.Terms[casework.TermFile]; ok {
		say("fact_file", t)
	}
	if t, ok := reg.Terms[casework.TermFileOrder]; ok {
		say("fact_file_order", t)
	}
	if t, ok := reg.Terms[casework.TermRegister]; ok {
		say("fact_register", t)
	}
	if t, ok := reg.Terms[casework.TermConsider]; ok {
		id := "fact_answer"
		if complains(reg.Regime) {
			id = "fact_decide"
		}
		say(id, t)
	}
	for _, variant := range reg.Variants() {
		if t, ok := reg.Terms[casework.TermConsider+casework.TermKind("@"+variant)]; ok {
			if titles := groundsOf(reg, variant, lang); titles != "" {
				say("fact_variant", t, "Grounds", titles)
			}
		}
	}
	if t, ok := reg.Terms["answer"]; ok {
		say("fact_letter", t)
	}
	if t, ok := reg.Terms[casework.TermExtend]; ok {
		say("fact_extend", t)
	} else {
		out = append(out, p.Kit.T(c, "portal.what.fact_no_extend"))
	}
	return out
}

// groundsOf lists the grounds that lead to a variant, "" if none does.
func groundsOf(reg *casework.Regulation, variant, lang string) string {
	var out []string
	for _, g := range reg.Complaints {
		if g.Variant == variant {
			out = append(out, lowerFirst(g.Title[lang]))
		}
	}
	return strings.Join(out, "; ")
}

func lowerFirst(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToLower(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

// lengthOf is a length in the form that follows "up to": "30 дней".
func (p *Portal) lengthOf(c *fiber.Ctx, t casework.TermRule) string {
	return p.count(c, "portal.days_of."+unit(t), t.N)
}
