package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

var here = Place{Agency: "demo", Report: Report{1, 2, 3}, Kind: KindReport}

func mustSeal(t *testing.T, place Place, body []byte, from *Identity, to ...Public) []byte {
	t.Helper()
	e, err := Seal(place, body, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEveryRecipientOpensWhatWasSealedAndNobodyElse(t *testing.T) {
	officer, recovery, author, stranger := NewIdentity(), NewIdentity(), NewIdentity(), NewIdentity()
	e := mustSeal(t, here, []byte("текст"), author, officer.Public(), recovery.Public(), author.Public())
	if err := Check(e); err != nil {
		t.Fatal(err)
	}
	for _, who := range []*Identity{officer, recovery, author} {
		o, err := Open(here, e, who)
		if err != nil || string(o.Body) != "текст" || !o.By(author.Public()) {
			t.Fatalf("%q %v %v", o.Body, o.Signed, err)
		}
		if o.By(officer.Public()) {
			t.Fatal("the author's signature passed for the officer's")
		}
	}
	if _, err := Open(here, e, stranger); !errors.Is(err, ErrNotForYou) {
		t.Fatal(err)
	}
}

func TestAnEnvelopeOpensAtNoOtherPlace(t *testing.T) {
	me := NewIdentity()
	e := mustSeal(t, here, []byte("x"), me, me.Public())
	for _, change := range []func(*Place){
		func(p *Place) { p.Agency = "demo2" },
		func(p *Place) { p.Report[15] = 1 },
		func(p *Place) { p.Kind = KindOfficer },
		func(p *Place) { p.Number = 1 },
	} {
		p := here
		change(&p)
		if _, err := Open(p, e, me); err == nil {
			t.Errorf("opened at %+v", p)
		}
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	me := NewIdentity()
	e := mustSeal(t, here, []byte("слова"), me, me.Public())
	head := len(e) - 16*kib - tagSize
	refused := 0
	for i := 0; i < len(e); i += 1 + 97*b2i(i > head+200) {
		bad := bytes.Clone(e)
		bad[i] ^= 0x80
		o, err := Open(here, bad, me)
		if err != nil {
			refused++
		} else if i < len(magic)+1 || i >= len(magic)+1+stanzaGroup*stanzaSize || string(o.Body) != "слова" {
			// Only the seven stanzas of others may change unnoticed.
			t.Fatalf("byte %d was changed and the envelope opened", i)
		}
	}
	if refused < 200 {
		t.Fatalf("only %d changes were refused", refused)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestACutOrGluedEnvelopeIsRefused(t *testing.T) {
	me := NewIdentity()
	body := make([]byte, 200*kib)
	rand.Read(body)
	e := mustSeal(t, here, body, nil, me.Public())
	for _, bad := range [][]byte{
		nil, e[:10], e[:len(e)-1], e[:len(e)-chunkSize-tagSize], append(bytes.Clone(e), 0),
		append(bytes.Clone(e), e[len(e)-chunkSize-tagSize:]...),
		// The chunks in another order.
		append(append(bytes.Clone(e[:len(e)-2*(chunkSize+tagSize)]), e[len(e)-chunkSize-tagSize:]...), e[len(e)-2*(chunkSize+tagSize):len(e)-chunkSize-tagSize]...),
		// Whole chunks taken from the end, down to a lawful step.
		e[:len(e)-3*(chunkSize+tagSize)],
	} {
		if _, err := Open(here, bad, me); err == nil {
			t.Errorf("an envelope of %d bytes instead of %d opened", len(bad), len(e))
		}
	}
}

func TestLengthsOnDiskTellOnlyTheStep(t *testing.T) {
	me, you := NewIdentity().Public(), NewIdentity().Public()
	sizes := map[int]map[int]bool{}
	for _, n := range []int{0, 1, 100, 5000, 16*kib - frameSize, 16*kib - frameSize + 1, 30 * kib, 64*kib - frameSize, 65 * kib, 256*kib - frameSize, mib - frameSize, mib, 2*mib - frameSize} {
		for _, to := range [][]Public{{me}, {me, you}} {
			e := mustSeal(t, here, make([]byte, n), nil, to...)
			step, err := Step(n)
			if err != nil {
				t.Fatal(err)
			}
			if sizes[step] == nil {
				sizes[step] = map[int]bool{}
			}
			sizes[step][len(e)] = true
		}
	}
	for step, seen := range sizes {
		if len(seen) != 1 {
			t.Errorf("step %d shows %d lengths", step, len(seen))
		}
	}
	if len(sizes) != 5 {
		t.Errorf("%d steps were tried", len(sizes))
	}
}

func TestTheLongestBodyFitsAndOneByteMoreIsRefused(t *testing.T) {
	if s, err := Step(MaxBody); err != nil || s != 64*mib {
		t.Fatal(s, err)
	}
	if _, err := Seal(here, make([]byte, MaxBody+1), nil, []Public{NewIdentity().Public()}); !errors.Is(err, ErrTooLong) {
		t.Fatal(err)
	}
	if _, err := Step(-1); err == nil {
		t.Fatal("a negative length has a step")
	}
}

func TestTwoEnvelopesOfTheSameTextHaveNothingInCommon(t *testing.T) {
	me := NewIdentity()
	a, b := mustSeal(t, here, []byte("same"), me, me.Public()), mustSeal(t, here, []byte("same"), me, me.Public())
	start := len(magic) + 1
	equal := 0
	for i := start; i < len(a); i++ {
		equal += b2i(a[i] == b[i])
	}
	if equal > (len(a)-start)/128 {
		t.Errorf("%d of %d bytes are equal", equal, len(a))
	}
	if pub := me.Public(); bytes.Contains(a, pub.Seal[:]) || bytes.Contains(a, pub.Sign[:]) {
		t.Error("the envelope shows whose it is")
	}
}

func TestADecoyLooksLikeAMessage(t *testing.T) {
	d, err := Decoy(here)
	if err != nil {
		t.Fatal(err)
	}
	e := mustSeal(t, here, []byte("да"), nil, NewIdentity().Public(), NewIdentity().Public())
	if len(d) != len(e) || Check(d) != nil {
		t.Errorf("%d and %d bytes", len(d), len(e))
	}
}

func TestAnEnvelopeWithTwoContentKeysIsRefused(t *testing.T) {
	// A sender who wants two officers to read two texts wraps two keys.
	a, b := NewIdentity(), NewIdentity()
	e := mustSeal(t, here, []byte("x"), nil, a.Public())
	_, commit, _, _ := split(e)
	other, err := wrap(here, bytes.Repeat([]byte{7}, 32), commit, b.Public().Seal)
	if err != nil {
		t.Fatal(err)
	}
	for s := range stanzaGroup {
		bad := bytes.Clone(e)
		copy(bad[len(magic)+1+s*stanzaSize:], other)
		if _, err := Open(here, bad, b); !errors.Is(err, ErrDamaged) {
			t.Fatal(err)
		}
	}
}

func TestBadRecipientsAndPlacesAreRefused(t *testing.T) {
	good := NewIdentity().Public()
	if _, err := Seal(here, nil, nil, nil); err == nil {
		t.Error("sealed to nobody")
	}
	if _, err := Seal(here, nil, nil, []Public{{}}); err == nil {
		t.Error("sealed to a key of small order: everybody opens it")
	}
	if _, err := Seal(here, nil, nil, make([]Public, MaxRecipients+1)); err == nil {
		t.Error("too many recipients")
	}
	for _, p := range []Place{{}, {Agency: "a\nb", Report: here.Report, Kind: KindReport}, {Agency: "demo", Kind: KindReport},
		{Agency: "demo", Report: here.Report, Kind: "x"}, {Agency: "Demo", Report: here.Report, Kind: KindReport}} {
		if _, err := Seal(p, nil, nil, []Public{good}); err == nil {
			t.Errorf("%+v passed", p)
		}
	}
}

func TestAnyBodySurvivesTheEnvelope(t *testing.T) {
	me := NewIdentity()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 0, 70*kib).Draw(t, "body")
		p := Place{Agency: rapid.StringMatching(`[a-z0-9-]{1,64}`).Draw(t, "agency"), Report: NewReport(),
			Kind: rapid.SampledFrom(Kinds()).Draw(t, "kind"), Number: rapid.Uint32().Draw(t, "number")}
		e, err := Seal(p, body, nil, []Public{me.Public()})
		if err != nil {
			t.Fatal(err)
		}
		if o, err := Open(p, e, me); err != nil || !bytes.Equal(o.Body, body) || o.Signed {
			t.Fatal(err)
		}
	})
}
