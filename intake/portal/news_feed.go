package portal

import (
	"context"
	"encoding/xml"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// LawChange is an approved change of a regulation or a calendar.
type LawChange struct {
	// ID names the change; File is data/NAME.yaml or calendar/NAME-YEAR.csv.
	ID, File string
	// Why is the reason that the two people who decided it have noted.
	Why string
	// At is when it was approved.
	At time.Time
}

// newsItem is one piece of news of the procedure.
type newsItem struct {
	ID, Title, Text, Href string
	On                    casework.Date
	At                    time.Time
}

type newsPage struct{ Items []newsItem }

// news puts together what is data, each edition of a regulation and each
// approved change of law or calendar, the newest first.
func (p *Portal) news(ctx context.Context, c *fiber.Ctx) ([]newsItem, error) {
	lang := p.Kit.Lang(c)
	loc := casework.Settings{}.Location()
	today := casework.DateOf(p.Office.Now(), loc)
	var out []newsItem
	add := func(item newsItem) {
		if item.At.IsZero() {
			item.At = item.On.Time(loc)
		}
		out = append(out, item)
	}
	for _, n := range p.info.books[lang].News {
		if on, err := casework.ParseDate(n.Date); err == nil && !on.After(today) {
			add(newsItem{ID: "text-" + n.ID, Title: n.Title, Text: n.Text, On: on})
		}
	}
	for _, r := range p.Office.Laws().Regulations {
		id := "portal.news.edition"
		if r.InForceFrom.After(today) {
			id = "portal.news.edition_coming"
		}
		add(newsItem{ID: "edition-" + slugs[r.Regime] + "-" + r.Version, On: r.InForceFrom, Href: "/procedure#" + slugs[r.Regime],
			Title: p.Kit.T(c, id, "Law", titleOf(&r, lang)), Text: r.Suits[lang]})
	}
	if p.LawNews != nil {
		changes, err := p.LawNews(ctx)
		if err != nil {
			return nil, err
		}
		for _, x := range changes {
			add(p.changeNews(c, x, casework.DateOf(x.At, loc)))
		}
	}
	slices.SortStableFunc(out, func(a, b newsItem) int { return b.At.Compare(a.At) })
	return out, nil
}

func (p *Portal) changeNews(c *fiber.Ctx, x LawChange, on casework.Date) newsItem {
	item := newsItem{ID: "change-" + x.ID, On: on, At: x.At, Text: x.Why, Href: "/procedure#terms"}
	name := x.File[strings.LastIndexByte(x.File, '/')+1:]
	if strings.HasPrefix(x.File, "calendar/") {
		year := strings.TrimSuffix(name[strings.LastIndexByte(name, '-')+1:], ".csv")
		item.Title = p.Kit.T(c, "portal.news.calendar", "Year", year)
	} else {
		item.Title = p.Kit.T(c, "portal.news.law", "Law", strings.TrimSuffix(name, ".yaml"))
	}
	return item
}

// showNews lists the changes of the procedure.
func (p *Portal) showNews(c *fiber.Ctx) error {
	items, err := p.news(c.UserContext(), c)
	if err != nil {
		return err
	}
	return p.render(c, fiber.StatusOK, "news", newsPage{items})
}

// The parts of an Atom feed (RFC 4287).
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomAuthor  `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary"`
}

// sendFeed gives the news as an Atom feed.
func (p *Portal) sendFeed(c *fiber.Ctx) error {
	items, err := p.news(c.UserContext(), c)
	if err != nil {
		return err
	}
	base := c.BaseURL()
	feed := atomFeed{Lang: p.Kit.Lang(c), ID: base + "/news", Title: p.Kit.T(c, "portal.news.title"), Author: atomAuthor{p.Kit.T(c, "layout.name")},
		Links: []atomLink{{Rel: "self", Href: base + "/news.atom"}, {Rel: "alternate", Href: base + "/news"}}, Updated: time.Unix(0, 0).UTC().Format(time.RFC3339)}
	for _, n := range items {
		at := n.At.UTC().Format(time.RFC3339)
		feed.Updated = max(feed.Updated, at)
		feed.Entries = append(feed.Entries, atomEntry{ID: base + "/news#" + n.ID, Title: n.Title, Updated: at, Summary: n.Text,
			Link: atomLink{Href: base + "/news#" + n.ID}})
	}
	raw, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/atom+xml; charset=utf-8")
	return c.SendString(xml.Header + string(raw) + "\n")
}
