package sites

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"priemnaya/casework"
)

// kindQuota is the shelf's kind of spent quotas: one record for each site.
const kindQuota = "site-quota"

// blocks is into how many blocks a quota is divided; see the package comment.
const blocks = 20

// spent is what all processes together have taken of a site's quota.
type spent struct {
	Minute int64 `json:"minute"`
	InMin  int   `json:"inMin"`
	Day    int64 `json:"day"`
	InDay  int   `json:"inDay"`
}

// lease is what this process has taken and not used yet.
type lease struct {
	mu     sync.Mutex
	minute int64
	left   int
	// rest is how much of the minute and of the day nobody has taken yet.
	restMin, restDay int
}

type quotas struct {
	shelf casework.Shelf
	now   func() time.Time
	mu    sync.Mutex
	sites map[string]*lease
}

func newQuotas(shelf casework.Shelf, now func() time.Time) *quotas {
	return &quotas{shelf: shelf, now: now, sites: map[string]*lease{}}
}

// standing is where a site stands after a request.
type standing struct {
	OK bool
	// Name is the quota that decides: "minute" or "day".
	Name                 string
	Limit, Left, Seconds int
}

// header writes the standing as draft-ietf-httpapi-ratelimit-headers has it.
func (s standing) header() string {
	return fmt.Sprintf("%q;r=%d;t=%d", s.Name, s.Left, s.Seconds)
}

// policyHeader writes the quotas of a site as the same draft has them.
func policyHeader(q Quota) string {
	return fmt.Sprintf("\"minute\";q=%d;w=60, \"day\";q=%d;w=86400", q.PerMinute, q.PerDay)
}

// take spends one request of the site's quota. Errors: Unavailable.
func (q *quotas) take(ctx context.Context, id string, quota Quota) (standing, error) {
	q.mu.Lock()
	l := q.sites[id]
	if l == nil {
		l = &lease{}
		q.sites[id] = l
	}
	q.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	now := q.now().Unix()
	if l.minute != now/60 {
		l.minute, l.left, l.restMin, l.restDay = now/60, 0, quota.PerMinute, quota.PerDay
	}
	if l.left == 0 && l.restMin > 0 && l.restDay > 0 {
		if err := q.refill(ctx, id, quota, l, now); err != nil {
			return standing{}, err
		}
	}
	ok := l.left > 0
	if ok {
		l.left--
	}
	out := standing{OK: ok, Name: "minute", Limit: quota.PerMinute, Left: l.left + l.restMin, Seconds: int(60 - now%60)}
	if left := l.left + l.restDay; left < out.Left || !ok && l.restDay == 0 {
		out = standing{OK: ok, Name: "day", Limit: quota.PerDay, Left: left, Seconds: int(86400 - now%86400)}
	}
	return out, nil
}

// refill takes a block from the shelf.
func (q *quotas) refill(ctx context.Context, id string, quota Quota, l *lease, now int64) error {
	for attempt := 0; ; attempt++ {
		r, err := q.shelf.Fetch(ctx, kindQuota, id)
		if err != nil && casework.CodeOf(err) != casework.NotFound {
			return err
		}
		var s spent
		if err == nil {
			if err := json.Unmarshal(r.Data, &s); err != nil {
				return &casework.Error{Code: casework.Corrupted, Op: "sites.quota", Err: err}
			}
		} else {
			r = casework.Record{Kind: kindQuota, ID: id}
		}
		if s.Minute != now/60 {
			s.Minute, s.InMin = now/60, 0
		}
		if s.Day != now/86400 {
			s.Day, s.InDay = now/86400, 0
		}
		restMin, restDay := max(0, quota.PerMinute-s.InMin), max(0, quota.PerDay-s.InDay)
		n := min((quota.PerMinute+blocks-1)/blocks, restMin, restDay)
		s.InMin, s.InDay = s.InMin+n, s.InDay+n
		if n > 0 {
			if r.Data, err = json.Marshal(s); err != nil {
				return &casework.Error{Code: casework.Internal, Op: "sites.quota", Err: err}
			}
			r.Expires = time.Unix(now, 0).Add(48 * time.Hour)
			_, err := q.shelf.Put(ctx, r)
			if code := casework.CodeOf(err); (code == casework.Conflict || code == casework.Exists) && attempt < 50 {
				continue
			}
			if err != nil {
				return err
			}
		}
		l.left, l.restMin, l.restDay = n, restMin-n, restDay-n
		return nil
	}
}
