package main

import (
	"context"
	_ "embed" // the page of the department
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"priemnaya/cmd/priemnaya/demo"
)

// departmentPage is an ordinary page of a department with our widget: the host
// page of the demonstration. {{home}} and {{site}} stand for the installation.
//
//go:embed demo/department.html
var departmentPage string

// tellDepartment starts the page and says where it is.
func (a *App) tellDepartment(ctx context.Context, out io.Writer) error {
	address, err := a.startDemoSite(ctx)
	if address != "" {
		fmt.Fprintf(out, "  %-22s %s\n", "Department's page", address+"/  (our widget on somebody else's site)")
	}
	return err
}

// startDemoSite serves the department's page on an address of its own, as
// another origin. A port in use costs the page and nothing else.
func (a *App) startDemoSite(context.Context) (address string, err error) {
	ln, err := net.Listen("tcp", a.cfg.SiteListen)
	if err != nil {
		a.log.Warn("the page of the demonstration's department is left out: its port is taken", "address", a.cfg.SiteListen)
		return "", nil
	}
	server := &http.Server{Handler: departmentHandler(a.cfg.BaseURL, demo.SiteID), ReadHeaderTimeout: 5 * time.Second}
	a.onClose(func(ctx context.Context) error { return server.Shutdown(ctx) })
	a.serve("department's page", ln, func(l net.Listener) error {
		if err := server.Serve(l); err != http.ErrServerClosed {
			return err
		}
		return nil
	})
	return "http://" + ln.Addr().String(), nil
}

// departmentHandler serves the page under a policy as strict as a careful
// department has: what the widget needs and nothing more.
func departmentHandler(home, site string) http.Handler {
	page := strings.NewReplacer("{{home}}", home, "{{site}}", site).Replace(departmentPage)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+home+"; frame-src "+home+"; img-src data:; base-uri 'none'")
		_, _ = io.WriteString(w, page)
	})
}
