package formal

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"priemnaya/casework/words"
)

// Text is how a rule speaks in one language.
type Text struct {
	Title string `json:"title"`
	Why   string `json:"why"`
}

// Rule is one sign of a formal answer.
type Rule struct {
	ID     string `json:"id"`
	Weight int    `json:"weight"`
	// Least and Characters are the bounds of rules that count.
	Least      float64 `json:"least"`
	Characters int     `json:"characters"`
	RU         Text    `json:"ru"`
	EN         Text    `json:"en"`
}

// Rules are the signs with the lists of words they look for.
type Rules struct {
	Threshold  int      `json:"threshold"`
	Rules      []Rule   `json:"rules"`
	Stock      []string `json:"stock"`
	Done       []string `json:"done"`
	Reasons    []string `json:"reasons"`
	Months     []string `json:"months"`
	AsksWhen   []string `json:"asks_when"`
	AsksWhy    []string `json:"asks_why"`
	AsksAmount []string `json:"asks_amount"`
	Away       []string `json:"away"`
	Later      []string `json:"later"`
	Places     []string `json:"places"`
}

//go:embed rules.json
var rulesJSON []byte

// Load reads the rules of this edition. Errors: a file that is not sound.
func Load() (*Rules, error) {
	var r Rules
	if err := json.Unmarshal(rulesJSON, &r); err != nil {
		return nil, fmt.Errorf("formal: rules: %w", err)
	}
	for _, one := range r.Rules {
		if checks[one.ID] == nil || one.Weight < 1 || one.RU.Why == "" || one.EN.Why == "" {
			return nil, fmt.Errorf("formal: rule %q is not sound", one.ID)
		}
	}
	return &r, nil
}

// Letter is an answer beside what it answers.
type Letter struct {
	// Appeal is the text of the appeal, Address its place as the applicant gave
	// it, if he did.
	Appeal, Address string
	Text            string
}

// Verdict is what was noticed. Formal says that the signs together outweigh the
// threshold; single signs are shown all the same.
type Verdict struct {
	Formal bool
	Signs  []Rule
}

// Check looks for the signs of a formal answer. A letter without text has none.
func (r *Rules) Check(l Letter) Verdict {
	if strings.TrimSpace(l.Text) == "" {
		return Verdict{}
	}
	x := reading{Rules: r, letter: l, appeal: fold(l.Appeal), text: fold(l.Text)}
	x.bare = lawMentions.ReplaceAllString(x.text, " ")
	var v Verdict
	sum := 0
	for _, rule := range r.Rules {
		if checks[rule.ID](&x, rule) {
			v.Signs = append(v.Signs, rule)
			sum += rule.Weight
		}
	}
	v.Formal = sum >= r.Threshold
	return v
}

// lawMentions are references to laws, whose numbers are no facts of the case.
var lawMentions = regexp.MustCompile(`№\s*\d+-фз|\d+-фз|(?:стать[а-я]*|част[а-я]*|пункт[а-я]*|ст\.|ч\.|п\.)\s*\d+(?:\.\d+)*|от \d{1,2}[. ](?:\d{2}|[а-я]+)[. ]\d{4}(?: года)?(?: г\.)?\s*№|\d{1,2}[. ](?:\d{2}|[а-я]+)[. ]\d{4}(?: года)? № ?\d+-фз`)

// reading is a letter being checked.
type reading struct {
	*Rules
	letter       Letter
	appeal, text string
	// bare is the text without references to laws.
	bare string
}

