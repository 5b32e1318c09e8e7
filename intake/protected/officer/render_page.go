package officer

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"priemnaya/intake/protected/store"
	"priemnaya/templates"
)

// headers are the same on every answer.
var headers = http.Header{
	"Content-Security-Policy": {"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
	"Cache-Control":                {"no-store"},
	"Referrer-Policy":              {"no-referrer"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"camera=(), microphone=(), geolocation=(), interest-cohort=(), browsing-topics=()"},
	"X-Content-Type-Options":       {"nosniff"},
	"X-Frame-Options":              {"DENY"},
	"X-Robots-Tag":                 {"noindex, nofollow, noarchive"},
	"Date":                         nil,
}

var faults = []struct {
	err    error
	status int
	name   string
}{
	{errGone, http.StatusNotFound, "gone"},
	{store.ErrNone, http.StatusNotFound, "gone"},
	{errForeign, http.StatusForbidden, "foreign"},
	{errOut, http.StatusUnauthorized, "out"},
	{errRight, http.StatusForbidden, "right"},
	{ErrFormat, http.StatusUnprocessableEntity, "format"},
	{store.ErrStale, http.StatusConflict, "stale"},
	{store.ErrFull, http.StatusInsufficientStorage, "full"},
	{ErrLocked, http.StatusTooManyRequests, "locked"},
}

// formToken is the guard of a plain form; a sealed answer carries it in a header.
func (v *visit) formToken() string {
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "application/json") {
		return ""
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxUpload)
	return v.r.FormValue("token")
}

func (s *Server) fail(v *visit, err error) {
	status, name := http.StatusInternalServerError, "failed"
	for _, f := range faults {
		if errors.Is(err, f.err) {
			status, name = f.status, f.name
			break
		}
	}
	if status == http.StatusInternalServerError && v.r.Context().Err() == nil {
		s.conf.Log.Error("the desk of the protected channel failed", "err", err)
	}
	switch {
	case strings.HasPrefix(v.r.URL.Path, "/api/"):
		v.w.Header().Set("Content-Type", "application/json")
		v.w.WriteHeader(status)
		fmt.Fprintf(v.w, "{\"error\":%q}\n", name)
	case errors.Is(err, errOut):
		http.Redirect(v.w, v.r, "/", http.StatusSeeOther)
	default:
		page := s.view(v)
		page.Fault = name
		if err := s.render(v, status, "fault", page); err != nil {
			s.conf.Log.Error("the page of an error cannot be made", "err", err)
		}
	}
}

// pageStep is what the length of every page and list is a multiple of.
const pageStep = 16 << 10

func pad(b []byte) []byte {
	return append(b, bytes.Repeat([]byte{' '}, (pageStep-len(b)%pageStep)%pageStep)...)
}

func (s *Server) render(v *visit, status int, name string, page *view) error {
	var out bytes.Buffer
	day := s.conf.Now().UTC().Truncate(24 * time.Hour)
	err := s.conf.Set.Page(&out, "protectedofficer/"+name, templates.Page{Lang: v.lang, Layout: "protectedofficer",
		Title: s.conf.Set.T(v.lang, "officer."+name+".title", nil), Data: page, Now: day, Zone: time.UTC, Path: v.r.URL.Path})
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(pad(out.Bytes())) // the reader may have gone
	return nil
}
