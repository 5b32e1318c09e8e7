package desk

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// offerView is what one key does to a row.
type offerView struct {
	// Register is true where the case only waits for its number.
	Register    bool
	Kind, Topic string
	Bodies      []offerBody
}

// offerBody is one button; Take is what it sends.
type offerBody struct {
	Key, Percent int
	Name, Take   string
}

// offer puts the offers on the rows of the two lists of registrars; some is
// true if there is any.
func (v *visit) offer(t tab, found []casework.Row, rows []rowView) (some bool, err error) {
	if t.name != "held" && t.name != "registration" {
		return false, nil
	}
	offers, err := v.Office.Offers(v.ctx, v.by, found)
	if err != nil {
		return false, err
	}
	for i := range rows {
		o, ok := offers[rows[i].ID]
		if !ok {
			continue
		}
		view := &offerView{Register: t.name == "registration", Kind: v.label("desk.kind", string(o.Kind))}
		if found[i].Topic == "" {
			view.Topic = v.topicName(o.Topic)
		}
		for n, b := range o.Bodies {
			view.Bodies = append(view.Bodies, offerBody{Key: n + 1, Percent: percent(b.Confidence), Name: shortened(v.bodyName(b.Label)),
				Take: strings.Join([]string{o.Case, strconv.Itoa(o.Seen), b.Label}, " ")})
		}
		rows[i].Offer, some = view, true
	}
	return some, nil
}

// acceptOffer takes one offer of a list. A script gets what came of it as
// JSON; without one the list is shown again with a message.
func (d *Desk) acceptOffer(v *visit, form *web.Form) error {
	back := queueAddress(form.Value("back"))
	part := strings.SplitN(form.Value("take"), " ", 3)
	if len(part) != 3 {
		return v.Kit.Redirect(v.c, back)
	}
	seen, err := strconv.Atoi(part[1])
	if err != nil || seen < 0 {
		seen = 0
	}
	c, err := d.Office.Accept(v.ctx, v.by, part[0], seen, casework.Acceptance{Body: part[2]})
	script := v.c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON
	if err == nil {
		key, data := "desk_queue.accepted.routed", map[string]any{"Number": c.PublicNumber(), "Body": v.bodyName(c.Place.Body)}
		if c.Stage == casework.StageRegistered {
			key = "desk_queue.accepted.registered"
		}
		if script {
			return v.c.JSON(fiber.Map{"done": true, "text": v.t(key, pairs(data)...)})
		}
		v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: key, Data: data})
		return v.Kit.Redirect(v.c, back)
	}
	text, known := v.refusal(err)
	if !known {
		return err
	}
	if script {
		return v.c.Status(fiber.StatusOK).JSON(fiber.Map{"done": false, "text": text})
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "desk_queue.accepted.refused", Data: map[string]any{"Why": text}})
	return v.Kit.Redirect(v.c, back)
}

// refusal says in a line why an act was refused; false for what is no matter
// of the act but of the program or the connection.
func (v *visit) refusal(err error) (text string, known bool) {
	var e *casework.Error
	if !errors.As(err, &e) || e.Code == casework.Internal || e.Code == casework.Corrupted || e.Code == casework.Unauthenticated {
		return "", false
	}
	key, data := e.Message, e.Data
	if len(e.Fields) > 0 {
		key, data = e.Fields[0].Key, e.Fields[0].Data
	}
	return v.reason(e.Code, key, v.named(data)), true
}

// reason is the text of a refusal by its message, or the general one of its
// code where the desk has no words for it.
func (v *visit) reason(code casework.Code, key string, data []any) string {
	if key != "" && v.Kit.Set().Has(v.lang, key) && code != casework.NotFound {
		return v.said(key, data...)
	}
	if id := "desk.stopped." + string(code) + ".what"; v.Kit.Set().Has(v.lang, id) {
		return v.t(id)
	}
	return v.t("desk_queue.refused")
}

// queueAddress is the address of the list that a form came from; it leads
// nowhere else, whatever was sent.
func queueAddress(query string) string {
	if strings.ContainsAny(query, "\r\n\\# ") || len(query) > 8000 {
		query = ""
	}
	return "/desk?" + query
}

// maxOfferName is how many letters of a body's name a button of a list shows:
// three of them on fifty rows are to stay a small page.
const maxOfferName = 32

func shortened(name string) string {
	if letters := []rune(name); len(letters) > maxOfferName {
		return strings.TrimSpace(string(letters[:maxOfferName-1])) + "…"
	}
	return name
}
