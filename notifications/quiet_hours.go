package notifications

import (
	"bufio"
	"context"
	_ "embed"
	"strings"
	"time"

	"priemnaya/casework"
)

// The quiet hours (promise I4): from 21:00 to 09:00 by the clock of the body,
// which is that of the place the case is about.
const (
	quietFrom = 21
	quietTo   = 9
)

//go:embed statutory.txt
var statutoryTable string

// statutory are the kinds of notices that leave at any hour, by their norms.
var statutory = readStatutory(statutoryTable)

func readStatutory(table string) map[casework.NoticeKind]string {
	out := map[casework.NoticeKind]string{}
	for in := bufio.NewScanner(strings.NewReader(table)); in.Scan(); {
		kind, norm, ok := strings.Cut(strings.TrimSpace(in.Text()), " ")
		if ok && kind != "#" {
			out[casework.NoticeKind(kind)] = strings.TrimSpace(norm)
		}
	}
	return out
}

// Statutory reports whether the law itself orders a notice, and by which norm.
// A kind such as left_court goes by its family, left.
func Statutory(kind casework.NoticeKind) (norm string, ok bool) {
	if norm, ok = statutory[kind]; ok {
		return norm, true
	}
	family, _, _ := strings.Cut(string(kind), "_")
	norm, ok = statutory[casework.NoticeKind(family)]
	return norm, ok
}

// Quiet reports whether an instant is in the quiet hours of a zone, and when
// they end.
func Quiet(at time.Time, zone *time.Location) (until time.Time, quiet bool) {
	local := at.In(zone)
	if h := local.Hour(); h >= quietTo && h < quietFrom {
		return time.Time{}, false
	}
	until = time.Date(local.Year(), local.Month(), local.Day(), quietTo, 0, 0, 0, zone)
	if local.Hour() >= quietFrom {
		until = time.Date(local.Year(), local.Month(), local.Day()+1, quietTo, 0, 0, 0, zone)
	}
	return until, true
}

// ZoneOf is the zone by whose clock a notice is quiet.
func ZoneOf(n casework.Notice) *time.Location {
	return casework.Settings{TimeZone: n.Data["Zone"]}.Location()
}

// Now is the clock of the outbox.
func (d *Dispatcher) Now() time.Time { return d.cfg.Outbox.Now() }

// mustWait reports until when a notice has to wait for the morning. Media that
// ring are listed in Config.Quiet.
func (d *Dispatcher) mustWait(n casework.Notice) (until time.Time, wait bool) {
	quiet := false
	for _, m := range d.cfg.Quiet {
		quiet = quiet || m == n.Medium
	}
	if _, ordered := Statutory(n.Kind); !quiet || ordered {
		return time.Time{}, false
	}
	return Quiet(d.cfg.Outbox.Now(), ZoneOf(n))
}

// postpone lets a notice rest until the morning, so that no sweep looks at it
// all night.
func (d *Dispatcher) postpone(ctx context.Context, caseID, key string, until time.Time) (Ending, error) {
	_, err := d.cfg.Outbox.Store.Update(ctx, caseID, func(c casework.Case) (casework.Case, error) {
		return casework.PostponeNotice(c, key, until)
	})
	switch casework.CodeOf(err) {
	case "":
		return Waiting, nil
	case casework.Conflict, casework.NotFound:
		return Skipped, nil
	}
	return Skipped, err
}
