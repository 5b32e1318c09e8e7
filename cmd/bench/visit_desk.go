package main

import (
	"net/url"
	"slices"
	"time"

	"priemnaya/casework/report/board"
)

// Goals of promise S4: the 95th percentile at the server, how much it may grow
// from the smallest store to the largest, and the size of a queue page.
const (
	goalP95   = 50 * time.Millisecond
	goalRatio = 1.5
	goalHTML  = 100 << 10
)

// page is a kind of page that is measured: who opens it and where.
type page struct {
	name, login string
	path        func(s *site, i int) string
	// empty is true if the page may show no case.
	empty bool
}

func at(path string) func(*site, int) string { return func(*site, int) string { return path } }

// pages are the pages of the desk: the queues that are worked through, filters,
// a case, searches, the board.
func pages() []page {
	return slices.Concat([]page{
		{"queue: to register", "zhkh-head", at("/desk?tab=registration"), false},
		{"queue: to route", "registrator", at("/desk?tab=held"), false},
		{"queue: mine", "dorogi", at("/desk?tab=mine"), true},
		{"queue: unit", "zhkh-head", at("/desk?tab=unit&unit=heat"), false},
		{"queue: waiting", "kontrol", at("/desk?tab=waiting"), false},
		{"queue: due soon", "kontrol", at("/desk?tab=soon"), false},
		{"queue: overdue", "kontrol", at("/desk?tab=overdue"), false},
		{"queue: returned", "zhkh-head", at("/desk?tab=rework"), true},
		{"queue: open, all bodies", "kontrol", at("/desk?tab=open"), false},
		{"queue: open, largest body", "zhkh-head", at("/desk?tab=open"), false},
		{"queue: answered", "kontrol", at("/desk?tab=answered"), false},
		{"filter: common topic", "kontrol", func(s *site, _ int) string { return "/desk?tab=open&topic=" + s.shape.topics[0] }, false},
		{"filter: rare topic", "kontrol", func(s *site, _ int) string { return "/desk?tab=open&topic=" + s.shape.topics[len(s.shape.topics)-1] }, true},
		{"filter: body and topic", "kontrol", func(s *site, _ int) string {
			return "/desk?tab=open&body=city-housing&topic=" + s.shape.topics[1]
		}, true},
		{"filter: officer", "dorogi-reg", at("/desk?tab=open&officer=staff:dorogi"), true},
		{"filter: territory", "kontrol", at("/desk?tab=open&territory=99620"), false},
		{"filter: period", "kontrol", func(s *site, i int) string {
			from := s.shape.to.AddDate(0, 0, -s.shape.days*3/4+i%7)
			return "/desk?tab=answered&from=" + from.Format(time.DateOnly) + "&to=" + from.AddDate(0, 0, 7).Format(time.DateOnly)
		}, false},
		{"filter: applicant", "kontrol", at("/desk?tab=open&applicant=" + url.QueryEscape(surname(17))), true},
	}, casePages(), boardPages())
}

// casePages are the page of a case and what finds one.
func casePages() []page {
	search := func(words func(n int) string) func(*site, int) string {
		return func(s *site, i int) string {
			return "/desk/search?q=" + url.QueryEscape(words(int(draw(i, 21)%uint64(max(1, s.size/2)))))
		}
	}
	words := func(list ...string) func(int) string { return func(n int) string { return list[n%len(list)] } }
	return []page{
		{"case: old", "kontrol", func(s *site, i int) string {
			return "/desk/case/" + idOf(int(draw(i, 20)%uint64(s.size*9/10)))
		}, false},
		{"case: new", "kontrol", func(s *site, i int) string {
			return "/desk/case/" + idOf(s.size-1-int(draw(i, 20)%uint64(s.size/20)))
		}, false},
		{"search: common word", "kontrol", search(words("дорога", "лифт", "подъезд", "мусором", "фонарь", "остановка")), false},
		{"search: two words", "kontrol", search(words("дорога поликлиника", "лифт подъезд", "крыша лестница", "вода кран", "автобус сорок")), true},
		{"search: two words, one body", "zhkh-head", search(words("дорога поликлиника", "лифт подъезд", "крыша лестница", "вода кран")), true},
		{"search: three, each in half of all", "kontrol", search(words("лодочная светофор гарью", "ткачей горка шатается", "мельничный мост льдом")), true},
		{"search: rare word", "kontrol", search(phoneOf), false},
		{"search: number", "kontrol", search(numberOf), false},
		{"search: receipt", "kontrol", search(receiptOf), false},
		{"search: name", "kontrol", search(func(n int) string { return surname(uint64(n)) + " Вера" }), true},
	}
}

// boardPages are the supervisor's.
func boardPages() []page {
	out := []page{
		{"board", "kontrol", at("/desk/board"), true},
		{"board: overdue cases", "kontrol", at("/desk/board/cases?due=overdue"), false},
		{"board: cases of a small body", "kontrol", at("/desk/board/cases?body=min-ecology"), false},
		{"board: cases of an officer", "kontrol", at("/desk/board/cases?body=city-roads&officer=staff:dorogi"), true},
		{"board: cases of a topic", "kontrol", func(s *site, _ int) string { return "/desk/board/cases?topic=" + s.shape.topics[5] }, true},
		{"warnings", "dorogi", at("/desk/warnings"), true},
	}
	for _, name := range board.List() {
		out = append(out, page{"sheet: " + name, "kontrol", at("/desk/board/sheet/" + name), true})
	}
	return out
}
