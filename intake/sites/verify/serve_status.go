package verify

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// showAppeal has no quota left at the first question.
func (w *Watch) showAppeal(k *call) {
	id := k.parts[1]
	if w.byID[id] == nil {
		w.wrongForm(k, http.StatusNotFound, "not_found", "no case has this ID; take it from the receipt")
		return
	}
	w.followed = true
	w.findings.pass(checkField)
	if !w.quotaTold {
		w.quotaTold = true
		w.postpone(k, hold{status: http.StatusTooManyRequests, code: "quota", early: checkWaitQuota, again: checkWaitQuota})
		return
	}
	w.shown = true
	k.reply(http.StatusOK, map[string]any{"id": id, "receipt": receiptOf(id), "procedure": "59-FZ", "stage": "received", "stageTitle": "Получено", "open": true,
		"overdue": false, "receivedAt": k.now.UTC().Format(time.RFC3339), "terms": terms(k.now, id), "answers": []any{}, "events": 1, "something_new": "x"})
}

// listChanges is down for planned work at first, then gives three pages, the
// second of them empty.
func (w *Watch) listChanges(k *call) {
	w.followed = true
	q := k.URL.Query()
	if n, err := strconv.Atoi(q.Get("limit")); q.Has("limit") && (err != nil || n < 1 || n > 200) {
		w.wrongForm(k, http.StatusUnprocessableEntity, "invalid", "limit is 1 to 200")
		return
	}
	if !w.codeTold {
		w.codeTold = true
		w.postpone(k, hold{status: http.StatusServiceUnavailable, code: "planned_work", early: checkWaitBusy, again: checkCode})
		return
	}
	page := slices.Index(w.pages, q.Get("after"))
	switch {
	case page < 0:
		w.findings.fail(checkCursor, "the cursor %q was never given; send next as it came, percent-encoded", q.Get("after"))
		k.refuse(http.StatusBadRequest, "parameter")
		return
	case page == 0 && w.listed:
		w.findings.fail(checkRestart, "the list was asked for without after once more; keep next and go on there, for ever")
	case page < w.page:
		w.findings.fail(checkCursor, "an old cursor came again; go on with the next of the last reply")
	case page > 0:
		w.findings.pass(checkCursor, checkRestart, checkField)
	}
	w.page, w.listed = min(page+1, len(w.pages)-1), true
	more := w.page < len(w.pages)-1
	if !more {
		w.allListed = true
		w.findings.pass(checkMore)
	}
	list := []any{}
	if page == 0 {
		for _, id := range slices.Sorted(maps.Keys(w.byID)) {
			list = append(list, map[string]any{"id": id, "receipt": receiptOf(id), "stage": "received", "stageTitle": "Получено",
				"changedAt": k.now.UTC().Format(time.RFC3339), "something_new": nil})
		}
	}
	k.reply(http.StatusOK, map[string]any{"changes": list, "next": w.pages[w.page], "more": more, "something_new": 1})
}
