package portal

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/words"
)

func helpOf(t *testing.T, lang string) *helpIndex {
	t.Helper()
	book, err := readHelp(lang)
	must(t, err)
	return newHelpIndex(book.Entry, words.Terms)
}

func TestTheHelpFindsAnyFormOfAWordAndForgivesSlips(t *testing.T) {
	ru, en := helpOf(t, "ru"), helpOf(t, "en")
	for _, row := range []struct {
		x       *helpIndex
		q, want string
	}{
		{ru, "не пришёл ответ", "no-answer"}, {ru, "не пришел отвед", "no-answer"}, {ru, "записаться к начальнику", "reception"},
		{ru, "потеряла код", "lost-code"}, {ru, "образцы заявлений", "sample"}, {ru, "отписка", "disagree"}, {ru, "коррупцыя", "corruption"},
		{ru, "ямы на дорогах", "message"}, {ru, "отозвать обращение", "withdraw"}, {ru, "перенаправили в другой орган", "forwarded"},
		{en, "pothole", "message"}, {en, "lost my code", "lost-code"}, {en, "anonymos", "anonymous"},
	} {
		found := row.x.find(row.q)
		if len(found) == 0 {
			t.Errorf("%q finds nothing", row.q)
			continue
		}
		top := found[:min(3, len(found))]
		ids := make([]string, len(top))
		for i, e := range top {
			ids[i] = e.ID
		}
		if !strings.Contains(" "+strings.Join(ids, " ")+" ", " "+row.want+" ") {
			t.Errorf("%q finds %v, not %s", row.q, ids, row.want)
		}
	}
	if found := ru.find("zzzzqq"); len(found) != 0 {
		t.Errorf("rubbish finds %d", len(found))
	}
}

func TestBothLanguagesHaveTheSameQuestionsAndNoNumberByHand(t *testing.T) {
	h := openHouse(t)
	v := h.reader("", "ru")
	ids := map[string]int{}
	for _, lang := range []string{"ru", "en"} {
		book, err := readHelp(lang)
		must(t, err)
		if len(book.Entry) < 40 || len(book.Sample) < 4 {
			t.Errorf("%s: %d questions, %d samples", lang, len(book.Entry), len(book.Sample))
		}
		for _, e := range book.Entry {
			ids[e.ID]++
			if by := regexp.MustCompile(`\d+ (дн|дней|рабочих|days|working)`).FindString(e.A); by != "" {
				t.Errorf("%s %s has a term written by hand: %q", lang, e.ID, by)
			}
		}
		page := v.get("/help?lang=" + lang)
		if left := regexp.MustCompile(`\{[a-z]+\.[a-z_@]+\}`).FindString(page.Body); left != "" {
			t.Errorf("%s: %s was not filled", lang, left)
		}
	}
	for id, n := range ids {
		if n != 2 {
			t.Errorf("%s is in %d languages", id, n)
		}
	}
}

func TestTheFeedIsReadableAndHasEveryEditionOfTheLaw(t *testing.T) {
	h := openHouse(t)
	page := h.reader("", "ru").get("/news.atom")
	var feed atomFeed
	must(t, xml.Unmarshal([]byte(page.Body), &feed))
	if len(feed.Entries) < len(h.office.Laws().Regulations) || feed.Updated == "" {
		t.Errorf("%d entries", len(feed.Entries))
	}
}

func TestABookingNeedsASignIn(t *testing.T) {
	h := openHouse(t)
	r, err := h.office.SaveReceiver(t.Context(), head, casework.Receiver{Body: "roads", Name: "Орлова", Position: "Глава", Place: "Садовая, 1",
		Minutes: 30, Ahead: 10, Hours: []casework.ReceptionHours{{Weekday: 2, From: "10:00", To: "11:00"}}})
	must(t, err)
	page := h.reader("", "ru").get("/reception/" + r.ID)
	if page.Status != 200 || !strings.Contains(page.Body, "10:30") {
		t.Fatalf("status %d", page.Status)
	}
	free, err := h.office.FreeTimes(t.Context(), r.ID)
	must(t, err)
	if a := h.reader("", "ru").get("/reception/book/" + string(free[0].ID)); a.Status != 303 || !strings.HasPrefix(a.Location, loginPath) {
		t.Errorf("a stranger books: %d %s", a.Status, a.Location)
	}
}
