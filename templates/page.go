package templates

import (
	"strings"
	"time"
)

// Page is everything a layout and a page see; a page template reads its own
// data as .Data and the rest as $.User, $.Path and so on.
type Page struct {
	Lang   string         // "ru" or "en"; empty is Russian
	Layout string         // "portal", "desk" or "print"; empty is "portal"
	Title  string         // the <title> and nothing else; the page writes its own <h1>
	Nonce  string         // of the Content-Security-Policy of this answer
	CSRF   string         // token written by {{csrf}}
	Data   any            // what the handler gives to the page
	User   *User          // nil when nobody is signed in
	Prefs  Prefs          // how this reader wants to see pages
	Now    time.Time      // the moment of rendering, used by daysLeft
	Zone   *time.Location // where dates are shown; nil is the zone of the Set
	Path   string         // path and query of the request, for language links and the current item of the header
	Flash  *Flash         // one message left by the previous request
}

// User is the person in the header.
type User struct {
	Name  string   // as the person writes it
	Role  string   // text id of the role shown in the desk header, may be empty
	Roles []string // role codes that decide which links are shown
}

// Has reports whether the user holds one of the roles; nobody holds none.
func (u *User) Has(roles ...string) bool {
	if u == nil {
		return false
	}
	for _, held := range u.Roles {
		for _, wanted := range roles {
			if held == wanted {
				return true
			}
		}
	}
	return false
}

// Prefs are the switches of the version for people with poor sight
// (ГОСТ Р 52872-2019; article 14 of 181-FZ asks for access to information).
type Prefs struct {
	LargeType    bool
	HighContrast bool
}

// Flash is a message shown once, as a toast.
type Flash struct {
	Kind     string         // "good", "warn" or "bad"
	Key      string         // text id
	Data     map[string]any // values for the text
	Undo     string         // POST address of the undo button, empty when there is none
	UndoText string         // text id of the undo button; empty is "web.undo"
}

// NavItem is one link of a header.
type NavItem struct {
	Key   string   // text id
	Href  string   // address
	Roles []string // who sees it; empty is everybody
	// Also are addresses elsewhere whose pages belong to it.
	Also []string
}

// Links are addresses the layouts point to.
type Links struct {
	Home, File, Mine, Track, Help, SignIn, SignOut, Accessibility, Desk, DeskSearch, Privacy string
}

func (l Links) withDefaults() Links {
	set := func(field *string, address string) {
		if *field == "" {
			*field = address
		}
	}
	set(&l.Home, "/")
	set(&l.File, "/file")
	set(&l.Mine, "/appeals")
	set(&l.Track, "/track")
	set(&l.Help, "/help")
	set(&l.SignIn, "/sign-in")
	set(&l.SignOut, "/sign-out")
	set(&l.Accessibility, "/accessibility")
	set(&l.Desk, "/desk")
	set(&l.DeskSearch, "/desk/search")
	set(&l.Privacy, "/privacy")
	return l
}

func (l Links) portalNav() []NavItem {
	return []NavItem{
		{Key: "layout.nav.file", Href: l.File},
		{Key: "layout.nav.mine", Href: l.Mine},
		{Key: "layout.nav.track", Href: l.Track},
		{Key: "layout.nav.reception", Href: "/reception"},
		{Key: "layout.nav.help", Href: l.Help},
	}
}

func (l Links) deskNav() []NavItem {
	return []NavItem{
		{Key: "layout.nav.queue", Href: l.Desk},
		{Key: "layout.nav.search", Href: l.DeskSearch},
	}
}

// navLink is a NavItem ready for the layout.
type navLink struct {
	Key, Href string
	Current   bool
}

// links marks the item whose address is the longest prefix of the path.
func navLinks(items []NavItem, page *Page) []navLink {
	var links []navLink
	path, _, _ := strings.Cut(page.Path, "?")
	current, longest := -1, 0
	for _, item := range items {
		if len(item.Roles) > 0 && !page.User.Has(item.Roles...) {
			continue
		}
		for _, href := range append([]string{item.Href}, item.Also...) {
			under := path == href || strings.HasPrefix(path, strings.TrimSuffix(href, "/")+"/")
			if under && len(href) > longest {
				current, longest = len(links), len(href)
			}
		}
		links = append(links, navLink{Key: item.Key, Href: item.Href})
	}
	if current >= 0 {
		links[current].Current = true
	}
	return links
}
