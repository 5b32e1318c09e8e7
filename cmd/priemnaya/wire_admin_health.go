package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/sqlitestore"
	"priemnaya/jobs"
	"priemnaya/notifications"
)

const (
	// kindPulse is the shelf's kind of what a serving process last said of its
	// jobs and media, so that a command and another process can see it.
	kindPulse  = "pulse"
	pulseEvery = 15 * time.Second
	pulseLost  = 2 * time.Minute
)

// pulse is what a serving process says of itself.
type pulse struct {
	At    time.Time                 `json:"at"`
	Jobs  jobs.Stats                `json:"jobs"`
	Media []notifications.Condition `json:"media"`
}

// beat keeps the pulse of this process.
func (d *adminDesk) beat() {
	d.every(pulseEvery, func() {
		if err := d.keepPulse(d.ctx); err != nil && d.ctx.Err() == nil {
			d.App.log.Warn("the pulse was not kept", "code", casework.CodeOf(err))
		}
	})
}

func (d *adminDesk) keepPulse(ctx context.Context) error {
	p, ok := d.ownPulse(ctx)
	if !ok {
		return nil
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	old, err := d.storage.Fetch(ctx, kindPulse, "last")
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return err
	}
	_, err = d.storage.Put(ctx, casework.Record{Kind: kindPulse, ID: "last", Version: old.Version, Data: data})
	if code := casework.CodeOf(err); code == casework.Conflict || code == casework.Exists {
		return nil // another process has said its own
	}
	return err
}

func (a *App) ownPulse(ctx context.Context) (pulse, bool) {
	j := a.jobs.Load()
	if j == nil {
		return pulse{}, false
	}
	return pulse{At: a.now(), Jobs: j.Stats(ctx), Media: a.dispatcher.Conditions()}, true
}

// lastPulse is this process's own, or what a serving one said last.
func (a *App) lastPulse(ctx context.Context) (pulse, bool) {
	if p, ok := a.ownPulse(ctx); ok {
		return p, true
	}
	var p pulse
	r, err := a.storage.Fetch(ctx, kindPulse, "last")
	return p, err == nil && json.Unmarshal(r.Data, &p) == nil
}

type about = map[string]any

// health looks at everything that can fail.
func (a *App) health(ctx context.Context) (desk.Health, error) {
	h := desk.Health{At: a.now()}
	add := func(key, state string, values about) {
		h.Lines = append(h.Lines, desk.HealthLine{Key: key, State: state, About: values})
	}
	if _, err := a.storage.Counts(ctx, []string{"none"}); err != nil {
		add("store", "bad", nil)
		return h, nil // without it nothing else can be asked
	}
	add("store", "good", nil)
	h.Lines = append(h.Lines, a.jobsHealth(ctx)...)
	for _, look := range []func(context.Context) ([]desk.HealthLine, error){a.outboxHealth, a.storeHealth, a.retainHealth, a.staffHealth} {
		lines, err := look(ctx)
		if err != nil {
			return h, err
		}
		h.Lines = append(h.Lines, lines...)
	}
	h.Lines = append(h.Lines, a.diskHealth(), a.backupHealth())
	missing := casework.MissingYears(a.office.Laws(), a.now())
	h.Lines = append(h.Lines, graded("calendar", len(missing), 1, 1<<30, about{"Count": len(missing)}))
	return h, nil
}

// graded makes a line from a number: warn and bad are the least that count.
func graded(key string, n, warn, bad int, values about) desk.HealthLine {
	state := "good"
	if n >= bad {
		state = "bad"
	} else if n >= warn {
		state = "warn"
	}
	return desk.HealthLine{Key: key, State: state, About: values}
}

// jobsHealth is about the queue, the watch and every medium.
func (a *App) jobsHealth(ctx context.Context) []desk.HealthLine {
	p, ok := a.lastPulse(ctx)
	if age := a.now().Sub(p.At); !ok || age > pulseLost {
		return []desk.HealthLine{{Key: "jobs", State: "bad", About: about{"At": p.At}}}
	}
	st := p.Jobs
	waiting := st.Route.Pending + st.Deliver.Pending
	out := []desk.HealthLine{graded("queue", waiting, 5_000, 50_000, about{"Count": waiting, "Active": st.Route.Active + st.Deliver.Active})}
	if !st.Up {
		out = []desk.HealthLine{{Key: "redis", State: "bad", About: about{"At": st.Since}}}
	}
	if st.Watch.On {
		state := "good"
		if !st.Watch.Last.IsZero() && a.now().Sub(st.Watch.Last) > time.Hour && !st.Watch.Running {
			state = "bad"
		}
		out = append(out, desk.HealthLine{Key: "watch", State: state, About: about{"At": st.Watch.Last, "Count": st.Watch.Told}})
	}
	for _, m := range p.Media {
		line := desk.HealthLine{Key: "medium_" + string(m.Medium), State: "good", About: about{"At": m.Worked}}
		if m.Resting {
			line.State, line.About = "bad", about{"At": m.Until, "Worked": m.Worked}
		} else if m.Worked.IsZero() {
			line.Key, line.State = "unused_"+string(m.Medium), "good"
		}
		out = append(out, line)
	}
	out = append(out, a.botHealth()...)
	return out
}

