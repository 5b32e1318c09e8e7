package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Times are percentiles of how long something took, written as milliseconds.
type Times struct {
	N                  int
	P50, P95, P99, Max time.Duration
}

// MarshalJSON writes milliseconds with three digits after the point.
func (t Times) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"n": t.N, "p50_ms": millis(t.P50), "p95_ms": millis(t.P95),
		"p99_ms": millis(t.P99), "max_ms": millis(t.Max)})
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// timesOf sorts and takes percentiles by the nearest rank.
func timesOf(took []time.Duration) Times {
	if len(took) == 0 {
		return Times{}
	}
	s := slices.Sorted(slices.Values(took))
	at := func(percent int) time.Duration { return s[max(0, (len(s)*percent+99)/100-1)] }
	return Times{N: len(s), P50: at(50), P95: at(95), P99: at(99), Max: s[len(s)-1]}
}

// Filing is how quickly appeals are accepted at one degree of concurrency.
type Filing struct {
	Concurrency int     `json:"concurrency"`
	PerSecond   float64 `json:"per_second"`
	Times       Times   `json:"times"`
}

// Measured is everything measured at one size of the store.
type Measured struct {
	Cases         int     `json:"cases"`
	FillPerSecond float64 `json:"fill_per_second"`
	// Ready is the time from the start of the process to its first answer.
	Ready     time.Duration `json:"ready_ns"`
	QueueAll  Times         `json:"queue_all_bodies"`
	QueueBody Times         `json:"queue_one_body"`
	QueueDeep Times         `json:"queue_tenth_page"`
	Case      Times         `json:"case"`
	Search    Times         `json:"search"`
	Filing    []Filing      `json:"filing"`
	// Routed is from filing to the router's decision, Told from filing to the
	// mail server's receipt of the first letter.
	Routed Times `json:"filed_to_routed"`
	Told   Times `json:"filed_to_letter"`
	// In bytes.
	MemoryIdle  int64 `json:"memory_idle"`
	MemoryAfter int64 `json:"memory_after"`
	MemoryMost  int64 `json:"memory_most"`
	StoreBytes  int64 `json:"store_bytes"`
}

// Report is a whole run.
type Report struct {
	Machine string     `json:"machine"`
	Runs    []Measured `json:"runs"`
	// Ratios compare the 95th percentiles of the last size with the first.
	Ratios map[string]float64 `json:"ratios,omitempty"`
}

func (m Measured) pages() []struct {
	Name string
	Times
} {
	return []struct {
		Name string
		Times
	}{{"queue, all bodies", m.QueueAll}, {"queue, one body", m.QueueBody}, {"queue, tenth page", m.QueueDeep},
		{"case", m.Case}, {"search", m.Search}, {"filed to routed", m.Routed}, {"filed to letter", m.Told}}
}

// compare computes how much slower the largest store is than the smallest.
func (r *Report) compare() {
	if len(r.Runs) < 2 {
		return
	}
	r.Ratios = map[string]float64{}
	first, last := r.Runs[0].pages(), r.Runs[len(r.Runs)-1].pages()
	for i := range first {
		if first[i].P95 > 0 {
			r.Ratios[first[i].Name] = float64(int(100*float64(last[i].P95)/float64(first[i].P95))) / 100
		}
	}
}

// writeTable writes for people.
func (r *Report) writeTable(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n", r.Machine)
	for _, m := range r.Runs {
		fmt.Fprintf(w, "\n%d cases: store %s, filled at %.0f/s; ready after %s; memory %s idle, %s after, %s at most\n", m.Cases,
			megabytes(m.StoreBytes), m.FillPerSecond, m.Ready.Round(time.Millisecond), megabytes(m.MemoryIdle), megabytes(m.MemoryAfter), megabytes(m.MemoryMost))
		fmt.Fprintf(w, "  %-28s %8s %9s %9s %9s %9s\n", "milliseconds", "n", "p50", "p95", "p99", "max")
		for _, p := range m.pages() {
			row(w, p.Name, p.Times, "")
		}
		for _, f := range m.Filing {
			row(w, fmt.Sprintf("filing, %d at a time", f.Concurrency), f.Times, fmt.Sprintf("  %.0f/s", f.PerSecond))
		}
	}
	if len(r.Ratios) > 0 {
		fmt.Fprintf(w, "\np95 at %d cases / p95 at %d cases:", r.Runs[len(r.Runs)-1].Cases, r.Runs[0].Cases)
		for _, p := range r.Runs[0].pages() {
			fmt.Fprintf(w, " %s %.2f;", p.Name, r.Ratios[p.Name])
		}
		fmt.Fprintf(w, "\n\n")
	}
}

func row(w io.Writer, name string, t Times, more string) {
	fmt.Fprintf(w, "  %-28s %8d %9.2f %9.2f %9.2f %9.2f%s\n", name, t.N, millis(t.P50), millis(t.P95), millis(t.P99), millis(t.Max), more)
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/(1<<20)) }

// machine names the processor, where the system tells it, and the system.
func machine() string {
	name := "processor unknown"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if _, model, ok := strings.Cut(line, "model name"); ok {
				name = strings.TrimSpace(strings.TrimLeft(model, "\t :"))
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, %s", name, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}
