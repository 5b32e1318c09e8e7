package portal

import (
	"github.com/gofiber/fiber/v2"

	"priemnaya/templates"
)

// Links are the addresses of the citizen pages, for templates.Options.
func Links() templates.Links {
	return templates.Links{Home: "/", File: "/file", Mine: "/my", Track: "/track", Help: "/help",
		SignIn: loginPath, Accessibility: "/accessibility", Privacy: "/privacy"}
}

const loginPath = "/login"

// route is one address and what answers it.
type route struct {
	method, path string
	handle       fiber.Handler
}

// Mount puts the pages on a router. More special addresses come first.
func (p *Portal) Mount(r fiber.Router) {
	track := p.Kit.Limit("track", 10, 10, nil)
	strangers := p.Kit.Limit("typed", 6, 6, p.strangerAddress)
	for _, x := range p.routes() {
		switch {
		case x.method == fiber.MethodPost && x.path == "/track":
			r.Add(x.method, x.path, track, x.handle)
		case x.method == fiber.MethodPost:
			r.Add(x.method, x.path, strangers, x.handle)
		default:
			r.Add(x.method, x.path, x.handle)
		}
	}
}

// strangerAddress is the address of whoever is not signed in. His posts are
// laid aside until he is, so they must not come in a flood.
func (p *Portal) strangerAddress(c *fiber.Ctx) string {
	if _, ok := p.Applicant(c); ok {
		return ""
	}
	return c.IP()
}

func (p *Portal) routes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	list := []route{
		{get, "/", p.showHome},
		{get, "/accessibility", p.showText("accessibility")},
		{get, "/privacy", p.showText("privacy")},
		{get, "/procedure", p.showProcedure},
		{get, "/protected", p.showDoor},
		{get, "/calculator", p.calculate},
		{get, "/calculator.json", p.calculateJSON},

		{get, "/file", p.person(p.showStart)},
		{post, "/file/new", p.person(p.startDraft)},
		{get, "/file/done/:case", p.person(p.showDone)},
		{get, "/file/:draft/drop", p.drafted(p.askDrop)},
		{post, "/file/:draft/drop", p.drafted(p.dropDraft)},
		{get, "/file/:draft/topic", p.drafted(p.showTopics)},
		{post, "/file/:draft/topic", p.drafted(p.chooseTopic)},
		{get, "/file/:draft/safe", p.drafted(p.showSafe)},
		{post, "/file/:draft/safe", p.drafted(p.goOpen)},
		{get, "/file/:draft/check", p.drafted(p.showCheck)},
		{post, "/file/:draft/submit", p.drafted(p.submit)},

		{get, "/my", p.person(p.listMine)},
		{get, "/case/:case", p.person(p.showCase)},
		{get, "/case/:case/text", p.person(p.downloadText)},
		{get, "/case/:case/term/:term.json", p.person(p.explainTermJSON)},
		{get, "/case/:case/term/:term", p.person(p.explainTerm)},
		{get, "/case/:case/withdraw", p.person(p.askWithdraw)},
		{post, "/case/:case/withdraw", p.person(p.withdraw)},
		{post, "/case/:case/open-name", p.person(p.liftName)},
		{get, "/case/:case/clarify", p.person(p.askClarify)},
		{post, "/case/:case/clarify", p.person(p.clarify)},
		{get, "/join/:case/:invitation", p.person(p.askJoin)},
		{post, "/join/:case/:invitation", p.person(p.join)},
		{get, "/case/:case/file/:file", p.person(p.downloadFile)},
		{get, "/case/:case/large/:answer.pdf", p.person(p.downloadLarge)},
		{get, "/receipt/:case", p.person(p.showReceipt)},

		{get, "/track", p.askNumber},
		{post, "/track", p.findCase},
		{get, "/track/case", p.tracked(p.showTracked)},
		{get, "/track/case/term/:term.json", p.tracked(p.explainTrackedJSON)},
		{get, "/track/case/term/:term", p.tracked(p.explainTracked)},
		{get, "/track/case/file/:file", p.tracked(p.downloadTracked)},
	}
	list = append(append(list, p.receptionRoutes()...), p.informationRoutes()...)
	list = append(list, p.verifyRoutes()...)
	list = append(append(list, p.messengerRoutes()...), p.qualityRoutes()...)
	for _, s := range p.steps() {
		list = append(list,
			route{get, "/file/:draft/" + s.name, p.drafted(p.showStep(s))},
			route{post, "/file/:draft/" + s.name, p.drafted(p.saveStep(s))},
			route{post, "/file/:draft/" + s.name + "/save", p.drafted(p.autosave(s))})
	}
	return append(list, route{get, "/file/:draft", p.drafted(p.resume)})
}
