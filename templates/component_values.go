package templates

import "time"

// SummaryRow is one line of a summary list ("check your answers"). Text keeps
// its line breaks; Href leads to where the answer can be changed.
type SummaryRow struct {
	Label, Value string
	Text         string // long plain text, shown instead of Value
	Href         string // empty shows no «изменить»
}

// FileItem is one attached file in a list.
type FileItem struct {
	Name   string // as the owner named it
	Size   int64  // bytes
	Href   string // download address, may be empty
	Remove string // POST address that removes it, empty where it stays
	Note   string // for example «проверяется», already translated
}

// Event is one entry of a timeline.
type Event struct {
	At    time.Time
	Title string
	Text  string // plain text, may be empty
	Who   string // may be empty
	Href  string // may be empty
	Kind  string // "done", "now", "next" or "bad"; a shape and a hidden word say the same
}

// Person is one invented person of the development sign-in page.
type Person struct {
	Value, Name, About string
}

// Bar is one row of a chart; Share is its length in percent of the longest.
type Bar struct {
	Label string
	Value int
	Share int
}

// Bars computes the shares of labelled values, in the order given.
func Bars(labels []string, values []int) []Bar {
	longest := 0
	for _, v := range values {
		longest = max(longest, v)
	}
	bars := make([]Bar, 0, len(values))
	for i, v := range values {
		if i < len(labels) {
			bars = append(bars, Bar{Label: labels[i], Value: v, Share: percent(v, longest)})
		}
	}
	return bars
}
