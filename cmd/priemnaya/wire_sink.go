package main

import (
	"context"
	"fmt"

	"priemnaya/notifications/email/sink"
	"priemnaya/templates/web"
)

// startMail starts the mail server of development, where no other is set.
func (a *App) startMail(context.Context) error {
	if a.cfg.Mode != development || a.cfg.SMTP.Addr != "" {
		return nil
	}
	s, err := sink.Start(sink.Config{Address: a.cfg.SinkListen, Shelf: a.storage, Now: a.now, Log: a.log})
	if err != nil {
		return fmt.Errorf("letter sink: %w", err)
	}
	a.sink = s
	a.SinkAddr = fmt.Sprintf("%s:%d", s.Host(), s.Port())
	a.onClose(func(context.Context) error { return s.Close() })
	return nil
}

// mountDevelopment adds the pages that only development has.
func (a *App) mountDevelopment(kit *web.Kit) error {
	if a.sink != nil {
		(&sink.Pages{Kit: kit, Sink: a.sink}).Mount(a.web)
	}
	if a.clock != nil && a.cfg.Mode == development {
		a.mountClock(kit)
	}
	return nil
}