// botHealth says which messengers and outside channels are not configured.
func (a *App) botHealth() []desk.HealthLine {
	var out []desk.HealthLine
	for key, set := range map[string]bool{"off_telegram": a.cfg.Telegram.Token != "", "off_max": a.cfg.Max.Token != "",
		"off_cabinet": a.cfg.Cabinet.URL != "", "off_clamd": a.cfg.Clamd != ""} {
		if !set {
			state := "good"
			if key == "off_clamd" && a.cfg.Mode == production {
				state = "warn"
			}
			out = append(out, desk.HealthLine{Key: key, State: state})
		}
	}
	slices.SortFunc(out, func(x, y desk.HealthLine) int {
		if x.Key < y.Key {
			return -1
		}
		return 1
	})
	return out
}

// outboxHealth is about the oldest notice that waits and those that died.
func (a *App) outboxHealth(ctx context.Context) ([]desk.HealthLine, error) {
	ids, _, err := a.storage.OutboxDue(ctx, a.now(), casework.Window{Limit: 1})
	if err != nil {
		return nil, err
	}
	waits := time.Duration(0)
	if len(ids) > 0 {
		c, err := a.storage.Get(ctx, ids[0])
		if err != nil && casework.CodeOf(err) != casework.NotFound {
			return nil, err
		}
		for _, n := range c.Outbox {
			if n.Pending() {
				waits = max(waits, a.now().Sub(n.NextTry))
			}
		}
	}
	minutes := int(waits / time.Minute)
	out := []desk.HealthLine{graded("oldest", minutes, 15, 60, about{"Count": minutes})}
	dead, err := a.outbox().CountDead(ctx, casework.MaxLimit)
	line := graded("dead", dead, 1, 100, about{"Count": dead})
	line.Href = "/desk/admin/dead"
	return append(out, line), err
}

// storeHealth is about the embedded store; the other one has its own tools.
func (a *App) storeHealth(ctx context.Context) ([]desk.HealthLine, error) {
	s, ok := a.storage.(*sqlitestore.Store)
	if !ok {
		return nil, nil
	}
	st, err := s.Stats(ctx)
	return []desk.HealthLine{
		graded("index", st.Indexing, 5_000, 100_000, about{"Count": st.Indexing}),
		graded("writer", st.Waiting, 500, 5_000, about{"Count": st.Waiting, "Cases": st.Cases, "Megabytes": st.Bytes >> 20}),
	}, err
}

// retainHealth is about the purge of what has had its time.
func (a *App) retainHealth(ctx context.Context) ([]desk.HealthLine, error) {
	last, err := jobs.LastRetained(ctx, a.storage)
	line := desk.HealthLine{Key: "retain", State: "good", About: about{"At": last.At, "Records": last.Records, "Files": last.Files}}
	if last.At.IsZero() {
		line.Key = "retain_never"
	} else if a.now().Sub(last.At) > 24*time.Hour {
		line.State = "warn"
	}
	return []desk.HealthLine{line}, err
}

// staffHealth warns of an installation that one illness leaves without keeper.
func (a *App) staffHealth(ctx context.Context) ([]desk.HealthLine, error) {
	list, err := a.staff.List(ctx, "")
	n := 0
	for _, s := range list {
		if _, all := s.Actor().Bodies(casework.RoleAdministrator); all && !s.Disabled {
			n++
		}
	}
	state := "good"
	if n < 2 {
		state = "warn"
	}
	return []desk.HealthLine{{Key: "keepers", State: state, About: about{"Count": n}}}, err
}

// diskHealth is about the place left where the data lie.
func (a *App) diskHealth() desk.HealthLine {
	free, all, err := diskSpace(a.cfg.Data)
	if err != nil || all == 0 {
		return desk.HealthLine{Key: "disk_unknown", State: "warn"}
	}
	used := 100 - int(100*free/all)
	return graded("disk", used, 85, 95, about{"Percent": 100 - used, "Gigabytes": free >> 30})
}

// backupHealth is about the newest file in the folder of backups.
func (a *App) backupHealth() desk.HealthLine {
	entries, err := os.ReadDir(a.cfg.backups())
	newest := time.Time{}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && info.Size() > 0 && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	if err != nil || newest.IsZero() {
		state := "warn"
		if a.cfg.Mode == production {
			state = "bad"
		}
		return desk.HealthLine{Key: "no_backup", State: state, About: about{"Folder": filepath.Clean(a.cfg.backups())}}
	}
	// Files are dated by the machine, whatever the clock of the program says.
	hours := int(time.Since(newest) / time.Hour)
	return graded("backup", hours, 26, 72, about{"At": newest, "Hours": hours})
}

// backups is the folder where backups are looked for and written.
func (c Config) backups() string {
	if c.Backups != "" {
		return c.Backups
	}
	return c.path("backups")
}
