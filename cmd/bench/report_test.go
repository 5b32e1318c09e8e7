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

func TestTheReportComparesTheLargestStoreWithTheSmallest(t *testing.T) {
	at := func(cases int, p95 time.Duration) Measured {
		return Measured{Cases: cases, QueueAll: Times{N: 1, P95: p95}, Filing: []Filing{{Concurrency: 16, PerSecond: 321}}}
	}
	r := Report{Machine: "a machine", Runs: []Measured{at(10, 4*time.Millisecond), at(50, time.Second), at(100, 6*time.Millisecond)}}
	r.compare()
	if r.Ratios["queue, all bodies"] != 1.5 {
		t.Errorf("ratios %v", r.Ratios)
	}
	var b strings.Builder
	r.writeTable(&b)
	for _, want := range []string{"a machine", "100 cases", "filing, 16 at a time", "321/s", "queue, all bodies 1.50"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q\n%s", want, b.String())
		}
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

func TestSamplesLeaveNothingToTheJobs(t *testing.T) {
	for n := range 40 {
		c := sampleOf(n, "staff:dorogi")
		if !c.NextOutbox().IsZero() {
			t.Errorf("sample %d still has notices to send", n)
		}
		if err := casework.VerifyJournal(&c); err != nil {
			t.Errorf("sample %d: %v", n, err)
		}
		if strings.HasPrefix(c.Place.Body, "zarechye") {
			t.Errorf("sample %d is at %s, which the demonstration does not have", n, c.Place.Body)
		}
	}
}
