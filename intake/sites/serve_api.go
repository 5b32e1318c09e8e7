package sites

import (
	_ "embed"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Base is the path of the API.
const Base = "/api/v1"

// MaxRequest is the largest body of a request to the API in bytes: one piece of
// an upload. The server must refuse a larger one before reading it.
const MaxRequest = 5 << 20

//go:embed openapi.json
var openAPI []byte

// OpenAPI is the description of the API (OpenAPI 3.1, JSON).
func OpenAPI() []byte { return openAPI }

// route is one operation: who may do it and what answers.
type route struct {
	method, path string
	// right is what the site needs; empty is any open site.
	right  Right
	handle func(*call) error
}

func (s *Sites) routes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/bodies", "", s.listBodies},
		{get, "/topics", "", s.listTopics},
		{get, "/procedures", "", s.listProcedures},
		{post, "/appeals/preview", RightFile, s.previewAppeal},
		{post, "/appeals", RightFile, s.fileAppeal},
		{get, "/appeals/:id", RightFile, s.showAppeal},
		{get, "/appeals/:id/terms/:term", RightFile, s.explainTerm},
		{get, "/appeals/:id/files/:file", RightFile, s.downloadFile},
		{post, "/appeals/:id/clarification", RightFile, s.clarifyAppeal},
		{get, "/changes", RightFile, s.listChanges},
		{post, "/uploads", RightFile, s.beginUpload},
		{get, "/uploads/:id", RightFile, s.showUpload},
		{fiber.MethodPatch, "/uploads/:id", RightFile, s.takePart},
		{fiber.MethodDelete, "/uploads/:id", RightFile, s.dropUpload},
	}
}

// Handles reports whether a path is one of the API: its errors are answered by
// Report.
func Handles(path string) bool {
	path = strings.ToLower(path)
	return path == Base || strings.HasPrefix(path, Base+"/")
}

// MountAPI puts the API on a router before the kit's middleware: its requests
// carry their own proof and know neither cookies nor forms.
func (s *Sites) MountAPI(r fiber.Router) {
	api := r.Group(Base, s.guard)
	api.Get("/openapi.json", func(c *fiber.Ctx) error {
		setHeaders(c)
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		c.Set(fiber.HeaderCacheControl, "public, max-age=300")
		return c.Send(openAPI)
	})
	allowed := map[string][]string{}
	for _, x := range s.routes() {
		api.Add(x.method, x.path, s.serve(x))
		allowed[x.path] = append(allowed[x.path], x.method)
	}
	for path, methods := range allowed {
		allow := strings.Join(methods, ", ")
		api.All(path, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderAllow, allow)
			return s.Report(c, refuse("method"))
		})
	}
	api.All("/*", func(c *fiber.Ctx) error { return s.Report(c, refuse("not_found")) })
}

// guard turns a panic into an answer; the log gets its type and place.
func (s *Sites) guard(c *fiber.Ctx) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s.Log.Error("site API: panic", "type", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
			err = s.Report(c, refuse("internal"))
		}
	}()
	return c.Next()
}

func (s *Sites) serve(x route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		k, err := s.admit(c)
		if err == nil && x.right != "" && !k.site.May(x.right) {
			err = refuse("right")
		}
		if err == nil {
			err = x.handle(k)
		}
		if err != nil {
			return s.Report(c, err)
		}
		return nil
	}
}

// setHeaders are the headers of every answer of the API: nothing of it is a
// page, and nothing is kept by anybody on the way.
func setHeaders(c *fiber.Ctx) {
	c.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Referrer-Policy", "no-referrer")
	c.Set(fiber.HeaderCacheControl, "no-store")
}

// reply answers with JSON.
func reply(k *call, status int, value any) error {
	setHeaders(k.Ctx)
	return k.Status(status).JSON(value)
}

// readBody reads the JSON of a request.
func readBody(k *call, into any) error {
	kind := strings.ToLower(strings.TrimSpace(strings.Split(k.Get(fiber.HeaderContentType), ";")[0]))
	if kind != fiber.MIMEApplicationJSON || k.Get(fiber.HeaderContentEncoding) != "" {
		return refuse("media_type")
	}
	return readJSON(k.Request().Body(), into)
}
