package demo

import "priemnaya/intake/sites"

const (
	// SiteID is the website of the demonstration.
	SiteID = "demo-site"
	// SiteClient is its mnemonic at the emulator of ESIA.
	SiteClient = "DEMO_SITE"
)

// Site is the website of one body of the demonstration; it may do everything.
func Site() sites.Site {
	return sites.Site{ID: SiteID, Name: "Сайт городской администрации", Body: "city-admin",
		Origins:   []string{"http://127.0.0.1:8090", "http://localhost:8090"},
		Rights:    sites.Rights(),
		Audiences: []sites.Audience{{Provider: "esia", Client: SiteClient}}}
}
