package desk

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// sitesPage is the data of desk/admin_sites.
type sitesPage struct{ Sites []siteLine }

type siteLine struct {
	SiteCard
	Href, BodyName string
	Live           int
}

// listSites lists the websites of departments.
func (d *Desk) listSites(v *visit) error {
	list, err := d.Admin.Sites.List(v.ctx)
	if err != nil {
		return err
	}
	page := sitesPage{}
	for _, s := range list {
		line := siteLine{SiteCard: s, Href: "/desk/admin/site?id=" + s.ID, BodyName: v.bodyName(s.Body)}
		for _, k := range s.Keys {
			if k.Live {
				line.Live++
			}
		}
		page.Sites = append(page.Sites, line)
	}
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/admin_sites", "desk", "desk.admin.sites", page)
}

// sitePage is the data of desk/admin_site.
type sitePage struct {
	Form           *web.Form
	New            bool
	Card           SiteCard
	Bodies, Rights []templates.Option
	Theirs         []diffLine
	History        []adminEntryView
}

func siteForm(s SiteCard) *web.Form {
	form := templates.NewForm("id", s.ID, "name", s.Name, "body", s.Body, "origins", strings.Join(s.Origins, "\n"), "webhook", s.Webhook,
		"minute", strconv.Itoa(s.PerMinute), "day", strconv.Itoa(s.PerDay), "seen", s.Seen)
	form.Values["rights"] = s.Rights
	return form
}

// siteText writes a site as lines to compare, in the reader's words.
func (v *visit) siteText(s SiteCard) string {
	lines := []string{v.t("desk.admin.name") + ": " + s.Name, v.t("desk.admin.body_head") + ": " + v.bodyName(s.Body),
		v.t("desk.admin.site.minute") + ": " + strconv.Itoa(s.PerMinute), v.t("desk.admin.site.day") + ": " + strconv.Itoa(s.PerDay),
		v.t("desk.admin.site.webhook") + ": " + s.Webhook}
	for _, o := range s.Origins {
		lines = append(lines, v.t("desk.admin.site.origins")+": "+o)
	}
	for _, r := range s.Rights {
		lines = append(lines, v.label("desk.admin.right", r))
	}
	return strings.Join(lines, "\n")
}

// editSite opens a site, or an empty form.
func (d *Desk) editSite(v *visit) error {
	id := v.c.Query("id")
	if id == "" {
		return v.renderSite(fiber.StatusOK, sitePage{Form: templates.NewForm("new", "yes", "minute", "600", "day", "100000", "rights", "file", "rights", "widget"), New: true})
	}
	card, err := d.Admin.Sites.Get(v.ctx, id)
	if err != nil {
		return err
	}
	return v.renderSite(fiber.StatusOK, sitePage{Form: siteForm(card), Card: card})
}

func (v *visit) renderSite(status int, page sitePage) error {
	for _, b := range v.registry.Bodies() {
		if !b.Closed {
			page.Bodies = append(page.Bodies, templates.Option{Value: b.ID, Text: b.Name})
		}
	}
	for _, r := range []string{"file", "widget", "anywhere"} {
		page.Rights = append(page.Rights, templates.Option{Value: r, Text: v.label("desk.admin.right", r)})
	}
	if !page.New {
		list, err := v.Admin.Sites.History(v.ctx, page.Card.ID)
		if err != nil {
			return err
		}
		page.History = v.entries(list)
	}
	return v.Kit.Render(v.c, status, "desk/admin_site", "desk", "desk.admin.site.title", page)
}

