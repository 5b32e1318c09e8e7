package jobs

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// bucket is a store of files that knows only names and ages.
type bucket struct {
	stored map[string]time.Time
	sweeps int
}

func (b *bucket) Sweep(_ context.Context, keep func(id string) bool, olderThan time.Time) (int, error) {
	b.sweeps++
	n := 0
	for id, at := range b.stored {
		if at.Before(olderThan) && !keep(id) {
			delete(b.stored, id)
			n++
		}
	}
	return n, nil
}

func (b *bucket) left() []string {
	var out []string
	for id := range b.stored {
		out = append(out, id[:1])
	}
	slices.Sort(out)
	return out
}

// name is the ID of a file that begins with a letter.
func name(c string) string { return strings.Repeat(c, 32) }

func retainer(t *testing.T, now *time.Time, files Sweeper) (*Retainer, *storetest.Memory) {
	t.Helper()
	clock := func() time.Time { return *now }
	store := storetest.NewMemory(clock, nil)
	r, err := NewRetainer(RetainConfig{Store: store, Shelf: store, Files: files, Now: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return r, store
}

func keepRecord(t *testing.T, s casework.Shelf, kind, id string, expires time.Time, data any) {
	t.Helper()
	raw, err := json.Marshal(data)
	if err == nil {
		_, err = s.Put(t.Context(), casework.Record{Kind: kind, ID: id, Expires: expires, Data: raw})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPurgeDeletesWhatHasExpiredAndNothingElse(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	r, store := retainer(t, &now, nil)
	for i := range 2500 {
		keepRecord(t, store, "session", string(rune('a'+i%26))+time.Duration(i).String(), now.Add(-time.Minute), "x")
	}
	keepRecord(t, store, "draft", "alive", now.Add(time.Hour), "x")
	keepRecord(t, store, "staff", "forever", time.Time{}, "x")
	done, err := r.Run(t.Context())
	if err != nil || done.Records != 2500 || !done.At.Equal(now) {
		t.Fatalf("%+v, %v", done, err)
	}
	left, _, err := store.List(t.Context(), "", "", casework.Window{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, x := range left {
		kinds = append(kinds, x.Kind)
	}
	if got := strings.Join(kinds, " "); got != "draft job-lease job-retain staff" {
		t.Errorf("left: %s", got)
	}
	if told, err := LastRetained(t.Context(), store); err != nil || told.Records != 2500 {
		t.Errorf("told: %+v, %v", told, err)
	}
}

func TestASweepKeepsFilesOfCasesAnswersDraftsAndDialogues(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	long := now.AddDate(-1, 0, 0)
	b := &bucket{stored: map[string]time.Time{}}
	for _, c := range []string{"a", "b", "c", "d", "e", "f", "1", "2", "3"} {
		b.stored[name(c)] = long
	}
	b.stored[name("9")] = now.Add(-unknownFor + time.Hour) // unknown, but young
	r, store := retainer(t, &now, b)
	file := func(c string) []casework.File { return []casework.File{{ID: name(c), Name: "фото.png"}} }
	made := storetest.Case("c1")
	made.Content.Files = file("a")
	made.Answers = []casework.Answer{{ID: "x", Files: file("b")}}
	made.Draft = &casework.Draft{Files: file("c")}
	made.Procedure.Requests = []casework.Request{{Files: file("d")}}
	if _, err := store.Create(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	keepRecord(t, store, casework.KindDraft, "esia:1/x", now.Add(time.Hour), casework.FilingDraft{Files: file("e")})
	keepRecord(t, store, "dialogue", "telegram:1", now.Add(time.Hour), map[string]any{"state": map[string]any{"files": file("f")}})
	keepRecord(t, store, "site-upload", "s 1", time.Time{}, map[string]any{"file": file("1")[0]})
	keepRecord(t, store, "draft", "gone", now.Add(-time.Hour), casework.FilingDraft{Files: file("2")})
	done, err := r.Run(t.Context())
	if err != nil || done.Files != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	if got := strings.Join(b.left(), ""); got != "19abcdef" {
		t.Errorf("left are %s, want those something knows and the young one", got)
	}
}

func TestFilesAreSweptOnceAWeekAndByOneProcess(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	b := &bucket{}
	r, store := retainer(t, &now, b)
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {time.Hour, 1}, {6 * 24 * time.Hour, 1}, {24 * time.Hour, 2}} {
		now = now.Add(step.after)
		if _, err := r.Run(t.Context()); err != nil || b.sweeps != step.want {
			t.Errorf("%s: %d sweeps, %v", now, b.sweeps, err)
		}
	}
	now = now.AddDate(0, 1, 0)
	other := lease{shelf: store, now: r.cfg.Now, name: "retain", holder: "another", length: time.Hour}
	if held, _, err := other.take(t.Context()); err != nil || !held {
		t.Fatal(held, err)
	}
	if _, err := r.Run(t.Context()); err != nil || b.sweeps != 2 {
		t.Errorf("while another process is at it: %d sweeps, %v", b.sweeps, err)
	}
}

func TestARetainerNeedsStoreShelfAndClock(t *testing.T) {
	if _, err := NewRetainer(RetainConfig{}); casework.CodeOf(err) != casework.Invalid {
		t.Error(err)
	}
}
