package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

func TestPercentilesAreByNearestRank(t *testing.T) {
	var took []time.Duration
	for i := 100; i >= 1; i-- {
		took = append(took, time.Duration(i)*time.Millisecond)
	}
	got := timesOf(took)
	want := Times{N: 100, P50: 50 * time.Millisecond, P95: 95 * time.Millisecond, P99: 99 * time.Millisecond, Max: 100 * time.Millisecond}
	if got != want {
		t.Errorf("got %+v", got)
	}
	if one := timesOf(took[:1]); one.P50 != 100*time.Millisecond || one.P99 != one.Max {
		t.Errorf("of one value: %+v", one)
	}
	if none := timesOf(nil); none.N != 0 {
		t.Errorf("of nothing: %+v", none)
	}
}

func times(p95 ...time.Duration) []Times {
	var out []Times
	for _, d := range p95 {
		out = append(out, Times{N: 1, P50: d / 2, P95: d})
	}
	return out
}

func TestTheReportComparesTheLargestStoreWithTheSmallest(t *testing.T) {
	filing := []Filing{{Concurrency: 16, PerSecond: 321}}
	r := Report{Machine: "a machine", Runs: []*Measured{{Cases: 10, Filing: filing}, {Cases: 100, Filing: filing, Replay: 2 * time.Minute, Replayed: 100}},
		Pages: []PageTimes{
			{Name: "queue: mine", Times: times(4*time.Millisecond, 6*time.Millisecond), HTML: []int{90 << 10, 101 << 10}, Sent: []int{1, 9 << 10}},
			{Name: "queue: calm", Times: times(4*time.Millisecond, 6*time.Millisecond), HTML: []int{1, 1}, Sent: []int{1, 1}},
			{Name: "case: old", Times: times(4*time.Millisecond, 7*time.Millisecond), HTML: []int{1, 200 << 10}, Sent: []int{1, 1}},
			{Name: "board", Times: times(40*time.Millisecond, 51*time.Millisecond), HTML: []int{1, 1}, Sent: []int{1, 1}}}}
	var b strings.Builder
	r.writeTable(&b)
	for _, want := range []string{"a machine", "100 cases", "filing, 16 at a time: 321/s", "MISSED: > 1m0s",
		"1.50     101 (9)  MISSED: HTML > 100 KB\n", "1.75     200 (0)  MISSED: ratio > 1.5\n", "MISSED: p95 > 50ms\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q\n%s", want, b.String())
		}
	}
	if n := strings.Count(b.String(), "MISSED"); n != 4 {
		t.Errorf("%d goals are missed, want 4\n%s", n, b.String())
	}
	line, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(line), `"p95_ms":6`) {
		t.Errorf("%s %v", line, err)
	}
}

func TestMemoryIsReadInBytes(t *testing.T) {
	status := "Name:\tpriemnaya\nVmHWM:\t  120000 kB\nVmRSS:\t    2048 kB\n"
	if got := statusField(status, "VmRSS:"); got != 2048<<10 {
		t.Errorf("got %d", got)
	}
	if got := statusField(status, "VmSwap:"); got != 0 {
		t.Errorf("a field that is not there gives %d", got)
	}
}

func TestSizesMustGrow(t *testing.T) {
	for args, want := range map[string]int{"-cases=10": 1, "-cases=10,20": 2, "-cases=20,10": 0, "-cases=x": 0, "-quick": 2, "": 2} {
		var list []string
		if args != "" {
			list = []string{args}
		}
		opt, err := readFlags(list)
		if want == 0 && err == nil || want > 0 && (err != nil || len(opt.sizes) != want) {
			t.Errorf("%q gives %v, %v", args, opt.sizes, err)
		}
	}
}

func TestTheProcessorTimeOfAProcessIsReadFromItsLine(t *testing.T) {
	line := "4711 (a (strange) name) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0"
	if got := ticksOf(line); got != 3*time.Second {
		t.Errorf("got %v", got)
	}
	if got := ticksOf("4711 (x) S"); got != 0 {
		t.Errorf("a short line gives %v", got)
	}
}

func TestAFilledStoreHasTheShapeOfARealOne(t *testing.T) {
	const n = 20_000
	s := newShape(n, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	s.days, s.from = storeDays, s.to.AddDate(0, 0, -storeDays)
	if len(s.topics) < 100 {
		t.Fatalf("%d topics", len(s.topics))
	}
	open, waiting, late := 0, 0, 0
	bodies, topics, places, ids := map[string]int{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range n {
		c := s.made(i)
		row := casework.RowOf(&c)
		ids[c.ID], topics[row.Topic], places[row.Territory] = true, true, true
		bodies[row.Place.Body]++
		if !c.NextOutbox().IsZero() {
			t.Fatalf("case %d still has notices to send", i)
		}
		if c.Origin.ReceivedAt.After(s.to) || c.Stage == casework.StageReceived {
			t.Fatalf("case %d is %s, received %v: it is left to the router", i, c.Stage, c.Origin.ReceivedAt)
		}
		if !c.Stage.Open() {
			if !row.Due.IsZero() {
				t.Fatalf("case %d is %s and owes something on %v", i, c.Stage, row.Due)
			}
			continue
		}
		open++
		if row.Waits&(casework.WaitsApplicant|casework.WaitsBody) != 0 {
			waiting++
		}
		if row.Due.Before(casework.DateOf(s.to, time.UTC)) {
			late++
		}
	}
	if len(ids) != n || open < n*4/100 || open > n*8/100 || waiting < open/50 || late < open/50 || late > open/2 {
		t.Errorf("%d cases, %d open, %d wait, %d late", len(ids), open, waiting, late)
	}
	if len(bodies) < 8 || bodies["city-housing"] < n/3 || len(topics) < 100 || len(places) != 4 {
		t.Errorf("bodies %v, %d topics, %d territories", bodies, len(topics), len(places))
	}
}
