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

// PageTimes is one kind of page at every size, in the order of the runs.
type PageTimes struct {
	Name  string  `json:"name"`
	Times []Times `json:"times"`
	// HTML is the size of the last page in bytes, Sent the same as it travels to
	// whoever takes it packed.
	HTML []int `json:"html"`
	Sent []int `json:"sent"`
}

// Measured is what was measured at one size of the store besides its pages.
type Measured struct {
	Cases int `json:"cases"`
	// Filled is how long the store took to be made, Counted its figures; 0 if
	// it was found.
	Filled  time.Duration `json:"filled_ns,omitempty"`
	Counted time.Duration `json:"counted_ns,omitempty"`
	// Ready is the time from the start of the process to its first answer.
	Ready  time.Duration `json:"ready_ns"`
	Filing []Filing      `json:"filing"`
	// Routed is from filing to the router's decision, Told from filing to the
	// mail server's receipt of the first letter.
	Routed Times `json:"filed_to_routed"`
	Told   Times `json:"filed_to_letter"`
	// Terms and Letters are one step of the walks of the background jobs.
	Terms   Times `json:"sweep_terms"`
	Letters Times `json:"sweep_letters"`
	// Replay is how long other routing rules took to be tried on Replayed cases.
	Replay   time.Duration `json:"replay_ns,omitempty"`
	Replayed int           `json:"replayed,omitempty"`
	// In bytes.
	MemoryIdle  int64 `json:"memory_idle"`
	MemoryAfter int64 `json:"memory_after"`
	MemoryMost  int64 `json:"memory_most"`
	StoreBytes  int64 `json:"store_bytes"`
}

// Report is a whole run.
type Report struct {
	Machine string      `json:"machine"`
	Runs    []*Measured `json:"runs"`
	Pages   []PageTimes `json:"pages"`
}

// ratioP50 is how much slower the median of the last is than of the first.
func ratioP50(t []Times) float64 {
	if len(t) < 2 || t[0].P50 <= 0 {
		return 0
	}
	return float64(t[len(t)-1].P50) / float64(t[0].P50)
}

// ratio is how much slower the 95th percentile of the last is than of the first.
func ratio(t []Times) float64 {
	if len(t) < 2 || t[0].P95 <= 0 {
		return 0
	}
	return float64(t[len(t)-1].P95) / float64(t[0].P95)
}

// missed says which goals a page has missed; "" if none.
func (p PageTimes) missed() string {
	var out []string
	last := p.Times[len(p.Times)-1]
	if last.P95 > goalP95 {
		out = append(out, fmt.Sprintf("p95 > %v", goalP95))
	}
	if ratio(p.Times) > goalRatio {
		out = append(out, fmt.Sprintf("ratio > %.1f", goalRatio))
	}
	if strings.HasPrefix(p.Name, "queue") && slices.Max(p.HTML) > goalHTML {
		out = append(out, fmt.Sprintf("HTML > %d KB", goalHTML>>10))
	}
	if len(out) == 0 {
		return ""
	}
	return "  MISSED: " + strings.Join(out, ", ")
}

// others are what is compared besides pages.
func (r *Report) others() []PageTimes {
	var out []PageTimes
	add := func(name string, of func(*Measured) Times) {
		p := PageTimes{Name: name, HTML: []int{0}}
		for _, m := range r.Runs {
			p.Times = append(p.Times, of(m))
		}
		out = append(out, p)
	}
	for i, c := range concurrencies {
		if len(r.Runs[0].Filing) > i {
			add(fmt.Sprintf("filing, %d at a time", c), func(m *Measured) Times { return m.Filing[i].Times })
		}
	}
	add("filed to routed", func(m *Measured) Times { return m.Routed })
	add("filed to letter", func(m *Measured) Times { return m.Told })
	add("sweep of terms, a step", func(m *Measured) Times { return m.Terms })
	add("sweep of letters, a step", func(m *Measured) Times { return m.Letters })
	return out
}

// writeTable writes for people.
func (r *Report) writeTable(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n\n", r.Machine)
	for _, m := range r.Runs {
		fmt.Fprintf(w, "%d cases: store %s", m.Cases, megabytes(m.StoreBytes))
		if m.Filled > 0 {
			fmt.Fprintf(w, " filled in %s, figures counted in %s", m.Filled.Round(time.Second), m.Counted.Round(time.Second))
		}
		fmt.Fprintf(w, "; ready after %s; memory %s idle, %s after, %s at most\n", m.Ready.Round(time.Millisecond),
			megabytes(m.MemoryIdle), megabytes(m.MemoryAfter), megabytes(m.MemoryMost))
		for _, f := range m.Filing {
			fmt.Fprintf(w, "  filing, %d at a time: %.0f/s\n", f.Concurrency, f.PerSecond)
		}
		if m.Replay > 0 {
			verdict := ""
			if m.Replay > goalReplay {
				verdict = fmt.Sprintf("  MISSED: > %v", goalReplay)
			}
			fmt.Fprintf(w, "  other routing rules tried on %d cases in %s%s\n", m.Replayed, m.Replay.Round(100*time.Millisecond), verdict)
		}
	}
	fmt.Fprintf(w, "\n%-34s", "milliseconds, p50 / p95 at cases:")
	for _, m := range r.Runs {
		fmt.Fprintf(w, " %16d", m.Cases)
	}
	fmt.Fprintf(w, " %15s %11s\n", "ratio p50 / p95", "KB (sent)")
	for _, p := range r.Pages {
		row(w, p, true, p.missed())
	}
	for _, p := range r.others() {
		verdict := ""
		if ratio(p.Times) > goalRatio {
			verdict = fmt.Sprintf("  MISSED: ratio > %.1f", goalRatio)
		}
		row(w, p, false, verdict)
	}
	fmt.Fprintln(w)
}

func row(w io.Writer, p PageTimes, html bool, verdict string) {
	fmt.Fprintf(w, "%-34s", p.Name)
	for _, t := range p.Times {
		fmt.Fprintf(w, " %7.1f /%7.1f", millis(t.P50), millis(t.P95))
	}
	size := ""
	if html {
		size = fmt.Sprintf("%d (%d)", p.HTML[len(p.HTML)-1]>>10, p.Sent[len(p.Sent)-1]>>10)
	}
	fmt.Fprintf(w, " %6.2f /%7.2f %11s%s\n", ratioP50(p.Times), ratio(p.Times), size, verdict)
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