var checks = map[string]func(*reading, Rule) bool{
	"place": func(x *reading, _ Rule) bool {
		where := x.whereOf()
		return len(where) > 0 && !slices.ContainsFunc(words.Terms(x.letter.Text), func(t string) bool { return where[t] })
	},
	"subject": func(x *reading, r Rule) bool {
		about := x.subject()
		if len(about) < 5 {
			return false
		}
		said := set(words.Terms(x.letter.Text))
		common := 0
		for t := range about {
			if said[t] {
				common++
			}
		}
		return float64(common) < r.Least*float64(len(about)) || common < 2
	},
	"stock": func(x *reading, r Rule) bool {
		all, stock := 0, 0
		for _, s := range sentences(x.text) {
			all++
			if has(s, x.Stock) && !x.tells(s) {
				stock++
			}
		}
		return all > 0 && float64(stock) >= r.Least*float64(all)
	},
	"fact": func(x *reading, _ Rule) bool { return !x.tells(x.bare) },
	"when": func(x *reading, _ Rule) bool {
		return has(x.appeal, x.AsksWhen) && !has(x.bare, x.Months) && !dates.MatchString(x.bare)
	},
	"why": func(x *reading, _ Rule) bool { return has(x.appeal, x.AsksWhy) && !has(x.text, x.Reasons) },
	"amount": func(x *reading, _ Rule) bool {
		return has(x.appeal, x.AsksAmount) && !strings.ContainsFunc(x.bare, unicode.IsDigit)
	},
	"short": func(x *reading, r Rule) bool {
		n := utf8.RuneCountInString(x.text)
		return n < r.Characters && float64(n) < r.Least*float64(utf8.RuneCountInString(x.appeal))
	},
	"away": func(x *reading, _ Rule) bool { return has(x.text, x.Away) && !x.tells(x.bare) },
	"later": func(x *reading, _ Rule) bool {
		return has(x.text, x.Later) && !has(x.bare, x.Months) && !dates.MatchString(x.bare)
	},
}

// dates are days and years in figures.
var dates = regexp.MustCompile(`\d{1,2}\.\d{1,2}\.\d{2,4}|\b20\d\d\b|\d+ (?:дн|час|мин)`)

// tells reports whether a text tells a fact: something done or found, or a
// number that is none of a law.
func (x *reading) tells(text string) bool {
	return has(text, x.Done) || strings.ContainsFunc(lawMentions.ReplaceAllString(text, " "), unicode.IsDigit)
}

// whereOf are the terms of the place: those of the address, and the words that
// stand by a word for a place in the appeal.
func (x *reading) whereOf() map[string]bool {
	out := set(words.Terms(x.letter.Address))
	tokens := strings.Fields(x.appeal)
	for i, t := range tokens {
		if !has(t+" ", x.Places) {
			continue
		}
		for _, near := range tokens[i:min(len(tokens), i+3)] {
			for _, term := range words.Terms(near) {
				out[term] = true
			}
		}
	}
	return out
}

// subject are the terms of the appeal.
func (x *reading) subject() map[string]bool {
	out := set(words.Terms(x.letter.Appeal))
	for _, common := range words.Terms("прошу просим обращение здравствуйте уважаемый разобраться принять меры помочь ответ спасибо очень уже было есть") {
		delete(out, common)
	}
	return out
}

func set(terms []string) map[string]bool {
	out := map[string]bool{}
	for _, t := range terms {
		if utf8.RuneCountInString(t) > 1 || strings.ContainsFunc(t, unicode.IsDigit) {
			out[t] = true
		}
	}
	return out
}

func has(text string, any []string) bool {
	return slices.ContainsFunc(any, func(p string) bool { return strings.Contains(text, p) })
}

// fold makes texts comparable: small letters, ё as е, single spaces.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(s), "ё", "е")), " ")
}

// ends are the ends of sentences: not the point of «ул.» or of a number.
var ends = regexp.MustCompile(`[а-яa-z»)]{3,}[.!?…]+(?:\s+|$)|[!?]\s+`)

func sentences(s string) []string {
	var out []string
	at := 0
	for _, end := range ends.FindAllStringIndex(s, -1) {
		if one := strings.TrimSpace(s[at:end[1]]); one != "" {
			out = append(out, one)
		}
		at = end[1]
	}
	if rest := strings.TrimSpace(s[at:]); rest != "" {
		out = append(out, rest)
	}
	return out
}
