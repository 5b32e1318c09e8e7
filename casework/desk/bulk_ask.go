package desk

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// bulkButton begins a bulk on the rows selected; Key is its key.
type bulkButton struct{ Act, Text string }

// bulkTabs says which acts make sense on a list; those missing offer all but
// the acceptance.
var bulkTabs = map[string][]casework.BulkAct{
	"held":         {casework.BulkAccept},
	"registration": {casework.BulkAccept, casework.BulkMark},
	"answered":     nil,
}

// bulkButtons are offered to whoever may do the act anywhere; on which of the
// cases he may is said before it is done.
func (v *visit) bulkButtons(t tab) []bulkButton {
	acts, listed := bulkTabs[t.name]
	if !listed {
		acts = []casework.BulkAct{casework.BulkAssign, casework.BulkForward, casework.BulkMark}
	}
	var out []bulkButton
	for _, a := range acts {
		if v.mayBulk(a) {
			out = append(out, bulkButton{Act: string(a), Text: v.t("desk_queue.bulk.do." + string(a))})
		}
	}
	return out
}

// mayBulk asks the regulations which roles do the act.
func (v *visit) mayBulk(act casework.BulkAct) bool {
	for i := range v.Office.Laws().Regulations {
		rule := v.Office.Laws().Regulations[i].Acts[act.Kind(casework.StageRouted)]
		if slices.ContainsFunc(rule.By, v.by.Is) {
			return true
		}
	}
	return false
}

// bulkPage is the data of desk/bulk: what will happen, before it happens.
type bulkPage struct {
	ID, Act, Back string
	// List is the address of the list it was asked for on.
	List  string
	Form  *web.Form
	Lines []bulkLine
	// Can is on how many of the cases the act is allowed.
	Can                       int
	People, Bodies            []templates.Option
	Variants                  []templates.Option
	MoreBodies, SeveralBodies bool
}

// bulkLine is one case of a bulk.
type bulkLine struct {
	Row  rowView
	Item string
	// Text says what will come or what came; Kind is the tag's.
	Text, Kind string
}

// askBulk shows what an act would do to the selected cases, and asks for what
// it needs.
func (d *Desk) askBulk(v *visit) error {
	form := web.ReadForm(v.c)
	if form.Value("take") != "" {
		// The offers of the rows are buttons of the same form.
		return d.acceptOffer(v, form)
	}
	if form.Value("id") == "" {
		var id [16]byte
		rand.Read(id[:])
		form.Values["id"] = []string{hex.EncodeToString(id[:])}
	}
	var cases []string
	for _, item := range form.All("case") {
		id, _, _ := strings.Cut(item, " ")
		cases = append(cases, id)
	}
	return v.renderBulk(form, cases)
}

func (v *visit) renderBulk(form *web.Form, cases []string) error {
	act := casework.BulkAct(form.Value("act"))
	back := queueAddress(form.Value("back"))
	if len(cases) == 0 || !slices.Contains(casework.BulkActs(), act) {
		v.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "desk_queue.bulk.none"})
		return v.Kit.Redirect(v.c, back)
	}
	items, rows, err := v.Office.PlanBulk(v.ctx, v.by, act, cases)
	if err != nil {
		return err
	}
	page := bulkPage{ID: form.Value("id"), Act: string(act), Back: strings.TrimPrefix(back, "/desk?"), List: back, Form: form}
	offers := map[string]casework.Offer{}
	if act == casework.BulkAccept {
		if offers, err = v.Office.Offers(v.ctx, v.by, rows); err != nil {
			return err
		}
	}
	var places []string
	for i, row := range v.rows(rows) {
		line := bulkLine{Row: row, Item: items[i].Case + " " + strconv.Itoa(items[i].Seen), Kind: "good", Text: v.t("desk_queue.bulk.will." + string(act))}
		if o, ok := offers[items[i].Case]; ok {
			line.Text = v.t("desk_queue.bulk.accepts", "Body", v.bodyName(o.Bodies[0].Label), "Percent", percent(o.Bodies[0].Confidence))
		}
		if items[i].Code != "" {
			line.Kind, line.Text, line.Item = "warn", v.itemText(items[i]), ""
		} else if page.Can++; !slices.Contains(places, rows[i].Place.Body) {
			places = append(places, rows[i].Place.Body)
		}
		page.Lines = append(page.Lines, line)
	}
	if err := v.fillBulk(&page, act, places); err != nil {
		return err
	}
	return v.Kit.Render(v.c, statusOf(form), "desk/bulk", "desk", "desk_queue.bulk.title."+string(act), page)
}

