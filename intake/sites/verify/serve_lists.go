package verify

import "net/http"

func (w *Watch) listBodies(k *call) {
	k.reply(http.StatusOK, map[string]any{"bodies": []any{map[string]any{"id": "test-body", "name": "Проверочный орган", "level": "municipal"}},
		"territories": []any{map[string]any{"code": "00", "name": "Проверочная территория"}}})
}

func (w *Watch) listTopics(k *call) {
	k.reply(http.StatusOK, map[string]any{"topics": []any{map[string]any{"code": "0000", "name": "Проверочная тема", "leaf": true}}})
}

func (w *Watch) listProcedures(k *call) {
	k.reply(http.StatusOK, map[string]any{
		"procedures": []any{map[string]any{"id": "59-FZ", "version": "test", "title": "Обращение", "suits": "Проверка клиента", "required": []string{"text"},
			"grounds": []any{}, "terms": []any{map[string]any{"kind": "register", "n": 3, "unit": "days", "start": "received", "norm": "ст. 8 ч. 2"}}}},
		"limits": map[string]any{"textMax": 20000, "textMin": 1, "files": 10, "fileBytes": 50 << 20, "partBytes": w.PartBytes, "addressMax": 500, "nameMax": 100}})
}

func (w *Watch) previewAppeal(k *call) {
	if a, ok := w.readAppeal(k); ok {
		k.reply(http.StatusOK, map[string]any{"procedure": a.Procedure, "version": "test", "body": "test-body", "terms": terms(k.now, "")})
	}
}

// explainTerm explains the one term that a receipt has.
func (w *Watch) explainTerm(k *call) {
	if w.byID[k.parts[1]] == nil || k.parts[3] != "t1" {
		k.refuse(http.StatusNotFound, "not_found")
		return
	}
	k.reply(http.StatusOK, map[string]any{"term": terms(k.now, k.parts[1])[0],
		"rule": map[string]any{"id": "test", "n": 3, "unit": "days", "start": "received", "roll": "none", "includeStart": false, "norm": "ст. 8 ч. 2", "confidence": "test"},
		"days": []any{}, "pauses": []any{}, "sameCalendar": true})
}
