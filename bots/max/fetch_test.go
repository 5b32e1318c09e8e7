package max

import (
	"io"
	"strings"
	"testing"

	"priemnaya/bots"
	"priemnaya/bots/max/maxtest"
	"priemnaya/bots/wire"
	"priemnaya/bots/wire/wiretest"
)

// received sends files to the bot and gives them as the update tells of them.
func received(t *testing.T, w *world, f ...maxtest.File) []bots.RemoteFile {
	t.Helper()
	w.mx.Person(person, "").SendFiles("", f...)
	w.Listen()
	defer w.End()
	return w.Wait(1)[0].Files
}

func TestEachFileOfAMessageIsFetchedWhole(t *testing.T) {
	w := newWorld(t, false)
	files := received(t, w, maxtest.File{Kind: "image", Data: []byte("one")}, maxtest.File{Kind: "image", Data: []byte("two")},
		maxtest.File{Kind: "video", Data: []byte("three")}, maxtest.File{Kind: "audio", Data: []byte("four")})
	var got []string
	for _, f := range files {
		if strings.Contains(f.Ref, "http") || strings.Contains(f.Ref, "att0") {
			t.Errorf("the reference tells an address or a token: %q", f.Ref)
		}
		r, err := w.a.Fetch(t.Context(), f, 100)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(data))
	}
	if strings.Join(got, " ") != "one two three four" {
		t.Errorf("got %q", got)
	}
}

func TestWhyAFileIsNotFetched(t *testing.T) {
	for name, c := range map[string]struct {
		file   maxtest.File
		before func(*world, *bots.RemoteFile)
		want   bots.SendReason
	}{
		"above our limit":                {maxtest.File{Kind: "file", Name: "a", Data: []byte("12345")}, nil, bots.TooBig},
		"above our limit, size not told": {maxtest.File{Kind: "image", Data: []byte("12345")}, nil, bots.TooBig},
		"no longer in its message":       {maxtest.File{Kind: "image", Data: []byte("1")}, func(_ *world, f *bots.RemoteFile) { f.Ref += "0" }, bots.Lost},
		"of a message that is not there": {maxtest.File{Kind: "image", Data: []byte("1")}, func(_ *world, f *bots.RemoteFile) { f.Ref = "mid.x " + f.Ref }, bots.Lost},
		"without a reference":            {maxtest.File{Kind: "image", Data: []byte("1")}, func(_ *world, f *bots.RemoteFile) { f.Ref = "x" }, bots.Lost},
		"no longer stored":               {maxtest.File{Kind: "image", Data: []byte("1")}, func(w *world, _ *bots.RemoteFile) { w.mx.ForgetFiles() }, bots.Lost},
		"a video no longer stored":       {maxtest.File{Kind: "video", Data: []byte("1")}, func(w *world, _ *bots.RemoteFile) { w.mx.ForgetFiles() }, bots.Lost},
		"with a token that is refused":   {maxtest.File{Kind: "image", Data: []byte("1")}, func(w *world, _ *bots.RemoteFile) { w.mx.Revoke("x") }, bots.Unauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, false)
			f := received(t, w, c.file)[0]
			if c.before != nil {
				c.before(w, &f)
			}
			r, err := w.a.Fetch(t.Context(), f, 4)
			if err == nil {
				r.Close()
			}
			if wire.ReasonOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestFilesComeAndGoByTLSOnly(t *testing.T) {
	a, err := New(Config{Token: testToken, Marks: &wiretest.Marks{}})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{"https://fu.oneme.ru/x": true, "http://fu.oneme.ru/x": false, "file:///etc/passwd": false, "": false, "https:///x": false} {
		if a.secure(address) != want {
			t.Errorf("%q: %v", address, !want)
		}
	}
}
