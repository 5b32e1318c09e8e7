package main

import (
	"context"
	"fmt"
	"net"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/casework/desk"
	"priemnaya/intake/identity"
	"priemnaya/intake/identity/session"
	"priemnaya/intake/portal"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// startTemplates parses every page and letter; a broken one stops the start.
func (a *App) startTemplates(context.Context) error {
	links := portal.Links()
	links.SignIn, links.SignOut = identity.SignInPath, identity.SignOutPath
	set, err := templates.Load(templates.Options{Links: links, DeskNav: append(deskNav(), counterNav()...)})
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	a.set = set
	return nil
}

// deskNav are the links of the desk's header; each sees those of his roles.
func deskNav() []templates.NavItem {
	reads := []string{string(casework.RoleRegistrar), string(casework.RoleOfficer), string(casework.RoleHead), string(casework.RoleSupervisor)}
	oversees := []string{string(casework.RoleHead), string(casework.RoleSupervisor)}
	watches := []string{string(casework.RoleRegistrar), string(casework.RoleHead), string(casework.RoleSupervisor)}
	return []templates.NavItem{
		{Key: "layout.nav.queue", Href: "/desk", Roles: reads},
		{Key: "layout.nav.board", Href: "/desk/board", Also: []string{"/desk/quality"}, Roles: watches},
		{Key: "desk_reports.sheet.reports", Href: "/desk/reports", Roles: watches},
		{Key: "layout.nav.search", Href: "/desk/search", Roles: reads},
		{Key: "desk.reviews.nav", Href: "/desk/reviews", Roles: oversees},
		{Key: "desk.readers.nav", Href: "/desk/readers", Roles: oversees},
		{Key: "desk_setup.template.nav", Href: "/desk/templates", Roles: []string{string(casework.RoleHead)}},
		{Key: "desk.absence.nav", Href: "/desk/absence", Also: []string{"/desk/absences"}, Roles: []string{string(casework.RoleOfficer), string(casework.RoleHead)}},
		{Key: "layout.nav.admin", Href: "/desk/admin", Also: []string{"/desk/absences", "/desk/templates"}, Roles: []string{string(casework.RoleAdministrator)}},
		{Key: "layout.nav.law", Href: "/desk/law", Roles: []string{string(casework.RoleAdministrator)}},
	}
}

// bodyLimit is the largest request: ten files of 25 MB and a form.
const bodyLimit = 260 << 20

// startWeb listens, makes the pages over the office and serves them.
func (a *App) startWeb(ctx context.Context) error {
	ln, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return err
	}
	a.Addr = ln.Addr().String()
	if err := a.mountPages(ctx); err != nil {
		ln.Close()
		return err
	}
	a.onClose(func(ctx context.Context) error { return a.web.ShutdownWithContext(ctx) })
	a.serve("web", ln, a.web.Listener)
	return nil
}

func (a *App) mountPages(ctx context.Context) error {
	sessions, err := session.New(session.Config{Shelf: a.storage, Now: a.now, Secure: a.cfg.secure(), Staff: a.sessionActor})
	if err != nil {
		return err
	}
	ways, err := a.openProviders(ctx)
	if err != nil {
		return err
	}
	kit, err := web.New(web.Config{Set: a.set, Now: a.now, Secret: a.keys.derive("web"), Secure: a.cfg.secure(),
		User: sessions.User, Session: sessions.ID, StatusOf: statusOf, Log: a.log, FormAction: a.formTargets()})
	if err != nil {
		return err
	}
	conf := kit.FiberConfig(bodyLimit)
	conf.DisableStartupMessage = true
	if a.cfg.TrustProxy != "" {
		conf.ProxyHeader, conf.EnableTrustedProxyCheck, conf.TrustedProxies = fiber.HeaderXForwardedFor, true, []string{a.cfg.TrustProxy}
	}
	door, err := a.openSites(kit, sessions, ways)
	if err != nil {
		return err
	}
	a.web = a.newWeb(conf, door)
	a.web.Get("/healthz", a.tellHealth)
	door.MountAPI(a.web)
	widget, err := a.openWidget(kit, sessions)
	if err != nil {
		return err
	}
	if err := a.mountOpen(a.web, kit, widget); err != nil {
		return err
	}
	a.sweepUploads(ctx, door)
	a.mountBots(a.web)
	kit.Mount(a.web)
	a.web.Use(sessions.Middleware())

	pages, err := identity.New(identity.Config{Kit: kit, Sessions: sessions, Shelf: a.storage, ESIA: ways.esia,
		OpenID: ways.openID, Staff: a.staff, BaseURL: a.cfg.BaseURL, CitizenHome: portal.Links().Mine,
		Development: a.cfg.Mode == development, Listen: a.cfg.Listen, Log: a.log})
	if err != nil {
		return err
	}
	citizens, err := portal.New(portal.Config{Office: a.office, Kit: kit, Files: a.files, Shelf: a.storage,
		Topics: portalTopics{classifier.Official()}, Applicant: sessions.Applicant,
		Seal: a.sealText, LargePrint: a.largeLetter, CheckSignature: a.checkSignature, Protected: a.ProtectedURL, Messengers: a.messengers(), Terms: helpTerms, LawNews: a.lawNews, FileBytes: a.files.Limits().FileBytes})
	if err != nil {
		return err
	}
	officers, err := desk.New(desk.Config{Office: a.office, Kit: kit, Files: a.files, Actor: deskActor(sessions),
		Admin:    a.openAdmin(ctx).pages(),
		Officers: a.officers, Name: a.staffName, Topics: deskTopics{classifier.Official()}, Letters: letterPrints{a}, Law: lawDesk{a}, Figures: figures{a}, Quality: true, Reports: reports{a}, BulkStarted: a.startBulks(ctx)})
	if err != nil {
		return err
	}
	if officers.Aids, err = a.caseAids(); err != nil {
		return err
	}
	window, err := a.openCounter(kit, sessions)
	if err != nil {
		return err
	}
	a.mountStatistics(a.web, kit)
	for _, part := range []interface{ Mount(fiber.Router) }{pages, citizens, officers, door, widget, window} {
		part.Mount(a.web)
	}
	return a.mountDevelopment(kit)
}

// deskActor lets only staff reach the desk.
func deskActor(s *session.Sessions) func(*fiber.Ctx) (casework.Actor, bool) {
	return func(c *fiber.Ctx) (casework.Actor, bool) {
		by, ok := s.Actor(c)
		return by, ok && !by.Is(casework.RoleCitizen)
	}
}

// formTargets are the hosts that a form of ours may lead to.
func (a *App) formTargets() []string {
	var out []string
	if a.SimAddr != "" {
		out = append(out, "http://"+a.SimAddr)
	}
	if a.cfg.ESIA.URL != "" {
		out = append(out, a.cfg.ESIA.URL)
	}
	return out
}

// tellHealth answers a load balancer: the store is what intake needs.
func (a *App) tellHealth(c *fiber.Ctx) error {
	if _, err := a.storage.Counts(c.UserContext(), []string{"none"}); err != nil {
		return c.Status(fiber.StatusServiceUnavailable).SendString("store")
	}
	return c.SendString("ok")
}
