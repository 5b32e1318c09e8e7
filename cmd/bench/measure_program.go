package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
)

// settlePatience is how long a program may take to come to rest after its start.
const settlePatience = 5 * time.Minute

// measure starts the programs and visits them by turns.
func (b *bench) measure(ctx context.Context, r *Report) (err error) {
	for _, s := range b.sites {
		r.Runs = append(r.Runs, s.said)
	}
	people, err := b.prepareAll(ctx)
	if err != nil {
		return err
	}
	for _, s := range b.sites {
		if s.prog, err = b.start(ctx, s); err != nil {
			return err
		}
		defer func() {
			if s.prog != nil {
				_ = s.prog.stop()
			}
		}()
		s.said.Ready = s.prog.ready
	}
	for _, s := range b.sites {
		tell(b.opt, "%d cases: waiting until the program has come to rest", s.size)
		if err := s.prog.settle(ctx, settlePatience); err != nil {
			return err
		}
		s.said.MemoryIdle, _ = s.prog.memory()
	}
	if err := b.visitDesks(ctx, r); err != nil {
		return err
	}
	filed, err := b.fileAll(ctx, people)
	if err != nil {
		return err
	}
	if b.opt.replay {
		if err := b.replayAll(ctx); err != nil {
			return err
		}
	}
	for _, s := range b.sites {
		s.said.MemoryAfter, s.said.MemoryMost = s.prog.memory()
		err := s.prog.stop()
		if s.prog = nil; err != nil {
			return err
		}
	}
	return b.readStores(ctx, filed)
}

// visitDesks opens every kind of page by turns at every size.
func (b *bench) visitDesks(ctx context.Context, r *Report) error {
	desks := map[string][]*visitor.Visitor{}
	second := page{"queue: second page", "kontrol", nil, false}
	tenth := page{"queue: tenth page", "kontrol", nil, false}
	for _, p := range append(pages(), second, tenth) {
		if !strings.Contains(p.name, b.opt.only) {
			continue
		}
		if desks[p.login] == nil {
			for _, s := range b.sites {
				v, err := b.signIn(s, p.login)
				if err != nil {
					return err
				}
				desks[p.login] = append(desks[p.login], v)
			}
		}
		tell(b.opt, "opening pages: %s", p.name)
		times, err := b.visitPage(ctx, p, desks[p.login])
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		r.Pages = append(r.Pages, times)
	}
	return nil
}

// visitPage opens one kind of page; the first few times warm the programs up.
func (b *bench) visitPage(ctx context.Context, p page, by []*visitor.Visitor) (PageTimes, error) {
	const warm = 3
	out := PageTimes{Name: p.name}
	took, deep := make([][]time.Duration, len(b.sites)), make([]string, len(b.sites))
	if p.path == nil {
		for i, s := range b.sites {
			deep[i] = s.turnPages(by[i], map[bool]int{true: 1, false: 9}[p.name == "queue: second page"])
		}
	}
	for i := range b.opt.pages + warm {
		for k := range b.sites {
			// Who comes first changes from round to round.
			k = (k + i) % len(b.sites)
			s, v := b.sites[k], by[k]
			address := deep[k]
			if p.path != nil {
				address = p.path(s, i)
			}
			if err := errors.Join(ctx.Err(), v.Open(s.url(address))); err != nil {
				return out, err
			}
			if v.Page.Status != http.StatusOK || !p.empty && len(v.Page.Links("/desk/case/")) == 0 {
				return out, fmt.Errorf("at %d cases %s answers %d with no cases", s.size, address, v.Page.Status)
			}
			if i >= warm {
				took[k] = append(took[k], v.Page.Took)
			}
		}
	}
	for k, s := range b.sites {
		out.Times = append(out.Times, timesOf(took[k]))
		out.HTML = append(out.HTML, len(by[k].Page.Body))
		sent, err := s.sentBytes(ctx, by[k])
		if err != nil {
			return out, err
		}
		out.Sent = append(out.Sent, sent)
	}
	return out, nil
}

// turnPages goes some pages on in the queue of all open cases and gives the
// address there.
func (s *site) turnPages(v *visitor.Visitor, pages int) string {
	address := "/desk?tab=open"
	for range pages {
		if v.Open(s.url(address)) != nil || len(v.Page.Links("after=")) == 0 {
			break
		}
		// The way back is before the way on.
		address = slices.Clone(v.Page.Links("after="))[len(v.Page.Links("after="))-1]
	}
	return address
}

// sentBytes is how large the open page is as it travels, packed.
func (s *site) sentBytes(ctx context.Context, v *visitor.Visitor) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.Page.URL.String(), nil)
	if err != nil {
		return 0, err
	}
	// Asked for by name, the packed form is not unpacked on the way.
	req.Header.Set("Accept-Encoding", "gzip")
	for _, c := range v.Cookies(v.Page.URL) {
		req.AddCookie(c)
	}
	res, err := wire.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	return int(n), err
}

// newVisitor is somebody at an address of his own, with the program's usual
// number of connections to it.
func (b *bench) newVisitor() *visitor.Visitor {
	b.visitors++
	return visitor.New(from{ip: b.visitors})
}

// from sends requests on behalf of one address behind the proxy.
type from struct{ ip int }

// wire is shared: a load of 64 keeps 64 connections open.
var wire = &http.Transport{MaxIdleConnsPerHost: 128, MaxIdleConns: 256}

// RoundTrip sends the request with the address of its visitor.
func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", f.ip>>16&255, f.ip>>8&255, f.ip&255))
	return wire.RoundTrip(r)
}

func (b *bench) signIn(s *site, login string) (*visitor.Visitor, error) {
	v := b.newVisitor()
	if err := v.Open(s.url("/staff/login")); err != nil {
		return nil, err
	}
	if err := v.Submit("/staff/login", visitor.Fields{"login": login, "password": demo.Password}); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(v.Path(), "/desk") {
		return nil, fmt.Errorf("%s is at %s, status %d", login, v.Path(), v.Page.Status)
	}
	return v, nil
}
