package flow

import (
	"fmt"
	"slices"
	"strings"

	"priemnaya/casework"
)

// reading is what a process has loaded of the books.
type reading struct {
	epoch  int64
	chunks map[string]loaded
}

// loaded is a chunk taken apart once. A month holds tens of thousands of cells
// and much fewer places, so cells come by place: a page asks once for each
// whether its reader may see it.
type loaded struct {
	gen    int64
	places []series
}

// series are the cells of a chunk whose keys differ in nothing but the day.
type series struct {
	// key is what they have in common.
	key   []string
	cells []cell
}

// cell are the numbers of a day; tables without days have one of no day.
type cell struct {
	day     casework.Date
	numbers []int
}

// dayAt says where in its keys a table has the day.
var dayAt = map[string]int{tableFlow: 0, tableTopics: 0, tableWork: 0, tableMarks: 0, tableOwed: 2}

// bySeries takes cells apart.
func bySeries(table string, cells Cells) []series {
	at, dated := dayAt[table]
	var out []series
	known, days := map[string]int{}, map[string]casework.Date{}
	for k, numbers := range cells {
		parts, c := strings.Split(k, "|"), cell{numbers: numbers}
		if dated {
			c.day = day(days, parts[at])
			parts = slices.Delete(parts, at, at+1)
			k = strings.Join(parts, "|")
		}
		i, ok := known[k]
		if !ok {
			i = len(out)
			known[k] = i
			out = append(out, series{key: parts})
		}
		out[i].cells = append(out[i].cells, c)
	}
	return out
}

// day reads a day; the same few come again and again.
func day(known map[string]casework.Date, s string) casework.Date {
	d, ok := known[s]
	if !ok {
		d, _ = casework.ParseDate(s)
		known[s] = d
	}
	return d
}

// parts lists the parts of a table from from to to, both included as texts; to
// "" is without end.
func (f *Figures) parts(table, from, to string) []string {
	var out []string
	for name := range f.Chunks {
		if part, ok := strings.CutPrefix(name, table+"/"); ok && part >= from && (to == "" || part <= to) {
			out = append(out, name)
		}
	}
	return out
}

// walk goes over the places of chunks. Nothing of them may be changed.
func (f *Figures) walk(chunks []string, each func(chunk string, s *series)) error {
	for _, name := range chunks {
		places, err := f.load(name)
		if err != nil {
			return err
		}
		for i := range places {
			each(name, &places[i])
		}
	}
	return nil
}

// load gives a chunk at least as new as the head says it is, or as new as it is
// on the shelf while a batch is still being applied.
func (f *Figures) load(name string) ([]series, error) {
	b := f.book
	b.mu.Lock()
	if b.read.epoch != f.Epoch {
		b.read = reading{epoch: f.Epoch, chunks: map[string]loaded{}}
	}
	kept, ok := b.read.chunks[name]
	b.mu.Unlock()
	if ok && kept.gen >= f.Chunks[name] {
		return kept.places, nil
	}
	var d dated[Cells]
	if _, _, err := fetch(f.ctx, b.cfg.Shelf, kindChunk, fmt.Sprintf("%d/%s", f.Epoch, name), &d); err != nil {
		return nil, err
	}
	table, _, _ := strings.Cut(name, "/")
	fresh := loaded{gen: d.Gen, places: bySeries(table, d.Data)}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.read.epoch == f.Epoch {
		b.read.chunks[name] = fresh
	}
	return fresh.places, nil
}
