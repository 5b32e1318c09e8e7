package main

import (
	"context"
	"io"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/report/order"
)

// reports are the desk's view of the orders.
type reports struct{ *App }

// Kinds lists the kinds of reports.
func (r reports) Kinds() []string { return order.Kinds() }

// Formats lists the formats of a kind.
func (r reports) Formats(kind string) []string { return order.Formats(kind) }

// Bodies lists the bodies of which the actor may have reports.
func (r reports) Bodies(by casework.Actor) []casework.Body {
	return order.Bodies(r.office.Registry(), by)
}

// Ask takes an order and wakes the worker.
func (r reports) Ask(ctx context.Context, by casework.Actor, o desk.ReportOrder) (string, error) {
	kept, err := r.orders.Ask(ctx, by, order.Order{Kind: o.Kind, Format: o.Format, Lang: o.Lang, Bodies: o.Bodies, From: o.From, To: o.To})
	if err == nil {
		select {
		case r.orderAsked <- struct{}{}:
		default:
		}
	}
	return kept.ID, err
}

// List lists the actor's orders.
func (r reports) List(ctx context.Context, by casework.Actor) ([]desk.ReportOrder, error) {
	list, err := r.orders.List(ctx, by)
	out := make([]desk.ReportOrder, 0, len(list))
	for _, o := range list {
		out = append(out, orderOf(o))
	}
	return out, err
}

// Get finds one.
func (r reports) Get(ctx context.Context, by casework.Actor, id string) (desk.ReportOrder, error) {
	o, err := r.orders.Get(ctx, by, id)
	return orderOf(o), err
}

// Open opens the file of an order.
func (r reports) Open(ctx context.Context, by casework.Actor, id string) (io.ReadCloser, error) {
	_, file, err := r.orders.Open(ctx, by, id)
	return file, err
}

func orderOf(o order.Order) desk.ReportOrder {
	out := desk.ReportOrder{ID: o.ID, Kind: o.Kind, Format: o.Format, Lang: o.Lang, Bodies: o.Bodies, From: o.From, To: o.To,
		Asked: o.Asked, Finished: o.Finished, State: string(o.State), Read: o.Read, Made: o.Made, Lacking: o.Lacking}
	for _, m := range o.Missing {
		out.Missing = append(out.Missing, desk.ReportMissing{Case: m.Case, Number: m.Number, Body: m.Body, What: m.What, Key: m.Key})
	}
	return out
}
