package storetest

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"priemnaya/casework"
)

func shelfClaims() []Claim {
	return []Claim{
		{"a record is fetched as it was put, with the next version", shelfRoundtrip},
		{"a new record is refused where there is one, and changes nothing", shelfExists},
		{"a record is saved only over the version that was read", shelfVersions},
		{"of many that put one record at once exactly one succeeds", shelfRace},
		{"an expired record is not found, not listed and free to be made anew", shelfExpired},
		{"the time of expiry can be moved and taken away", shelfExtend},
		{"a removed record is gone, and removing nothing is no error", shelfRemove},
		{"a record without a kind or an ID is invalid", shelfNoKey},
	}
}

// Far instants, so that no clock matters.
var (
	longAgo = time.Date(2001, 2, 3, 4, 5, 6, 789_000_000, time.UTC)
	farOff  = time.Date(2101, 2, 3, 4, 5, 6, 789_000_000, time.UTC)
)

func put(t TB, s Storage, r casework.Record) casework.Record {
	t.Helper()
	r, err := s.Put(t.Context(), r)
	must(t, err)
	return r
}

func fetch(t TB, s Storage, kind, id string) casework.Record {
	t.Helper()
	r, err := s.Fetch(t.Context(), kind, id)
	must(t, err)
	return r
}

func wantRecord(t TB, got, want casework.Record) {
	t.Helper()
	if got.Kind != want.Kind || got.ID != want.ID || got.Version != want.Version || got.Owner != want.Owner ||
		!got.Expires.Equal(want.Expires) || !bytes.Equal(got.Data, want.Data) {
		t.Errorf("record %+.300v, want %+.300v", got, want)
	}
}

func shelfRoundtrip(t TB, s Storage) {
	for i, r := range []casework.Record{
		{Kind: "draft", ID: "a", Data: []byte(`{"x":1}`)},
		{Kind: "draft", ID: "b", Owner: "esia:1", Expires: farOff, Data: []byte{0, 1, 2, 255}},
		{Kind: "черновик", ID: "'; --", Owner: `{"$ne":1}`, Data: bytes.Repeat([]byte("ю"), 200_000)},
		{Kind: "a.b", ID: "$c", Owner: "x/y"},
	} {
		want := r
		want.Version = 1
		wantRecord(t, put(t, s, r), want)
		wantRecord(t, fetch(t, s, r.Kind, r.ID), want)
		want.Data, want.Owner = []byte(fmt.Sprint("новое ", i)), "другой"
		saved := put(t, s, want)
		want.Version = 2
		wantRecord(t, saved, want)
		wantRecord(t, fetch(t, s, r.Kind, r.ID), want)
	}
	_, err := s.Fetch(t.Context(), "draft", "$c")
	wantCode(t, err, casework.NotFound)
}

func shelfExists(t TB, s Storage) {
	first := put(t, s, casework.Record{Kind: "k", ID: "a", Data: []byte("первое")})
	_, err := s.Put(t.Context(), casework.Record{Kind: "k", ID: "a", Data: []byte("второе")})
	wantCode(t, err, casework.Exists)
	wantRecord(t, fetch(t, s, "k", "a"), first)
}

func shelfVersions(t TB, s Storage) {
	r := put(t, s, casework.Record{Kind: "k", ID: "a"})
	r = put(t, s, r)
	for _, version := range []int64{1, 3, 99, -1} {
		_, err := s.Put(t.Context(), casework.Record{Kind: "k", ID: "a", Version: version, Data: []byte("чужое")})
		wantCode(t, err, casework.Conflict)
	}
	_, err := s.Put(t.Context(), casework.Record{Kind: "k", ID: "никто", Version: 1})
	wantCode(t, err, casework.Conflict)
	wantRecord(t, fetch(t, s, "k", "a"), r)
}

func shelfRace(t TB, s Storage) {
	for version := range int64(3) {
		errs := together(10, func(i int) error {
			_, err := s.Put(t.Context(), casework.Record{Kind: "k", ID: "a", Version: version, Data: []byte{byte(i)}})
			return err
		})
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case version == 0:
				wantCode(t, err, casework.Exists)
			default:
				wantCode(t, err, casework.Conflict)
			}
		}
		if won != 1 || fetch(t, s, "k", "a").Version != version+1 {
			t.Errorf("%d of 10 have saved over version %d", won, version)
		}
	}
}

func shelfExpired(t TB, s Storage) {
	r := put(t, s, casework.Record{Kind: "k", ID: "a", Owner: "o", Expires: longAgo})
	put(t, s, casework.Record{Kind: "k", ID: "b", Owner: "o", Expires: farOff})
	_, err := s.Fetch(t.Context(), "k", "a")
	wantCode(t, err, casework.NotFound)
	for _, w := range [][2]string{{"k", ""}, {"k", "o"}, {"", ""}} {
		if got := listIDs(t, s, w[0], w[1], 50); got != "k/b" {
			t.Errorf("kind %q of owner %q lists %q, want k/b", w[0], w[1], got)
		}
	}
	_, err = s.Put(t.Context(), r)
	wantCode(t, err, casework.Conflict)
	anew := put(t, s, casework.Record{Kind: "k", ID: "a", Data: []byte("заново")})
	if anew.Version != 1 || anew.Owner != "" {
		t.Errorf("made anew: %+v", anew)
	}
	wantRecord(t, fetch(t, s, "k", "a"), anew)
}

func shelfExtend(t TB, s Storage) {
	r := put(t, s, casework.Record{Kind: "k", ID: "a", Expires: farOff})
	r.Expires = farOff.AddDate(1, 0, 0)
	r = put(t, s, r)
	wantRecord(t, fetch(t, s, "k", "a"), r)
	r.Expires = time.Time{}
	r = put(t, s, r)
	wantRecord(t, fetch(t, s, "k", "a"), r)
	n, err := s.Purge(t.Context(), farOff.AddDate(9, 0, 0), 10)
	must(t, err)
	if n != 0 {
		t.Errorf("a record that never expires was purged")
	}
}

func shelfRemove(t TB, s Storage) {
	put(t, s, casework.Record{Kind: "k", ID: "a"})
	put(t, s, casework.Record{Kind: "other", ID: "a"})
	for range 2 {
		must(t, s.Remove(t.Context(), "k", "a"))
	}
	_, err := s.Fetch(t.Context(), "k", "a")
	wantCode(t, err, casework.NotFound)
	fetch(t, s, "other", "a")
}

func shelfNoKey(t TB, s Storage) {
	for _, r := range []casework.Record{{Kind: "k"}, {ID: "a"}} {
		_, err := s.Put(t.Context(), r)
		wantCode(t, err, casework.Invalid)
	}
}

// listIDs pages through a listing and gives "kind/id kind/id".
func listIDs(t TB, s Storage, kind, owner string, limit int) string {
	t.Helper()
	var ids []string
	w := casework.Window{Limit: limit}
	for range 100 {
		list, next, err := s.List(t.Context(), kind, owner, w)
		must(t, err)
		if len(list) > limit {
			t.Errorf("%d records, limit %d", len(list), limit)
		}
		for _, r := range list {
			ids = append(ids, r.Kind+"/"+r.ID)
		}
		if next == "" {
			break
		}
		w.After = next
	}
	return strings.Join(ids, " ")
}
