package flow

import (
	"strconv"
	"strings"

	"priemnaya/casework"
)

// Horizons are the days ahead of which a forecast speaks.
var Horizons = [3]int{7, 14, 30}

// memory is how far back finished cases teach, in months; few is the least
// number of cases open on a day from which that day's share is believed.
const (
	memoryMonths = 12
	few          = 20
)

// span of offsets that are told apart.
const offsets = 2*farthest + 1

// Life is how stays at one place live beside their term. An offset is a day
// counted from the due date: -1 is the day before it.
type Life struct {
	// Begun and Ended count stays by the offset on which their term began and
	// on which they ended.
	Begun, Ended [offsets]int
	// Open counts stays that are open today by their due date; Young are those
	// of them that began within the memory, by today's offset.
	Open  map[casework.Date]int
	Young [offsets]int
}

func place(offset int) int { return min(offsets-1, max(0, offset+farthest)) }

// Stays is how many ended stays the life knows.
func (l *Life) Stays() int {
	n := 0
	for _, e := range l.Ended {
		n += e
	}
	return n
}

// Add adds what another life has learnt; its open stays are left out.
func (l *Life) Add(o *Life) {
	for i := range l.Begun {
		l.Begun[i] += o.Begun[i]
		l.Ended[i] += o.Ended[i]
		l.Young[i] += o.Young[i]
	}
}

// hazard is, for each offset, the share of the stays open at the beginning of
// that day which ended on it (Kaplan and Meier's estimate, with stays that begin
// late and stays that are still open). Where fewer than 20 stays were open, the
// share over all days on the same side of the due date stands in.
func (l *Life) hazard() [offsets]float64 {
	var h [offsets]float64
	var risk [offsets]int
	open := 0
	var side [2]struct{ ended, risk int }
	at := func(i int) int {
		if i > place(0) {
			return 1
		}
		return 0
	}
	for i := range offsets {
		open += l.Begun[i]
		risk[i] = open
		side[at(i)].ended += l.Ended[i]
		side[at(i)].risk += open
		open -= l.Ended[i] + l.Young[i]
	}
	for i := range h {
		ended, of := l.Ended[i], risk[i]
		if of < few {
			ended, of = side[at(i)].ended, side[at(i)].risk
		}
		if of > 0 {
			h[i] = min(1, float64(ended)/float64(of))
		}
	}
	return h
}

// Forecast is how many of the stays open today are expected to be overdue after
// so many days: each with the chance that it lives from today's offset to the
// one it will have then. What has not come yet is not counted.
func (l *Life) Forecast(teacher *Life, today casework.Date, days int) float64 {
	h := teacher.hazard()
	// lives[i] is the chance to be open at the beginning of offset i+1 …: a
	// product over a window, so it is taken anew for each due date.
	sum := 0.0
	for due, n := range l.Open {
		now := due.DaysUntil(today)
		if now+days <= 0 {
			continue
		}
		chance := 1.0
		for x := now; x < now+days; x++ {
			chance *= 1 - h[place(x)]
		}
		sum += chance * float64(n)
	}
	return sum
}

// Overdue is how many open stays have passed their due date today.
func (l *Life) Overdue(today casework.Date) int {
	n := 0
	for due, count := range l.Open {
		if due.Before(today) {
			n += count
		}
	}
	return n
}

// lives reads the life of every body in a scope off the books.
func (f *Figures) lives(scope Scope) (map[string]*Life, error) {
	out := map[string]*Life{}
	now := f.Today()
	since := month(now.AddDays(-memoryMonths * 30))
	days := map[string]casework.Date{}
	err := f.walk(f.parts(tableLife, "", ""), func(c string, s *series) {
		k, n := s.key, s.cells[0].numbers
		body := strings.TrimPrefix(c, tableLife+"/")
		if !scope(casework.Placement{Body: body}) {
			return
		}
		l := out[body]
		if l == nil {
			l = &Life{Open: map[casework.Date]int{}}
			out[body] = l
		}
		young := k[2] >= since
		if k[0] == "o" {
			due := day(days, k[1])
			l.Open[due] += n[0]
			if young {
				l.Young[place(offset(due, now))] += n[0]
			}
			return
		}
		if !young {
			return
		}
		x, _ := strconv.Atoi(k[1])
		if k[0] == "b" {
			l.Begun[place(x)] += n[0]
		} else {
			l.Ended[place(x)] += n[0]
		}
	})
	return out, err
}