// fillBulk offers what the act needs.
func (v *visit) fillBulk(page *bulkPage, act casework.BulkAct, places []string) error {
	page.SeveralBodies = len(places) > 1
	switch act {
	case casework.BulkAssign:
		page.People = []templates.Option{{Text: v.t("desk.assign.choose")}}
		for _, body := range places {
			staff, err := v.Officers(v.ctx, body)
			if err != nil {
				return err
			}
			for _, a := range staff {
				known := slices.ContainsFunc(page.People, func(o templates.Option) bool { return o.Value == a.ID })
				if !known && answers(a, body) {
					page.People = append(page.People, v.officerOption(a, body))
				}
			}
		}
	case casework.BulkForward:
		page.Bodies, page.MoreBodies = v.bodyOptions(&casework.Case{}, page.Form)
		if len(page.Bodies) == 0 {
			page.Form.Fail("find", "desk.choose.none_found")
		}
	case casework.BulkMark:
		page.Variants = []templates.Option{{Text: v.t("desk.variant.ordinary")}}
		var known []string
		for i := range v.Office.Laws().Regulations {
			for _, name := range v.Office.Laws().Regulations[i].Variants() {
				if !slices.Contains(known, name) {
					known = append(known, name)
					page.Variants = append(page.Variants, templates.Option{Value: name, Text: v.label("desk.variant", name)})
				}
			}
		}
	}
	return nil
}

// startBulk takes a confirmed bulk on and leads to its progress.
func (d *Desk) startBulk(v *visit) error {
	form := web.ReadForm(v.c)
	b := casework.Bulk{ID: form.Value("id"), Act: casework.BulkAct(form.Value("act")), Officer: form.Value("officer"),
		Body: form.Value("body"), Why: form.Value("why"), Variant: form.Value("variant"), Back: strings.TrimPrefix(queueAddress(form.Value("back")), "/desk?")}
	var cases []string
	for _, item := range form.All("case") {
		id, number, _ := strings.Cut(item, " ")
		seen, err := strconv.Atoi(number)
		if err != nil || seen < 0 {
			seen = 0
		}
		cases = append(cases, id)
		b.Items = append(b.Items, casework.BulkItem{Case: id, Seen: seen})
	}
	switch {
	case form.Value("do") == "find":
		return v.renderBulk(form, cases)
	case b.Act == casework.BulkAssign && b.Officer == "":
		form.Fail("officer", "assign.officer")
	case b.Act == casework.BulkForward && b.Body == "":
		form.Fail("body", "route.body_unknown")
	}
	if !form.OK() {
		return v.renderBulk(form, cases)
	}
	b, err := d.Office.StartBulk(v.ctx, v.by, b)
	if casework.CodeOf(err) == casework.Invalid {
		text, _ := v.refusal(err)
		if b.Act == casework.BulkForward && len(b.Items) > 0 {
			form.Fail("why", "why.needed", "Max", 2000)
			return v.renderBulk(form, cases)
		}
		v.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "desk_queue.accepted.refused", Data: map[string]any{"Why": text}})
		return v.Kit.Redirect(v.c, queueAddress(form.Value("back")))
	}
	if err != nil {
		return err
	}
	if d.BulkStarted != nil {
		d.BulkStarted(b.ID)
	}
	return v.c.Redirect("/desk/bulk/"+b.ID, fiber.StatusSeeOther)
}
