package esiasim

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestTokensAreMintedForMarkedClientsOnly(t *testing.T) {
	w := newWorld(t)
	site := w.s.clients["TWO"]
	site.Mint, site.Scopes = true, []string{"openid", "fullname"}
	w.s.clients["TWO"] = site
	for _, x := range []struct {
		client, person string
		status         int
	}{{"TWO", "1000000001", http.StatusOK}, {"ONE", "1000000001", http.StatusUnauthorized}, {"NONE", "1000000001", http.StatusUnauthorized}, {"TWO", "7", http.StatusBadRequest}} {
		answer := w.do("POST", "/emulator/mint", url.Values{"client_id": {x.client}, "person": {x.person}}, "")
		if answer.Code != x.status || strings.Contains(answer.Body.String(), "id_token") != (x.status == http.StatusOK) {
			t.Errorf("%s for %s: %d %s", x.client, x.person, answer.Code, answer.Body)
		}
	}
}
