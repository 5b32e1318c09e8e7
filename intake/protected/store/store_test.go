package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

type moment struct{ at time.Time }

func (m *moment) now() time.Time { return m.at }

func opened(t *testing.T) (*Store, *moment) {
	t.Helper()
	clock := &moment{time.Date(2026, 11, 21, 15, 42, 17, 0, time.UTC)}
	s, err := Open(t.Context(), Config{Folder: t.TempDir(), Now: clock.now, KeepDays: 30, DecoyStep: 4096})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, clock
}

func letter(fill byte) Message {
	return Message{From: FromAuthor, Sealed: bytes.Repeat([]byte{fill}, 4096)}
}

func create(t *testing.T, s *Store, locator string, m Message) ID {
	t.Helper()
	id, err := s.Create(t.Context(), KeyOf([]byte(locator)), []byte("author key"), m)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestADialogueIsKeptInOrderWithItsFiles(t *testing.T) {
	s, _ := opened(t)
	first := letter('a')
	first.Files = bytes.Repeat([]byte("F"), 20000)
	id := create(t, s, "one", first)
	answer := Message{From: FromAgency, Sealed: []byte("answer"), Once: [16]byte{1}}
	for range 2 { // sent twice, kept once
		if err := s.Append(t.Context(), id, answer); err != nil {
			t.Fatal(err)
		}
	}
	report, messages, err := s.Box(t.Context(), KeyOf([]byte("one")))
	if err != nil || report.ID != id || string(report.Author) != "author key" || len(messages) != 2 || report.Messages != 2 {
		t.Fatalf("%v %+v %d messages", err, report, len(messages))
	}
	if !messages[0].HasFiles || messages[1].HasFiles || messages[1].From != FromAgency || string(messages[1].Sealed) != "answer" {
		t.Errorf("%+v", messages[1])
	}
	files, err := s.Files(t.Context(), id, 0)
	if err != nil || !bytes.Equal(files, first.Files) {
		t.Errorf("files: %v, %d bytes", err, len(files))
	}
	if _, err := s.Files(t.Context(), id, 1); !errors.Is(err, ErrNone) {
		t.Errorf("files of a message without: %v", err)
	}
}

func TestOneKeyHasOneReport(t *testing.T) {
	s, _ := opened(t)
	create(t, s, "one", letter('a'))
	if _, err := s.Create(t.Context(), KeyOf([]byte("one")), nil, letter('b')); !errors.Is(err, ErrTaken) {
		t.Errorf("a second report under one key: %v", err)
	}
}

func TestWrongExpiredAndShreddedAreOneAnswer(t *testing.T) {
	s, clock := opened(t)
	gone := create(t, s, "shredded", letter('a'))
	if err := s.Shred(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	create(t, s, "expired", letter('a'))
	clock.at = clock.at.AddDate(0, 0, 31)
	for _, locator := range []string{"wrong", "shredded", "expired"} {
		report, messages, err := s.Box(t.Context(), KeyOf([]byte(locator)))
		if err != ErrNone || report.Author != nil || messages != nil {
			t.Errorf("%s: %v %+v", locator, err, report)
		}
	}
	if _, _, err := s.Box(t.Context(), Key{}); err != ErrNone {
		t.Errorf("the decoy can be reached: %v", err)
	}
}

func TestOfficersSeeLivingReportsAndKeepANote(t *testing.T) {
	s, clock := opened(t)
	old := create(t, s, "old", letter('a'))
	clock.at = clock.at.AddDate(0, 0, 2)
	fresh := create(t, s, "fresh", letter('b'))
	all, err := s.List(t.Context())
	if err != nil || len(all) != 2 || all[0].ID != fresh || all[1].ID != old {
		t.Fatalf("%v %v", err, all)
	}
	newer, err := s.NewSince(t.Context(), DayOf(clock.at))
	if err != nil || len(newer) != 1 || newer[0].ID != fresh {
		t.Errorf("new since today: %v %v", err, newer)
	}
	if err := s.SetDesk(t.Context(), old, 0, []byte("sealed note")); err != nil {
		t.Fatal(err)
	}
	if err := s.SetDesk(t.Context(), old, 0, []byte("later")); err != ErrStale {
		t.Errorf("a stale note: %v", err)
	}
	r, _, err := s.Report(t.Context(), old)
	if err != nil || string(r.Desk) != "sealed note" || r.Version != 1 {
		t.Errorf("%v %+v", err, r)
	}
	if err := s.Keep(t.Context(), old, DayOf(clock.at)); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sweep(t.Context()); err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
	if _, _, err := s.Report(t.Context(), old); err != ErrNone {
		t.Errorf("swept but there: %v", err)
	}
}

func TestAReportTravelsWhole(t *testing.T) {
	a, _ := opened(t)
	b, _ := opened(t)
	first := letter('a')
	first.Files = []byte("sealed files")
	id := create(t, a, "one", first)
	if err := a.Append(t.Context(), id, Message{From: FromAgency, Sealed: []byte("answer")}); err != nil {
		t.Fatal(err)
	}
	dump, err := a.Export(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	there, err := b.Import(t.Context(), dump)
	if err != nil || there == id {
		t.Fatalf("%v; the id of the other agency must not travel", err)
	}
	_, messages, err := b.Box(t.Context(), KeyOf([]byte("one")))
	if err != nil || len(messages) != 2 || !messages[0].HasFiles || messages[1].From != FromAgency {
		t.Errorf("%v %+v", err, messages)
	}
	if files, err := b.Files(t.Context(), there, 0); err != nil || string(files) != "sealed files" {
		t.Errorf("%q %v", files, err)
	}
}

func TestAShreddedReportDoesNotComeBackFromABackup(t *testing.T) {
	s, clock := opened(t)
	id := create(t, s, "one", letter('a'))
	kept := create(t, s, "two", letter('b'))
	copied := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if err := s.Shred(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	s.Close()
	raw, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path(DatabaseFile), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), Config{Folder: s.conf.Folder, Now: clock.now, DecoyStep: 4096})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := readRow(t.Context(), again.db, "id", id[:]); err != nil {
		t.Fatalf("the backup has no row to try: %v", err)
	}
	if _, _, err := again.Report(t.Context(), id); err != ErrNone {
		t.Errorf("a shredded report opens after a restore: %v", err)
	}
	if _, _, err := again.Report(t.Context(), kept); err != nil {
		t.Errorf("the other report is lost: %v", err)
	}
	if n, err := again.Sweep(context.Background()); err != nil || n != 1 {
		t.Errorf("the dead row is not swept: %d %v", n, err)
	}
}

func TestSizesOnDiskRevealOnlyTheStep(t *testing.T) {
	s, _ := opened(t)
	sizes := map[int]bool{}
	for i := range 20 {
		create(t, s, string(rune('a'+i)), letter(byte(i)))
	}
	rows, err := s.db.Query("SELECT length(m.sealed), length(r.head) FROM message m JOIN report r ON r.id = m.id WHERE r.id <> ?", s.decoy[:])
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var sealed, head int
		if err := rows.Scan(&sealed, &head); err != nil {
			t.Fatal(err)
		}
		sizes[sealed<<16|head] = true
	}
	if len(sizes) != 1 {
		t.Errorf("%d different sizes for letters of one step", len(sizes))
	}
}

func TestTimesOnDiskAreDays(t *testing.T) {
	s, _ := opened(t)
	create(t, s, "one", letter('a'))
	for _, name := range []string{DatabaseFile, ShredFile} {
		info, err := os.Stat(s.path(name))
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC); !info.ModTime().Equal(want) {
			t.Errorf("%s was changed at %v, want the beginning of the day", name, info.ModTime())
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

// Pages of a fresh report lie at the end of the file until Shuffle.
func TestShuffleTakesTheOrderOfArrivalOutOfTheFile(t *testing.T) {
	s, _ := opened(t)
	const n = 40
	var ids []ID
	for i := range n {
		ids = append(ids, create(t, s, string(rune('A'+i)), letter(byte(i))))
	}
	if inOrder(t, s, ids) < n/2 {
		t.Skip("the pages are not in the order of arrival to begin with")
	}
	if err := s.Shuffle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := inOrder(t, s, ids); got > n*3/4 {
		t.Errorf("%d of %d neighbours still lie in the order of arrival", got, n-1)
	}
}

// inOrder counts neighbours by arrival whose wrapped letters lie in that order.
func inOrder(t *testing.T, s *Store, ids []ID) int {
	t.Helper()
	raw, err := os.ReadFile(s.path(DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	count, last := 0, -1
	for _, id := range ids {
		var sealed []byte
		if err := s.db.QueryRow("SELECT sealed FROM message WHERE id = ?", id[:]).Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		// The tail of a long value lies in an overflow page.
		at := bytes.Index(raw, sealed[len(sealed)-64:])
		if at > last && last >= 0 {
			count++
		}
		last = at
	}
	return count
}

func TestSlotsGrowBeforeTheyRunOut(t *testing.T) {
	s, _ := opened(t)
	if n, err := s.keys.slots(); err != nil || n != firstSlots {
		t.Fatalf("%d slots, %v", n, err)
	}
	for i := range 8 {
		id := create(t, s, string(rune('a'+i)), letter('x'))
		if i%2 == 0 {
			if err := s.Shred(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.keys.grow(firstSlots); err != nil {
		t.Fatal(err)
	}
	if n, _ := s.keys.slots(); n != 2*firstSlots {
		t.Errorf("%d slots after growing", n)
	}
	if all, err := s.List(t.Context()); err != nil || len(all) != 4 {
		t.Errorf("%d reports, %v", len(all), err)
	}
}

func TestARowMovedToAnotherPlaceDoesNotOpen(t *testing.T) {
	s, _ := opened(t)
	id := create(t, s, "one", letter('a'))
	if err := s.Append(t.Context(), id, letter('b')); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec("UPDATE message SET place = 1 - place + 10 WHERE id = ?", id[:]); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Report(t.Context(), id); err != ErrNone {
		t.Errorf("letters in exchanged places open: %v", err)
	}
}

func TestAnIDIsReadBack(t *testing.T) {
	id := ID{1, 2, 255}
	if back, err := ParseID(id.String()); err != nil || back != id {
		t.Errorf("%v %v", back, err)
	}
	for _, bad := range []string{"", "zz", "00"} {
		if _, err := ParseID(bad); err != ErrNone {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
