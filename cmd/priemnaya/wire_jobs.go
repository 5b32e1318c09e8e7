package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"

	"priemnaya/casework"
	"priemnaya/jobs"
	"priemnaya/notifications"
	"priemnaya/notifications/email"
)

// startJobs begins to route and to deliver.
func (a *App) startJobs(ctx context.Context) error {
	box := &notifications.Outbox{Store: a.storage, Shelf: a.storage, Now: a.now, Log: a.log, Reach: a.office.Reach}
	sender, err := a.openMail()
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	a.onClose(func(context.Context) error { sender.Close(); return nil })
	base, err := url.Parse(a.cfg.BaseURL)
	if err != nil {
		return err
	}
	warnings, err := a.openWarnings(sender, base.Hostname())
	if err != nil {
		return err
	}
	carriers, err := a.openPush(base.Hostname())
	if err != nil {
		return fmt.Errorf("webhooks: %w", err)
	}
	carriers[casework.MediumStaff] = warnings
	if err := a.openBots(); err != nil {
		return fmt.Errorf("bots: %w", err)
	}
	carriers[casework.MediumMessenger] = messengerCarrier{&a.botFront}
	if carriers[casework.MediumPaper], err = a.openPaper(); err != nil {
		return err
	}
	dispatcher, err := notifications.NewDispatcher(notifications.Config{Outbox: box, Set: a.set,
		Media:    map[casework.Medium]notifications.Deliverer{casework.MediumEmail: sender},
		Carriers: carriers, Quiet: []casework.Medium{casework.MediumMessenger},
		Domain: base.Hostname(), BaseURL: a.cfg.BaseURL, Open: a.files.Open, Addressed: a.office.Addressed,
		CaseURL: func(c *casework.Case) string { return a.cfg.BaseURL + "/case/" + c.ID },
		FileURL: func(c *casework.Case, f casework.File) string {
			return a.cfg.BaseURL + "/case/" + c.ID + "/file/" + f.ID
		}})
	if err != nil {
		return err
	}
	a.dispatcher = dispatcher
	a.tellReceptions(ctx, sender, base.Hostname())
	a.botFront.words = dispatcher
	service, err := jobs.New(jobs.Config{RedisURL: a.cfg.RedisURL, Office: a.office, Dispatcher: dispatcher, Outbox: box,
		Watcher: a.office, Log: a.log})
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	if err := service.Start(); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	a.jobs.Store(service)
	a.onClose(service.Stop)
	return a.startRetain()
}

// openMail makes the sender of letters; development sends to its own sink.
func (a *App) openMail() (*email.Sender, error) {
	c := a.cfg.SMTP
	if c.Addr == "" {
		c = SMTPConfig{Addr: a.SinkAddr, From: "priemnaya@localhost.example", TLS: "none"}
	}
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	return email.New(email.Config{Host: host, Port: number, Security: email.Security(c.TLS), Username: c.User,
		Password: c.Password, From: c.From, FromName: "Приёмная", Now: a.now})
}
