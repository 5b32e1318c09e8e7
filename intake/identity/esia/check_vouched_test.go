package esia

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

// vouchFor makes the forger's tokens those of another system.
func vouchFor(f *forger, client string) {
	f.id["aud"], f.access["client_id"] = client, client
}

func TestAPersonIsVouchedForByTokensOfTheNamedSystemOnly(t *testing.T) {
	f, c := newForger(t)
	vouchFor(f, "ROADS_SITE")
	vouched := func(client string) (casework.Applicant, error) {
		return c.Vouched(t.Context(), f.jwt(f.idHead, f.id), f.jwt(f.accessHead, f.access), client)
	}
	got, err := vouched("ROADS_SITE")
	if err != nil || got.Key != "esia:1000000077" || got.Name.Surname != "Осокина" || got.Assurance != casework.AssuranceConfirmed {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, client := range []string{"OTHER_SITE", "PRIEMNAYA", ""} {
		if got, err := vouched(client); casework.CodeOf(err) != casework.Unauthenticated || got.Key != "" {
			t.Errorf("as tokens of %q: %+v, %v", client, got, err)
		}
	}
	f.person = map[string]any{"firstName": "Нина", "lastName": "Осокина", "trusted": false}
	if got, err := vouched("ROADS_SITE"); err != nil || got.Assurance != casework.AssuranceSimplified {
		t.Errorf("an account that is not confirmed: %+v, %v", got, err)
	}
}

func TestTokensThatProveNothingVouchForNobody(t *testing.T) {
	for name, spoil := range map[string]func(f *forger) (id, access string){
		"no id token":     func(f *forger) (string, string) { return "", f.jwt(f.accessHead, f.access) },
		"no access token": func(f *forger) (string, string) { return f.jwt(f.idHead, f.id), "" },
		"another signature": func(f *forger) (string, string) {
			id := f.jwt(f.idHead, f.id)
			return id[:strings.LastIndex(id, ".")+1] + "AAAA", f.jwt(f.accessHead, f.access)
		},
		"expired": func(f *forger) (string, string) {
			f.id["exp"] = f.now.Unix() - 3600
			return f.jwt(f.idHead, f.id), f.jwt(f.accessHead, f.access)
		},
		"an access token of somebody else": func(f *forger) (string, string) {
			f.access["urn:esia:sbj_id"] = oid + 1
			return f.jwt(f.idHead, f.id), f.jwt(f.accessHead, f.access)
		},
		"an access token of another system": func(f *forger) (string, string) {
			f.access["client_id"] = "OTHER_SITE"
			return f.jwt(f.idHead, f.id), f.jwt(f.accessHead, f.access)
		},
		"the tokens exchanged": func(f *forger) (string, string) { return f.jwt(f.accessHead, f.access), f.jwt(f.idHead, f.id) },
	} {
		f, c := newForger(t)
		vouchFor(f, "ROADS_SITE")
		id, access := spoil(f)
		if got, err := c.Vouched(t.Context(), id, access, "ROADS_SITE"); casework.CodeOf(err) != casework.Unauthenticated || got.Key != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
