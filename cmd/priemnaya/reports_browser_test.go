package main

import (
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/cmd/priemnaya/demo"
)

// reportPages are the pages of supervisors about figures, and the public one.
func reportPages() []shownPage {
	pages := []shownPage{{"board", "/desk/board"}, {"reports", "/desk/reports"}, {"quality", "/desk/quality"}, {"statistics", "/statistics"}}
	for _, name := range (figures{}).List() {
		pages = append(pages, shownPage{"sheet-" + name, "/desk/board/sheet/" + name})
	}
	return pages
}

func TestSheetsReportsAndStatisticsStandTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 60, time.Now)
	eventually(t, "figures were counted", func() bool {
		_, err := a.figuresBook.Figures(t.Context())
		return err == nil
	})
	supervisor := openTab(t, browser, cfg, true)
	supervisor.signInStaff("kontrol", demo.Password)
	by := casework.Actor{ID: "staff:kontrol", Grants: []casework.Grant{{Role: casework.RoleSupervisor, Body: casework.Everywhere}}}
	id, err := reports{a}.Ask(t.Context(), by, deskOrder())
	must(t, err)
	eventually(t, "the report was made", func() bool {
		o, err := a.orders.Get(t.Context(), by, id)
		return err == nil && o.State == "done"
	})
	pages := append(reportPages(), shownPage{"report", "/desk/reports/" + id})
	for _, l := range []look{{360, false}, {1280, false}} {
		supervisor.inspect(source, l, pages)
	}
}

// deskOrder orders the export of two years.
func deskOrder() desk.ReportOrder {
	today := casework.DateOf(time.Now(), casework.Settings{}.Location())
	return desk.ReportOrder{Kind: "sstu", Lang: "ru", From: today.AddDays(-365), To: today}
}
