package order

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report"
)

// Run makes every order that waits, or whose worker has died, and drops those
// that have had their time. Errors: those of the shelf; an order that fails is
// marked and does not stop the others.
func (d *Desk) Run(ctx context.Context) error {
	all, err := d.list(ctx, "")
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= 0; i-- {
		o := all[i]
		now := d.cfg.Now()
		switch {
		case now.Sub(o.Asked) > Life:
			if err := errors.Join(d.drop(ctx, o), d.cfg.Shelf.Remove(ctx, Kind, o.ID)); err != nil {
				return err
			}
		case o.State == Waiting, o.State == Running && (now.After(o.Until) || o.Until.Sub(now) > lease):
			if err := d.take(ctx, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Desk) drop(ctx context.Context, o Order) error {
	if o.Part == "" {
		return nil
	}
	return d.cfg.Parts.DropPart(ctx, o.Part)
}

// take takes an order and makes it, unless another worker was quicker.
func (d *Desk) take(ctx context.Context, o Order) error {
	o.State, o.Read, o.Missing, o.Lacking, o.Made = Running, 0, nil, 0, 0
	o.Until = d.cfg.Now().Add(lease)
	half := o
	o.Part = "report/" + strings.ToLower(rand.Text())
	if err := d.save(ctx, &o); err != nil {
		return lost(err)
	}
	// What a worker that died has left.
	err := d.drop(ctx, half)
	if err == nil {
		err = d.make(ctx, &o)
	}
	switch {
	case ctx.Err() != nil:
		// The next start takes it up when the hold has ended.
		return ctx.Err()
	case casework.CodeOf(err) == casework.Conflict:
		return nil
	case err != nil:
		o.State = Failed
	default:
		o.State = Done
	}
	o.Finished = d.cfg.Now().UTC()
	return lost(d.save(ctx, &o))
}

// lost forgives that another worker has the order.
func lost(err error) error {
	if code := casework.CodeOf(err); code == casework.Conflict || code == casework.NotFound || code == casework.Exists {
		return nil
	}
	return err
}

// make writes the file of an order through a pipe.
func (d *Desk) make(ctx context.Context, o *Order) error {
	in, out := io.Pipe()
	kept := make(chan error, 1)
	go func() {
		err := d.cfg.Parts.KeepPart(ctx, o.Part, in)
		in.CloseWithError(errors.Join(err, io.ErrClosedPipe))
		kept <- err
	}()
	err := d.write(ctx, o, out)
	out.CloseWithError(err)
	return errors.Join(err, <-kept)
}

func (d *Desk) write(ctx context.Context, o *Order, w io.Writer) error {
	ask := report.Asking{Bodies: o.Bodies, From: o.From, To: o.To}
	last := d.cfg.Now()
	var broke error
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ask.Progress = func(read int) {
		o.Read = read
		if now := d.cfg.Now(); now.Sub(last).Abs() >= time.Second {
			last, o.Until = now, now.Add(lease)
			d.step()
			if broke = d.save(ctx, o); broke != nil {
				cancel()
			}
		}
	}
	err := d.fill(ctx, o, ask, w)
	if broke != nil {
		return broke
	}
	return err
}

func (d *Desk) fill(ctx context.Context, o *Order, ask report.Asking, w io.Writer) error {
	if o.Kind == "sstu" {
		x, err := d.cfg.SSTU(ctx)
		if err != nil {
			return err
		}
		done, err := x.Export(ctx, d.cfg.Source, ask, w)
		o.Made, o.Lacking = done.Appeals, len(done.Missing)
		o.Missing = done.Missing[:min(len(done.Missing), MostMissing)]
		return err
	}
	table, err := d.Table(ctx, o.Kind, ask)
	if err != nil {
		return err
	}
	o.Made = len(table.Rows)
	return WriteTable(w, table, o.Format, d.cfg.Words(o.Lang))
}

// Table makes a report of a kind other than sstu at once. Errors: NotFound for
// an unknown kind.
func (d *Desk) Table(ctx context.Context, kind string, ask report.Asking) (report.Table, error) {
	reg := d.cfg.Registry()
	var stays []report.Stay
	err := report.Walk(ctx, d.cfg.Source, ask, func(c *casework.Case) error {
		for _, s := range report.StaysOf(c, reg) {
			if ask.Covers(&s) {
				stays = append(stays, s)
			}
		}
		return nil
	})
	if err != nil {
		return report.Table{}, err
	}
	switch kind {
	case "form":
		return report.Form(stays, ask), nil
	case "services":
		return report.Services(stays, ask, d.cfg.Grounds()), nil
	case "monthly":
		return report.Monthly(stays, ask, func(id string) string {
			if b, err := reg.Body(id); err == nil {
				return b.Name
			}
			return id
		}), nil
	}
	return report.Table{}, casework.Fail(casework.NotFound, "order.Table", "")
}

// WriteTable writes a table in a format. Errors: NotFound for an unknown one.
func WriteTable(w io.Writer, t report.Table, format string, words report.Words) error {
	switch format {
	case "csv":
		return t.WriteCSV(w, words)
	case "json":
		return t.WriteJSON(w)
	case "xlsx":
		return report.WriteXLSX(w, []report.Table{t}, words)
	}
	return casework.Fail(casework.NotFound, "order.WriteTable", "")
}
