package flow

import (
	"context"
	"encoding/json"
	"math"

	"priemnaya/casework"
)

// Expected is what was expected of a body on a day.
type Expected struct {
	// Overdue is how many answers were overdue at the beginning of the day.
	Overdue int `json:"n"`
	// Ahead are the numbers expected at the Horizons.
	Ahead [3]float64 `json:"f"`
}

func (e *Expected) add(o Expected) {
	e.Overdue += o.Overdue
	for i := range e.Ahead {
		e.Ahead[i] += o.Ahead[i]
	}
}

// Forecasted are the forecasts of one day, by body.
type Forecasted struct {
	Bodies map[string]Expected `json:"b"`
	// Replayed is true if they were not made on that day but later, from what
	// had been known then.
	Replayed bool `json:"replayed,omitempty"`
}

// believed is how many ended stays a body must have to be its own teacher;
// others learn from all bodies together.
const believed = 50

// forecast reckons the forecasts of a day from lives.
func forecast(lives map[string]*Life, today casework.Date) map[string]Expected {
	var all Life
	for _, l := range lives {
		all.Add(l)
	}
	out := map[string]Expected{}
	for body, l := range lives {
		if len(l.Open) == 0 {
			continue
		}
		teacher := &all
		if l.Stays() >= believed {
			teacher = l
		}
		e := Expected{Overdue: l.Overdue(today)}
		for i, days := range Horizons {
			e.Ahead[i] = math.Round(l.Forecast(teacher, today, days)*100) / 100
		}
		out[body] = e
	}
	return out
}

func everywhere(casework.Placement) bool { return true }

// Forecast is what is expected of a scope today.
func (f *Figures) Forecast(scope Scope) (Expected, error) {
	var sum Expected
	lives, err := f.lives(everywhere)
	if err != nil {
		return sum, err
	}
	for body, e := range forecast(lives, f.Today()) {
		if scope(casework.Placement{Body: body}) {
			sum.add(e)
		}
	}
	return sum, nil
}

// forecastToday keeps the day's forecast, once; before the first it replays the
// days that the program has not seen.
func (b *Book) forecastToday(ctx context.Context) error {
	now := today(b.cfg.Now())
	r, found, err := fetch(ctx, b.cfg.Shelf, kindForecast, now.String(), &Forecasted{})
	if err != nil || found {
		return err
	}
	some, _, err := b.cfg.Shelf.List(ctx, kindForecast, "", casework.Window{Limit: 1})
	if err != nil {
		return err
	}
	if len(some) == 0 {
		if err := b.replay(ctx, now); err != nil {
			return err
		}
	}
	f, err := b.Figures(ctx)
	if err != nil {
		return err
	}
	lives, err := f.lives(everywhere)
	if err != nil {
		return err
	}
	return b.keep(ctx, r, Forecasted{Bodies: forecast(lives, now)})
}

// keep saves a forecast; another process may have been quicker.
func (b *Book) keep(ctx context.Context, r casework.Record, f Forecasted) error {
	_, err := put(ctx, b.cfg.Shelf, r, f)
	if casework.CodeOf(err) == casework.Exists {
		return nil
	}
	return err
}

// replayDays is how many past days are replayed.
const replayDays = 60

// replay makes the forecasts of the days before today from the facts, each from
// what was known on its day.
func (b *Book) replay(ctx context.Context, today casework.Date) error {
	days := make([]*past, replayDays)
	for i := range days {
		on := today.AddDays(-1 - i)
		days[i] = &past{today: on, since: month(on.AddDays(-memoryMonths * 30)), lives: map[string]*Life{}}
	}
	h, err := b.Head(ctx)
	if err != nil {
		return err
	}
	prefix := (&writer{head: h}).id("")
	err = b.list(ctx, kindFacts, func(r casework.Record) error {
		var d dated[Facts]
		if len(r.ID) < len(prefix) || r.ID[:len(prefix)] != prefix {
			return nil
		}
		if err := json.Unmarshal(r.Data, &d); err != nil {
			return casework.Fail(casework.Corrupted, "flow.replay", "")
		}
		for i := range d.Data.Stays {
			received := month(d.Data.Stays[i].Received)
			for _, p := range days {
				p.add(&d.Data.Stays[i], received)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range days {
		r := casework.Record{Kind: kindForecast, ID: p.today.String()}
		if err := b.keep(ctx, r, Forecasted{Bodies: forecast(p.lives, p.today), Replayed: true}); err != nil {
			return err
		}
	}
	return nil
}

// past is a day in the past while it is replayed.
type past struct {
	today casework.Date
	// since is the first month of the memory.
	since string
	lives map[string]*Life
}

// add adds a stay, received in a month, as it stood at the beginning of the day.
func (p *past) add(s *Stay, received string) {
	if s.Due.IsZero() || !s.Began.Before(p.today) {
		return
	}
	l := p.lives[s.Body]
	if l == nil {
		l = &Life{Open: map[casework.Date]int{}}
		p.lives[s.Body] = l
	}
	open := s.Ended.IsZero() || !s.Ended.Before(p.today)
	if open {
		l.Open[s.Due]++
	}
	if received < p.since {
		return
	}
	l.Begun[place(offset(s.Due, s.Began))]++
	if open {
		l.Young[place(offset(s.Due, p.today))]++
	} else {
		l.Ended[place(offset(s.Due, s.Ended))]++
	}
}

// Trial is a past forecast beside what came of it.
type Trial struct {
	// On is the day for which it was made, Days how long before.
	On       casework.Date
	Days     int
	Expected float64
	Came     int
	Replayed bool
}

// Error sums up trials of one horizon.
type Error struct {
	Days, Trials int
	// Expected and Came are means; Off is the mean distance between them,
	// whichever way.
	Expected, Came, Off float64
}

// Trials pairs the forecasts for the last n days with what came, in a scope.
// Errors: those of the shelf.
func (f *Figures) Trials(scope Scope, n int) ([]Trial, error) {
	kept := map[casework.Date]Forecasted{}
	now := f.Today()
	for i := range n + Horizons[2] {
		var one Forecasted
		d := now.AddDays(-i)
		if _, found, err := fetch(f.ctx, f.book.cfg.Shelf, kindForecast, d.String(), &one); err != nil {
			return nil, err
		} else if found {
			kept[d] = one
		}
	}
	var out []Trial
	for i := range n {
		on := now.AddDays(i - n + 1)
		then, ok := kept[on]
		if !ok {
			continue
		}
		for h, days := range Horizons {
			before, ok := kept[on.AddDays(-days)]
			if !ok {
				continue
			}
			t := Trial{On: on, Days: days, Replayed: before.Replayed}
			for body, e := range before.Bodies {
				if scope(casework.Placement{Body: body}) {
					t.Expected += e.Ahead[h]
				}
			}
			for body, e := range then.Bodies {
				if scope(casework.Placement{Body: body}) {
					t.Came += e.Overdue
				}
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// Errors sums trials up by horizon.
func Errors(trials []Trial) [3]Error {
	var out [3]Error
	for i, days := range Horizons {
		e := &out[i]
		e.Days = days
		for _, t := range trials {
			if t.Days == days {
				e.Trials++
				e.Expected += t.Expected
				e.Came += float64(t.Came)
				e.Off += math.Abs(t.Expected - float64(t.Came))
			}
		}
		if e.Trials > 0 {
			n := float64(e.Trials)
			e.Expected, e.Came, e.Off = e.Expected/n, e.Came/n, e.Off/n
		}
	}
	return out
}
