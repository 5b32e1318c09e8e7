package desk

import (
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// mistakesAtOnce bounds the rows of a kind whose mistakes are shown together.
const mistakesAtOnce = 20

// rowCheck checks the rows of a kind and puts mistakes to their fields.
type rowCheck struct {
	*visit
	form *web.Form
	list *rowList
	// inForce are codes that the body has already; they stay good.
	inForce []string
	picks   map[string][]string
	bad     map[int]bool
	more    int
}

func (v *visit) rowCheck(form *web.Form, rows *bodyRows, kind string, inForce []string) *rowCheck {
	if rows.picks == nil {
		rows.picks = map[string][]string{}
	}
	c := &rowCheck{visit: v, form: form, list: rows.list(kind), inForce: inForce, picks: rows.picks, bad: map[int]bool{}}
	if len(c.list.Rows) > maxRows {
		form.Fail(kind+".list", "desk_body.too_many", "Max", maxRows)
		c.list.Rows = c.list.Rows[:maxRows]
	}
	return c
}

// fail says what is wrong with a field of a row, by the place of the row.
func (c *rowCheck) fail(i int, part, key string, pairs ...any) {
	row := c.list.Rows[i]
	if !c.bad[row.N] && len(c.bad) == mistakesAtOnce {
		c.more++
		return
	}
	c.bad[row.N] = true
	c.form.Fail(c.list.field(row, part), key, append(pairs, "Row", c.rowTitle(c.list.Kind, i))...)
}

// rowTitle is what the row at a place is called.
func (v *visit) rowTitle(kind string, i int) string {
	if kind == unitRows {
		return v.t("desk_body.row_unit", "Row", i+1)
	}
	return v.t("desk_body.row_rule", "Row", i+1)
}

// found takes what was found for a typed name, or says what is wrong with it.
func (c *rowCheck) found(i int, part, kind string, f finds) {
	if f.ok {
		return
	}
	if field := c.list.field(c.list.Rows[i], part); len(f.picks) > 0 {
		c.picks[field] = f.picks
		c.fail(i, part, "desk_body.choose_"+kind)
		return
	}
	c.fail(i, part, "desk_body.no_"+kind)
}

// end counts the rows whose mistakes are not shown yet.
func (c *rowCheck) end() {
	if c.more > 0 {
		c.form.Fail(c.list.Kind+".list", "desk_body.more_mistakes", "Count", c.more)
	}
}

// unitsFrom checks the rows of units and says what they are in words again.
func (v *visit) unitsFrom(form *web.Form, rows *bodyRows, now casework.Body) []casework.BodyUnit {
	var out []casework.BodyUnit
	var inForce []string
	old := map[string]bool{}
	for _, u := range now.Units {
		inForce, old[u.ID] = append(inForce, u.Topics...), true
	}
	c := v.rowCheck(form, rows, unitRows, inForce)
	seen := map[string]bool{}
	for i := range c.list.Rows {
		row := &c.list.Rows[i]
		if row.Gone {
			continue
		}
		switch {
		case row.Code == "":
			c.fail(i, "code", "desk_body.need_code")
		case seen[row.Code]:
			c.fail(i, "code", "desk_body.code_twice", "Code", row.Code)
		case !old[row.Code] && (len(row.Code) > 60 || strings.Trim(row.Code, "abcdefghijklmnopqrstuvwxyz0123456789-") != ""):
			c.fail(i, "code", "desk_body.bad_code")
		}
		seen[row.Code] = true
		if row.Name == "" || len([]rune(row.Name)) > 400 {
			c.fail(i, "name", "desk_body.need_name")
		}
		out = append(out, casework.BodyUnit{ID: row.Code, Name: row.Name, Topics: c.unitTopics(i)})
	}
	c.end()
	return out
}

// unitTopics checks the topics of a unit; one named twice counts once.
func (c *rowCheck) unitTopics(i int) []string {
	var out []string
	row := &c.list.Rows[i]
	for k, typed := range row.Topics {
		part := topicPart(k)
		f := c.pickTopic(typed, c.inForce)
		if f.ok && f.code == "" {
			f = finds{}
		}
		if c.found(i, part, "topic", f); f.ok {
			row.Topics[k] = c.topicText(f.code)
			if !slices.Contains(out, f.code) {
				out = append(out, f.code)
			}
		}
	}
	return out
}

// rulesFrom checks the rows of competences.
func (v *visit) rulesFrom(form *web.Form, rows *bodyRows, now casework.Body) []casework.Competence {
	var out []casework.Competence
	var topics, places []string
	for _, x := range now.Competences {
		topics, places = append(topics, x.Topic), append(places, x.Territory)
	}
	c := v.rowCheck(form, rows, ruleRows, topics)
	for i := range c.list.Rows {
		row := &c.list.Rows[i]
		if row.Gone {
			continue
		}
		topic, place := finds{}, finds{}
		if typed := nth(row.Topics, 0); typed == "" {
			c.fail(i, "topic.1", "desk_body.need_topic")
		} else if topic = v.pickTopic(typed, topics); topic.ok {
			row.Topics = []string{v.topicText(topic.code)}
		} else {
			c.found(i, "topic.1", "topic", topic)
		}
		if row.Place == "" {
			c.fail(i, "place", "desk_body.need_place")
		} else if place = v.pickPlace(row.Place, places); place.ok {
			row.Place = v.placeText(place.code)
		} else {
			c.found(i, "place", "place", place)
		}
		x := casework.Competence{Topic: topic.code, Territory: place.code}
		if topic.ok && place.ok && slices.Contains(out, x) {
			c.fail(i, "topic.1", "desk_body.rule_twice")
		} else if topic.ok && place.ok {
			out = append(out, x)
		}
	}
	c.end()
	return out
}