// saveSite changes a site or registers one.
func (d *Desk) saveSite(v *visit) error {
	form := web.ReadForm(v.c)
	page := sitePage{Form: form, New: form.Is("new", "yes")}
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Value(name)))
		if err != nil || n < 1 {
			form.Fail(name, "desk.admin.body.bad_number")
		}
		return n
	}
	card := SiteCard{ID: strings.TrimSpace(form.Value("id")), Name: strings.TrimSpace(form.Value("name")), Body: form.Value("body"),
		Webhook: strings.TrimSpace(form.Value("webhook")), Rights: form.All("rights"), PerMinute: number("minute"), PerDay: number("day"), Seen: form.Value("seen")}
	for _, line := range textLines(form.Value("origins")) {
		card.Origins = append(card.Origins, strings.TrimSpace(line))
	}
	if b, err := v.registry.Body(card.Body); err != nil || b.Closed {
		form.Fail("body", "sites.bad_body")
	}
	if page.New {
		card.Seen = ""
	} else {
		now, err := d.Admin.Sites.Get(v.ctx, card.ID)
		if err != nil {
			return err
		}
		if page.Card = now; card.Seen == "" {
			card.Seen = now.Seen
		}
	}
	v.needWhy(form)
	if !form.OK() {
		return v.renderSite(fiber.StatusUnprocessableEntity, page)
	}
	if err := d.Admin.Sites.Save(v.ctx, v.by, card, form.Value("why")); err != nil {
		if !v.failed(form, err, "name") {
			return err
		}
		if casework.CodeOf(err) == casework.Conflict && !page.New {
			page.Theirs = diff(v.siteText(page.Card), v.siteText(card))
			form.Values["seen"] = []string{page.Card.Seen}
		}
		return v.renderSite(adminStatus(err), page)
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.saved"})
	return v.Kit.Redirect(v.c, "/desk/admin/site?id="+card.ID)
}

// actOnSite makes and revokes keys, rotates the webhook's secret, closes the
// site or returns to a version.
func (d *Desk) actOnSite(v *visit) error {
	form := web.ReadForm(v.c)
	card, err := d.Admin.Sites.Get(v.ctx, form.Value("id"))
	if err != nil {
		return err
	}
	page := sitePage{Form: siteForm(card), Card: card}
	back := "/desk/admin/site?id=" + card.ID
	do, secret := form.Value("do"), secretPage{Back: back}
	if do == "close" || do == "return" {
		if v.needWhy(form); !form.OK() {
			page.Form.Fail("why", "desk.admin.why_needed")
			return v.renderSite(fiber.StatusUnprocessableEntity, page)
		}
	}
	if asked := map[string]bool{"close": true, "revoke": true, "rotate": true}[do]; asked && !form.Is("sure", "yes") {
		return v.confirm(form, confirmPage{Title: "desk_setup.sure." + do, Text: v.t("desk_setup.sure_text."+do, "Name", card.Name, "Key", form.Value("key")),
			Action: "/desk/admin/site/do", Back: back})
	}
	switch do {
	case "key":
		secret.Title, secret.Text = "desk.admin.site.key_made", v.t("desk.admin.site.secret_once")
		secret.Name, secret.Secret, err = d.Admin.Sites.NewKey(v.ctx, v.by, card.ID)
	case "rotate":
		secret.Title, secret.Text, secret.Name = "desk.admin.site.rotated", v.t("desk.admin.site.rotate_once"), "webhook."+card.ID
		secret.Secret, err = d.Admin.Sites.Rotate(v.ctx, v.by, card.ID)
	case "revoke":
		err = d.Admin.Sites.RevokeKey(v.ctx, v.by, card.ID, form.Value("key"))
	case "close":
		err = d.Admin.Sites.Close(v.ctx, v.by, card.ID, form.Value("why"))
	case "return":
		err = d.Admin.Sites.Return(v.ctx, v.by, card.ID, form.Value("entry"), form.Value("why"))
	default:
		page.Form.Fail("name", "desk.admin.choose")
		return v.renderSite(fiber.StatusUnprocessableEntity, page)
	}
	if err != nil {
		if !v.failed(page.Form, err, "name") {
			return err
		}
		return v.renderSite(adminStatus(err), page)
	}
	if secret.Secret != "" {
		return v.showSecret(secret)
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.admin.saved"})
	return v.Kit.Redirect(v.c, back)
}
