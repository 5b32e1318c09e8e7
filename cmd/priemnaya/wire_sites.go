package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/intake/identity/session"
	"priemnaya/intake/sites"
	"priemnaya/templates/web"
)

// box seals small secrets at rest: AES-256-GCM, the nonce in front.
type box struct{ aead cipher.AEAD }

// newBox makes the box of one purpose.
func (k keys) newBox(purpose string) (box, error) {
	block, err := aes.NewCipher(k.derive(purpose))
	if err != nil {
		return box{}, err
	}
	aead, err := cipher.NewGCM(block)
	return box{aead}, err
}

// Seal encrypts.
func (b box) Seal(plain []byte) ([]byte, error) {
	nonce := make([]byte, b.aead.NonceSize())
	rand.Read(nonce)
	return b.aead.Seal(nonce, nonce, plain, nil), nil
}

// Open gives back what Seal was given.
func (b box) Open(sealed []byte) ([]byte, error) {
	if len(sealed) < b.aead.NonceSize() {
		return nil, errors.New("box: too short")
	}
	return b.aead.Open(nil, sealed[:b.aead.NonceSize()], sealed[b.aead.NonceSize():], nil)
}

// siteDirectory is the registry of websites of departments.
func (a *App) siteDirectory() (*sites.Directory, error) {
	b, err := a.keys.newBox("sites")
	if err != nil {
		return nil, err
	}
	return sites.OpenDirectory(sites.DirectoryConfig{Shelf: a.storage, Box: b, Now: a.now})
}

// openSites makes the door for the websites of departments.
func (a *App) openSites(kit *web.Kit, s *session.Sessions, ways providers) (*sites.Sites, error) {
	directory, err := a.siteDirectory()
	if err != nil {
		return nil, err
	}
	drafts, err := a.keys.newBox("site drafts")
	if err != nil {
		return nil, err
	}
	return sites.New(sites.Config{Office: a.office, Kit: kit, Shelf: a.storage, Files: a.files, Directory: directory,
		Topics: siteTopics{classifier.Official()}, Identify: ways.vouched, Applicant: s.Applicant, Box: drafts, Seal: a.sealText,
		Secret: a.keys.derive("site addresses"), BaseURL: a.cfg.BaseURL, FileBytes: a.files.Limits().FileBytes, StatusOf: statusOf, Log: a.log})
}

// vouched verifies tokens that a website was given for a person.
func (p providers) vouched(ctx context.Context, t sites.Tokens, client string) (casework.Applicant, error) {
	if t.Provider == "esia" && p.esia != nil {
		return p.esia.Vouched(ctx, t.ID, t.Access, client)
	}
	for _, o := range p.openID {
		if o.ID() == t.Provider {
			return o.Vouched(ctx, t.ID, t.Access, client)
		}
	}
	return casework.Applicant{}, casework.Fail(casework.NotFound, "vouched", "")
}

// newWeb makes the server of pages and API: errors of the API are answered by
// the API, and its requests, like those of messengers, are bounded before they
// are read.
func (a *App) newWeb(conf fiber.Config, door *sites.Sites) *fiber.App {
	pages := conf.ErrorHandler
	conf.ErrorHandler = func(c *fiber.Ctx, err error) error {
		if sites.Handles(c.Path()) {
			return door.Report(c, err)
		}
		if done, err := a.refuseBot(c, err); done {
			return err
		}
		return pages(c, err)
	}
	app := fiber.New(conf)
	app.Server().HeaderReceived = func(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
		if sites.Handles(pathOf(h)) {
			return fasthttp.RequestConfig{MaxRequestBodySize: sites.MaxRequest}
		}
		if limit, ok := a.bodyOfBot(h); ok {
			return fasthttp.RequestConfig{MaxRequestBodySize: limit}
		}
		return fasthttp.RequestConfig{}
	}
	return app
}

// sweepEvery is how often unfinished uploads of websites are looked through.
const sweepEvery = time.Hour

// sweepUploads discards them until Close.
func (a *App) sweepUploads(ctx context.Context, door *sites.Sites) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if n, err := door.SweepUploads(ctx); err != nil && ctx.Err() == nil {
					a.log.Error("uploads of websites were not swept", "swept", n, "error", err)
				}
			}
		}
	}()
	a.onClose(func(context.Context) error { stop(); <-done; return nil })
}

// siteTopics is the classifier as websites ask for it.
type siteTopics struct{ *classifier.Tree }

// Topic finds an entry by its code.
func (t siteTopics) Topic(code string) (sites.Topic, bool) {
	x, ok := t.Tree.Topic(code)
	return sites.Topic{Code: x.Code, Name: x.Name, Leaf: x.Leaf}, ok
}

// Under lists the entries directly below a code.
func (t siteTopics) Under(code string) []sites.Topic {
	var out []sites.Topic
	for _, x := range t.Tree.Children(code) {
		out = append(out, sites.Topic{Code: x.Code, Name: x.Name, Leaf: len(t.Tree.Children(x.Code)) == 0})
	}
	return out
}

// installDemoSite registers the demonstration's website, with one key.
func (a *App) installDemoSite(ctx context.Context) error {
	directory, err := a.siteDirectory()
	if err != nil {
		return err
	}
	_, err = directory.Add(ctx, demo.Site())
	if casework.CodeOf(err) == casework.Exists {
		return nil
	}
	if err == nil {
		_, err = directory.NewKey(ctx, demo.SiteID)
	}
	if err != nil {
		return fmt.Errorf("website: %w", err)
	}
	return nil
}

// tellSite prints how to try the API with the demonstration's website.
func (a *App) tellSite(ctx context.Context, out io.Writer) error {
	directory, err := a.siteDirectory()
	if err != nil {
		return err
	}
	site, err := directory.Get(ctx, demo.SiteID)
	if err != nil {
		return err
	}
	for _, k := range site.Keys {
		if !k.Live() {
			continue
		}
		key, err := directory.KeySecret(ctx, k.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "\n  Website %s (%s), API %s:\n    key    %s\n    secret %s\n", site.ID, site.Name, a.cfg.BaseURL+sites.Base, key.ID, key.Secret)
	}
	return nil
}
