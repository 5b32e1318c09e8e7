package desk

import (
	"context"
	"io"
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// Files keeps attachments of answers and gives attachments back.
type Files interface {
	// Put takes an attachment in. Errors: Invalid or TooLarge with a message
	// that says how to mend it, Unavailable.
	Put(ctx context.Context, name string, content io.Reader) (casework.File, error)
	// Open gives the working copy of a file. Errors: NotFound, Corrupted,
	// Unavailable.
	Open(ctx context.Context, f casework.File) (io.ReadCloser, error)
	// Headers are the response headers of a download: always an attachment,
	// never sniffed.
	Headers(f casework.File) map[string]string
}

// Topics is the thematic classifier.
type Topics interface {
	// Name is what a code means; false for an unknown code.
	Name(code string) (string, bool)
	// Find lists at most limit codes by their beginning or by words of their
	// names, the best first.
	Find(words string, limit int) []string
}

// Config is what a Desk needs. Topics may be nil, then codes stand alone.
type Config struct {
	Office *casework.Office
	Kit    *web.Kit
	Files  Files
	// Actor is who is signed in; false if nobody is.
	Actor func(*fiber.Ctx) (casework.Actor, bool)
	// Officers lists the staff of a body, for assignment and for names.
	Officers func(ctx context.Context, body string) ([]casework.Actor, error)
	Topics   Topics
	// Name is what a member of staff of any role is called; nil, or "" for an
	// unknown one, leaves the names that Officers knows.
	Name func(ctx context.Context, actorID string) string
	// BulkStarted wakes whoever does the acts on many cases (Office.RunBulk); nil
	// leaves them to the next sweep.
	BulkStarted func(bulkID string)
	// Law is the law book of administrators; nil leaves its pages out.
	Law Law
	// Aids are what a case page needs besides.
	Aids CaseAids
	// Figures make the sheets of supervisors; nil leaves them out. Quality lets
	// supervisors check answers drawn at random.
	Figures Figures
	Quality bool
	// Reports make reports in the background; nil leaves them out.
	Reports Reports
	// Letters prints letters; nil leaves prints out.
	Letters Letters
	// Admin is what administrators keep; nil leaves its pages out.
	Admin *Admin
}

// Desk serves the pages. It is safe for parallel use.
type Desk struct {
	Config
	names nameCache
}

// New makes a Desk. Errors: Invalid if something needed is missing.
func New(cfg Config) (*Desk, error) {
	if cfg.Office == nil || cfg.Kit == nil || cfg.Files == nil || cfg.Actor == nil || cfg.Officers == nil {
		return nil, casework.Fail(casework.Invalid, "desk.New", "desk.config")
	}
	return &Desk{Config: cfg}, nil
}

// route is one line of the table of addresses.
type route struct {
	method, path string
	handle       func(*visit) error
}

// Addresses below /desk/case/:id.
const casePath = "/desk/case/:id"

func (d *Desk) routes() []route {
	return []route{
		{fiber.MethodGet, "/desk", d.listQueue},
		{fiber.MethodGet, "/desk/search", d.searchCases},
		{fiber.MethodGet, "/desk/board", d.showBoard},
		{fiber.MethodGet, "/desk/board/cases", d.showBoardCases},
		{fiber.MethodGet, "/desk/warnings", d.showWarnings},
		{fiber.MethodGet, casePath, d.showCase},
		{fiber.MethodGet, casePath + "/file/:file", d.sendFile},
		{fiber.MethodGet, casePath + "/term/:file<regex(^t[0-9]+\\.json$)>", d.sendTerm},
		{fiber.MethodGet, casePath + "/term/:term", d.showTerm},
		{fiber.MethodGet, casePath + "/terms", d.showHistory},
		{fiber.MethodGet, casePath + "/terms.json", d.sendHistory},
		{fiber.MethodGet, casePath + "/act/:act", d.askAct},
		{fiber.MethodPost, casePath + "/act/:act", d.doAct},
		{fiber.MethodGet, casePath + "/route", d.askRoute},
		{fiber.MethodPost, casePath + "/route", d.routeCase},
		{fiber.MethodGet, casePath + "/register", d.backToCase},
		{fiber.MethodPost, casePath + "/register", d.registerCase},
		{fiber.MethodGet, casePath + "/forward", d.askForward},
		{fiber.MethodPost, casePath + "/forward", d.forwardCase},
		{fiber.MethodGet, casePath + "/assign", d.backToCase},
		{fiber.MethodPost, casePath + "/assign", d.assignCase},
		{fiber.MethodGet, casePath + "/draft", d.editDraft},
		{fiber.MethodPost, casePath + "/draft", d.saveDraft},
		{fiber.MethodGet, casePath + "/submit", d.backToCase},
		{fiber.MethodPost, casePath + "/submit", d.submitDraft},
		{fiber.MethodGet, casePath + "/send-back", d.backToCase},
		{fiber.MethodPost, casePath + "/send-back", d.sendBackDraft},
		{fiber.MethodGet, casePath + "/sign", d.askSign},
		{fiber.MethodPost, casePath + "/sign", d.signDraft},
		{fiber.MethodGet, casePath + "/name", d.showName},
		{fiber.MethodGet, casePath + "/name/ask", d.backToCase},
		{fiber.MethodPost, casePath + "/name/ask", d.askName},
		{fiber.MethodGet, casePath + "/name/decide", d.backToCase},
		{fiber.MethodPost, casePath + "/name/decide", d.decideName},
		{fiber.MethodGet, casePath + "/name/see", d.backToCase},
		{fiber.MethodPost, casePath + "/name/see", d.seeName},
		{fiber.MethodGet, casePath + "/answer", d.askAnswer},
		{fiber.MethodPost, casePath + "/answer", d.sendAnswer},
	}
}

// lawRoutes are the pages of administrators, who read no cases.
func (d *Desk) lawRoutes() []route {
	return []route{
		{fiber.MethodGet, "/desk/law", d.showLaw},
		{fiber.MethodGet, "/desk/law/edit", d.editLaw},
		{fiber.MethodPost, "/desk/law/edit", d.proposeLaw},
		{fiber.MethodGet, "/desk/law/change/:change", d.showLawChange},
		{fiber.MethodPost, "/desk/law/change/:change", d.decideLaw},
	}
}

// Mount puts the pages under /desk of the router.
func (d *Desk) Mount(r fiber.Router) {
	d.mountAbsences(r)
	d.mountAdmin(r)
	for _, line := range d.templateRoutes() {
		r.Add(line.method, line.path, d.admitWriter(line.handle))
	}
	if d.Law != nil {
		for _, line := range d.lawRoutes() {
			r.Add(line.method, line.path, d.admitAdministrator(line.handle))
		}
	}
	for _, line := range d.letterRoutes() {
		r.Add(line.method, line.path, d.admit(line.handle))
	}
	for _, line := range d.qualityRoutes() {
		r.Add(line.method, line.path, d.admit(line.handle))
	}
	for _, line := range d.boardRoutes() {
		r.Add(line.method, line.path, d.admit(line.handle))
	}
	for _, line := range slices.Concat(d.routes(), d.queueRoutes(), d.caseRoutes()) {
		r.Add(line.method, line.path, d.admit(line.handle))
	}
}

// admitAdministrator lets only administrators in.
func (d *Desk) admitAdministrator(handle func(*visit) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		by, ok := d.Actor(c)
		if !ok {
			return casework.Fail(casework.Unauthenticated, "desk.admitAdministrator", "")
		}
		if !by.Is(casework.RoleAdministrator) {
			return casework.Fail(casework.Forbidden, "desk.admitAdministrator", "desk.law.administrators_only")
		}
		return handle(d.visit(c, by))
	}
}

// admit lets only staff in. What somebody may do as a citizen does not count
// here: nobody works on his own appeal because he is a party to it.
func (d *Desk) admit(handle func(*visit) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		by, ok := d.Actor(c)
		if !ok {
			return casework.Fail(casework.Unauthenticated, "desk.admit", "")
		}
		grants := make([]casework.Grant, 0, len(by.Grants))
		for _, g := range by.Grants {
			if g.Role != casework.RoleCitizen {
				grants = append(grants, g)
			}
		}
		by.Grants = grants
		if !by.Staff() && by.Is(casework.RoleAdministrator) && d.Law != nil && c.Path() == "/desk" {
			// An administrator's desk is the law; cases are not his.
			home := "/desk/law"
			if d.Admin != nil {
				home = "/desk/admin"
			}
			return d.Kit.Redirect(c, home)
		}
		if !by.Staff() && by.Is(casework.RoleOperator) && c.Path() == "/desk" {
			// An operator's desk is the counter; cases are not his either.
			return d.Kit.Redirect(c, "/counter")
		}
		if !by.Staff() {
			return casework.Fail(casework.Forbidden, "desk.admit", "desk.not_staff")
		}
		return handle(d.visit(c, by))
	}
}
