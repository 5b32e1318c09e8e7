package portal

import (
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
)

// excerptRunes is how much of a long text a page shows.
const excerptRunes = 8000

// rows are the answers, each with the way to change it.
func (p *Portal) rows(v *visit) []templates.SummaryRow {
	d, t := v.draft, func(id string) string { return p.Kit.T(v.c, "portal.check."+id) }
	change := func(step, field string) string { return v.stepPath(step) + "?back=check#f-" + field }
	topic := p.Kit.T(v.c, "portal.about.unknown")
	if x, ok := p.Topics.Topic(d.Topic); ok {
		topic = x.Name
	}
	to := p.bodyName(d.Addressee)
	if to == "" && d.AddresseeAsked {
		to = p.Kit.T(v.c, "portal.to.decided")
	}
	place := []string{}
	if d.Territory != "" {
		place = append(place, p.Office.Registry().TerritoryName(d.Territory))
	}
	if d.Address != "" {
		place = append(place, d.Address)
	}
	text := cut(d.Text, excerptRunes)
	if text != d.Text {
		text += "…\n\n" + t("cut")
	}
	answer := []string{p.Kit.T(v.c, "portal.check.cabinet")}
	for _, x := range []string{d.Contact.Email, d.Contact.Post, d.Contact.Phone} {
		if x != "" {
			answer = append(answer, x)
		}
	}
	who := templates.SummaryRow{Label: t("who"), Value: p.filing(v).Applicant.Name.Full()}
	if nameMissing(v.who) {
		who.Href = change("contact", "surname")
	}
	var first []templates.SummaryRow
	if reg, err := p.law(d.Regime); err == nil {
		first = append(first, templates.SummaryRow{Label: t("regime"), Value: titleOf(reg, p.Kit.Lang(v.c)), Href: change("what", "regime")})
	}
	if x := p.filing(v).Representative; x != nil {
		first = append(first, templates.SummaryRow{Label: t("acting"), Value: x.Name.Full(), Href: change("contact", "acting")})
	}
	rows := []templates.SummaryRow{{Label: t("about"), Value: topic, Href: change("about", "topic")},
		{Label: t("place"), Value: strings.Join(place, ", "), Href: change("about", "territory")}}
	if d.Kind != "" {
		rows = append(rows, templates.SummaryRow{Label: t("kind"), Value: p.Kit.T(v.c, "portal.kind."+string(d.Kind)), Href: change("about", "kind")})
	}
	if complains(d.Regime) {
		rows = p.complaintRows(v)
	}
	rows = append(first, rows...)
	return append(rows, templates.SummaryRow{Label: t("to"), Value: to, Href: change("to", "addressee")},
		templates.SummaryRow{Label: t("text"), Text: text, Href: change("text", "text")},
		templates.SummaryRow{Label: t("files"), Text: fileLines(p.Kit.Lang(v.c), d.Files), Value: t("no_files"), Href: change("text", "files")},
		p.shieldRow(v, who),
		templates.SummaryRow{Label: t("answer"), Text: strings.Join(answer, "\n"), Href: change("contact", "email")})
}

func fileLines(lang string, files []casework.File) string {
	var out []string
	for _, f := range files {
		out = append(out, f.Name+" — "+templates.FormatBytes(lang, f.Size))
	}
	return strings.Join(out, "\n")
}
