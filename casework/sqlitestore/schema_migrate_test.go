package sqlitestore

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// firstSchema makes a file as the first release did, with cases received in
// the same second.
func firstSchema(t *testing.T, path string, cases []casework.Case) {
	t.Helper()
	ctx := context.Background()
	db, err := sql.Open("sqlite", dsn(path, pragmas))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := step(ctx, conn, 0); err != nil {
		t.Fatal(err)
	}
	for i := range cases {
		e, err := newEntry(&cases[i])
		if err != nil {
			t.Fatal(err)
		}
		marks, names := "?, ?", "saved, outbox"
		// Columns that came later are at the end.
		old := columns[:slices.Index(columns, "waits")]
		for _, col := range old {
			marks, names = marks+", ?", names+", "+col
		}
		res, err := conn.ExecContext(ctx, "INSERT INTO rows ("+names+") VALUES ("+marks+")", append([]any{i + 1, e.outbox}, e.values[:len(old)]...)...)
		if err != nil {
			t.Fatal(err)
		}
		docid, _ := res.LastInsertId()
		for _, q := range []string{"INSERT INTO docs VALUES (?1, ?2)", "INSERT INTO words(rowid, terms) VALUES (?1, 'ста')"} {
			if _, err := conn.ExecContext(ctx, q, docid, e.doc); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAFileOfTheFirstReleaseIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	var cases []casework.Case
	for i := range 40 {
		cases = append(cases, storetest.Case(fmt.Sprintf("c%02d", i), storetest.Text("старый мост"),
			storetest.Received(storetest.At(i/20)), storetest.Placed("a", casework.StageInWork), storetest.Due(storetest.Day(i%3))))
		cases[i].Version = 1
		switch c := &cases[i]; i % 8 {
		case 1:
			c.Procedure.Requests = []casework.Request{{ID: "r1", To: "b", AnsweredAt: storetest.At(2)}, {ID: "r2", To: casework.ToApplicant}}
		case 2:
			c.Procedure.Requests = []casework.Request{{ID: "r1", To: "b"}}
		case 3:
			c.Procedure.Proposal = &casework.Proposal{Days: 3}
		case 4:
			c.Draft = &casework.Draft{Remarks: "дописать"}
		}
	}
	firstSchema(t, path, cases)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var found casework.Page
	wait(t, "old cases are found by their words", func() bool {
		found, err = s.Page(t.Context(), casework.Query{Text: "мосты", Bodies: []string{"a"}, Window: casework.Window{Limit: 100}})
		if err != nil {
			t.Fatal(err)
		}
		return len(found.Rows) == 40
	})
	if first := found.Rows[0].ID; first != "c20" {
		t.Errorf("the newest find is %s, want c20", first)
	}
	page, err := s.Page(t.Context(), casework.Query{Stages: []casework.Stage{casework.StageInWork}, Window: casework.Window{Limit: 100}})
	if err != nil || len(page.Rows) != 40 {
		t.Errorf("%d cases are in work, want 40 (%v)", len(page.Rows), err)
	}
	for bit, left := range []int{1, 2, 3, 4} {
		page, err := s.Page(t.Context(), casework.Query{Waits: 1 << bit, Window: casework.Window{Limit: 100}})
		if err != nil || len(page.Rows) != 5 {
			t.Errorf("%d old cases wait for %d, want 5 (%v)", len(page.Rows), 1<<bit, err)
		}
		for _, r := range page.Rows {
			if n, _ := strconv.Atoi(r.ID[1:]); n%8 != left || r.Waits != 1<<bit {
				t.Errorf("%s waits for %d", r.ID, r.Waits)
			}
		}
	}
	_, err = s.Update(t.Context(), "c05", func(c casework.Case) (casework.Case, error) {
		c.Content.Text = "новый паром"
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wait(t, "a changed old case is found by its new words", func() bool {
		p, err := s.Page(t.Context(), casework.Query{Text: "паром", Window: casework.Window{Limit: 9}})
		return err == nil && len(p.Rows) == 1 && p.Rows[0].ID == "c05"
	})
}

func TestAnOldFileSaysWhatIsDoneToIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	firstSchema(t, path, []casework.Case{storetest.Case("c1")})
	for _, want := range []int{len(migrations) - 1, 0} {
		var said bytes.Buffer
		s, err := Open(t.Context(), path, Options{Log: slog.New(slog.NewTextHandler(&said, nil))})
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(said.String(), "newer schema"); n != want {
			t.Errorf("%d steps are told of, want %d\n%s", n, want, said.String())
		}
		columns := map[string]string{}
		for _, line := range schemaOf(t, s) {
			if _, text, ok := strings.Cut(line, "CREATE INDEX rows_"); ok {
				name, rest, _ := strings.Cut(text, " ON ")
				columns[name] = rest
			}
		}
		if !strings.HasPrefix(columns["officer_due"], "rows(officer, stage, due") || !strings.HasPrefix(columns["unit_due"], "rows(unit, stage, due") {
			t.Errorf("the indexes are %v", columns)
		}
		s.Close()
	}
	var said bytes.Buffer
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "new.db"), Options{Log: slog.New(slog.NewTextHandler(&said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if strings.Contains(said.String(), "schema") {
		t.Errorf("a new file is told of:\n%s", said.String())
	}
}
