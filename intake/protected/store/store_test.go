package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/intake/protected/seal"
)

type moment struct{ at time.Time }

func (m *moment) now() time.Time { return m.at }

func opened(t *testing.T) (*Store, *moment) {
	t.Helper()
	clock := &moment{time.Date(2026, 11, 21, 15, 42, 17, 0, time.UTC)}
	s, err := Open(t.Context(), Config{Folder: t.TempDir(), Agency: "test", Now: clock.now, KeepDays: 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, clock
}

// author stands for the words of a person.
func author(name string) *seal.Author {
	return &seal.Author{Tag: sha256.Sum256([]byte("tag " + name)), Secret: sha256.Sum256([]byte("secret " + name))}
}

func mark(name string) [16]byte { return [16]byte(author(name).Tag[:16]) }

func letter(name string, kind seal.Kind, number uint32) Message {
	return Message{Kind: kind, Number: number, Once: mark(fmt.Sprint(name, kind, number)), Sealed: bytes.Repeat([]byte(name), 16384/len(name))}
}

func create(t *testing.T, s *Store, name string, files ...File) ID {
	t.Helper()
	id := seal.NewReport()
	m := letter(name, seal.KindReport, 0)
	m.Files = files
	if err := s.Create(t.Context(), id, WordsOf(author(name)), m); err != nil {
		t.Fatal(err)
	}
	return id
}

func box(t *testing.T, s *Store, name string) (Report, []Message, error) {
	t.Helper()
	a := author(name)
	return s.Box(t.Context(), a.Tag, a.Secret)
}

func TestADialogueIsKeptInOrderWithItsFiles(t *testing.T) {
	s, _ := opened(t)
	id := create(t, s, "one", File{Number: 0, Sealed: []byte("first file")}, File{Number: 1, Sealed: []byte("second file")})
	answer := letter("answer", seal.KindOfficer, 0)
	for range 2 { // sent twice, kept once
		if err := s.Append(t.Context(), id, answer); err != nil {
			t.Fatal(err)
		}
	}
	report, messages, err := box(t, s, "one")
	if err != nil || report.ID != id || len(messages) != 2 {
		t.Fatalf("%v %+v %d messages", err, report, len(messages))
	}
	if len(messages[0].Files) != 2 || len(messages[1].Files) != 0 || messages[1].Kind != seal.KindOfficer || !bytes.Equal(messages[1].Sealed, answer.Sealed) {
		t.Errorf("%+v", messages)
	}
	if f, err := s.File(t.Context(), id, 1); err != nil || string(f) != "second file" {
		t.Errorf("file: %v %q", err, f)
	}
	if _, err := s.File(t.Context(), id, 2); err != ErrNone {
		t.Errorf("a file that is none: %v", err)
	}
	if Next(messages, seal.KindOfficer) != 1 || Next(messages, seal.KindAuthor) != 0 || NextFile(messages) != 2 {
		t.Error("the next numbers are wrong")
	}
}

func TestWhoComesSecondSealsAnew(t *testing.T) {
	s, _ := opened(t)
	id := create(t, s, "one", File{Number: 0, Sealed: []byte("file")})
	if err := s.Append(t.Context(), id, letter("a", seal.KindOfficer, 0)); err != nil {
		t.Fatal(err)
	}
	other := letter("b", seal.KindOfficer, 0)
	other.Once = mark("other")
	if err := s.Append(t.Context(), id, other); err != ErrStale {
		t.Errorf("a number was taken twice: %v", err)
	}
	other.Number, other.Files = 1, []File{{Number: 0, Sealed: []byte("other file")}}
	if err := s.Append(t.Context(), id, other); err != ErrStale {
		t.Errorf("the number of a file was taken twice: %v", err)
	}
	if _, messages, err := s.Report(t.Context(), id); err != nil || len(messages) != 2 {
		t.Errorf("a refused message left something: %v, %d messages", err, len(messages))
	}
	if err := s.Append(t.Context(), id, Message{Kind: seal.KindAuthor, Sealed: []byte("x")}); err == nil {
		t.Error("a message without a mark was taken")
	}
}

func TestOneAuthorHasOneReport(t *testing.T) {
	s, _ := opened(t)
	create(t, s, "one")
	if err := s.Create(t.Context(), seal.NewReport(), WordsOf(author("one")), letter("b", seal.KindReport, 0)); err != ErrTaken {
		t.Errorf("a second report of the same words: %v", err)
	}
}

func TestWrongExpiredAndShreddedAreOneAnswer(t *testing.T) {
	s, clock := opened(t)
	if err := s.Shred(t.Context(), create(t, s, "shredded")); err != nil {
		t.Fatal(err)
	}
	create(t, s, "expired")
	clock.at = clock.at.AddDate(0, 0, 31)
	create(t, s, "right")
	for _, name := range []string{"wrong", "shredded", "expired"} {
		if report, messages, err := box(t, s, name); err != ErrNone || report.ID != s.decoy || len(messages) != 1 {
			t.Errorf("%s: %v %+v", name, err, report)
		}
	}
	if _, _, err := s.Box(t.Context(), author("right").Tag, author("wrong").Secret); err != ErrNone {
		t.Errorf("the tag alone opens the box: %v", err)
	}
	if _, _, err := s.Report(t.Context(), s.decoy); err != ErrNone {
		t.Errorf("the decoy can be reached: %v", err)
	}
	if _, _, err := box(t, s, "right"); err != nil {
		t.Errorf("the right words: %v", err)
	}
}

func TestOfficersSeeLivingReportsAndKeepANote(t *testing.T) {
	s, clock := opened(t)
	old := create(t, s, "old")
	clock.at = clock.at.AddDate(0, 0, 2)
	fresh := create(t, s, "fresh")
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
	id := create(t, a, "one", File{Sealed: []byte("sealed file")})
	if err := a.Append(t.Context(), id, letter("answer", seal.KindOfficer, 0)); err != nil {
		t.Fatal(err)
	}
	dump, err := a.Export(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	dump.Report.ID = seal.NewReport()
	if err := b.Import(t.Context(), dump); err != nil {
		t.Fatal(err)
	}
	report, messages, err := box(t, b, "one")
	if err != nil || len(messages) != 2 || len(messages[0].Files) != 1 || messages[1].Kind != seal.KindOfficer {
		t.Fatalf("%v %+v", err, messages)
	}
	if f, err := b.File(t.Context(), report.ID, 0); err != nil || string(f) != "sealed file" {
		t.Errorf("%q %v", f, err)
	}
}

// restored closes a store, puts an older copy of its database back and opens
// it again, as an administrator or a thief of backups does.
func restored(t *testing.T, s *Store, clock *moment, copied string) *Store {
	t.Helper()
	s.Close()
	raw, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path(DatabaseFile), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), Config{Folder: s.conf.Folder, Agency: "test", Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	return again
}

func TestAShreddedReportDoesNotComeBackFromABackup(t *testing.T) {
	s, clock := opened(t)
	id, kept := create(t, s, "one"), create(t, s, "two")
	copied := filepath.Join(t.TempDir(), "backup.db")
	if err := s.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if err := s.Shred(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	again := restored(t, s, clock, copied)
	if _, err := readRow(t.Context(), again.db, "id", id[:]); err != nil {
		t.Fatalf("the backup has no row to try: %v", err)
	}
	if _, _, err := again.Report(t.Context(), id); err != ErrNone {
		t.Errorf("a shredded report opens after a restore: %v", err)
	}
	if _, _, err := again.Report(t.Context(), kept); err != nil {
		t.Errorf("the other report is lost: %v", err)
	}
	if n, err := again.Sweep(t.Context()); err != nil || n != 1 {
		t.Errorf("the dead row is not swept: %d %v", n, err)
	}
}

func TestSizesOnDiskRevealOnlyTheStep(t *testing.T) {
	s, _ := opened(t)
	sizes := map[string]bool{}
	for i := range 20 {
		body, err := seal.Letter{Text: strings.Repeat("я", 1+i*300)}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		id, who := seal.NewReport(), seal.NewIdentity()
		envelope, err := seal.Seal(seal.Place{Agency: "test", Report: id, Kind: seal.KindReport}, body, who, []seal.Public{who.Public()})
		if err != nil {
			t.Fatal(err)
		}
		m := Message{Kind: seal.KindReport, Once: mark(fmt.Sprint(i)), Sealed: envelope}
		if err := s.Create(t.Context(), id, WordsOf(author(fmt.Sprint(i))), m); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := s.db.Query("SELECT length(m.sealed), length(r.tag), length(r.secret), length(m.once) FROM message m JOIN report r ON r.id = m.id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n [4]int
		if err := rows.Scan(&n[0], &n[1], &n[2], &n[3]); err != nil {
			t.Fatal(err)
		}
		sizes[fmt.Sprint(n)] = true
	}
	// The decoy is one of them: it has the size of a real report.
	if len(sizes) != 1 {
		t.Errorf("letters of 1 to 5,700 characters have the sizes %v", sizes)
	}
}

func TestTimesOnDiskAreDays(t *testing.T) {
	s, _ := opened(t)
	create(t, s, "one")
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
		ids = append(ids, create(t, s, fmt.Sprint("w", i)))
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

func TestSlotsAreDrawnByLot(t *testing.T) {
	s, _ := opened(t)
	for i := range 12 {
		create(t, s, fmt.Sprint("w", i))
	}
	var distinct, least, most int
	if err := s.db.QueryRow("SELECT count(DISTINCT slot), min(slot), max(slot) FROM report").Scan(&distinct, &least, &most); err != nil {
		t.Fatal(err)
	}
	if distinct != 13 || most-least < 1000 {
		t.Errorf("13 reports have %d slots between %d and %d", distinct, least, most)
	}
}
