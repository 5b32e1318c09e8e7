package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"priemnaya/cmd/visitor"
)

// concurrencies are how many visitors file at a time; each is done in rounds,
// so that the sizes take turns.
var concurrencies = []int{1, 16, 64}

const filingRounds = 3

// filings is how many appeals are filed at a degree of concurrency.
func (b *bench) filingsAt(concurrency int) int {
	if concurrency == 1 {
		return b.opt.filings / 3
	}
	return b.opt.filings
}

// prepareAll invents the applicants of every site, by concurrency.
func (b *bench) prepareAll(ctx context.Context) (map[*site][][]citizen, error) {
	out := map[*site][][]citizen{}
	for _, s := range b.sites {
		store, err := s.openStore(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range concurrencies {
			some, err := s.prepareCitizens(ctx, store, b.filingsAt(c))
			if err != nil {
				return nil, firstOf(err, store.Close())
			}
			out[s] = append(out[s], some)
		}
		if err := store.Close(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// fileAll files everywhere by turns; it returns the IDs of the appeals filed by
// the first, lonely visitors.
func (b *bench) fileAll(ctx context.Context, people map[*site][][]citizen) (map[*site][]string, error) {
	first := map[*site][]string{}
	for i, concurrency := range concurrencies {
		tell(b.opt, "%d visitors file at a time", concurrency)
		took, spent := map[*site][]time.Duration{}, map[*site]time.Duration{}
		for round := range filingRounds {
			for _, s := range b.sites {
				all := people[s][i]
				some := all[len(all)*round/filingRounds : len(all)*(round+1)/filingRounds]
				times, ids, all1, err := b.file(ctx, s, concurrency, some)
				if err != nil {
					return nil, fmt.Errorf("filing at %d cases, %d at a time: %w", s.size, concurrency, err)
				}
				took[s], spent[s] = append(took[s], times...), spent[s]+all1
				if i == 0 {
					first[s] = append(first[s], ids...)
				}
			}
		}
		for _, s := range b.sites {
			s.said.Filing = append(s.said.Filing, Filing{Concurrency: concurrency,
				PerSecond: float64(len(took[s])) / spent[s].Seconds(), Times: timesOf(took[s])})
		}
	}
	return first, nil
}

// file lets visitors submit their finished drafts. The page with the form is
// opened before and not counted; a filing is the POST of it up to the answer.
func (b *bench) file(ctx context.Context, s *site, concurrency int, people []citizen) (took []time.Duration, ids []string, all time.Duration, err error) {
	visitors := make([]*visitor.Visitor, len(people))
	for i, p := range people {
		v := b.newVisitor()
		if err := v.Carry(s.url("/"), p.cookie); err != nil {
			return nil, nil, 0, err
		}
		if err := v.Open(s.url("/file/" + p.draft + "/check")); err != nil {
			return nil, nil, 0, err
		}
		v.Stay()
		visitors[i] = v
	}
	took, ids = make([]time.Duration, len(people)), make([]string, len(people))
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, concurrency)
	began := time.Now()
	for range concurrency {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(people) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				var err error
				if took[i], ids[i], err = submit(visitors[i]); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	all = time.Since(began)
	select {
	case err := <-errs:
		return nil, nil, 0, err
	default:
	}
	return took, ids, all, ctx.Err()
}

func submit(v *visitor.Visitor) (time.Duration, string, error) {
	if err := v.Submit("/submit", nil); err != nil {
		return 0, "", err
	}
	id, ok := strings.CutPrefix(v.Page.Header.Get("Location"), "/file/done/")
	if !ok {
		return 0, "", fmt.Errorf("a filing answers %d: %s", v.Page.Status, v.Page.Text())
	}
	return v.Page.Took, id, nil
}
