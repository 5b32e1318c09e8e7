package desk

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

// bulkProgress is the data of desk/bulk_progress.
type bulkProgress struct {
	ID, Act, Back      string
	What               string
	All, Done, Failed  int
	Ended              bool
	Lines              []bulkResult
	Percent, Attempted int
}

// bulkResult is what came of one case.
type bulkResult struct{ Href, Number, Text, Kind string }

// refreshSeconds is how often a progress page asks again, without scripts too.
const refreshSeconds = "2"

// showBulk shows how far a bulk is and what came of each case.
func (d *Desk) showBulk(v *visit) error {
	b, err := d.Office.Bulk(v.ctx, v.by, v.c.Params("bulk"))
	if err != nil {
		return err
	}
	page := bulkProgress{ID: b.ID, Act: string(b.Act), Back: queueAddress(b.Back), All: len(b.Items), Ended: !b.EndedAt.IsZero(), What: v.bulkWhat(&b)}
	page.Done, page.Failed = b.Done()
	page.Attempted = page.Done + page.Failed
	page.Percent = page.Attempted * 100 / page.All
	for _, item := range b.Items {
		line := bulkResult{Number: item.Number, Text: v.t("desk_queue.bulk.waits"), Kind: "plain"}
		if item.Number != "" {
			line.Href = "/desk/case/" + item.Case
		}
		switch {
		case item.Ended && item.Code == "":
			line.Text, line.Kind = v.t("desk_queue.bulk.done"), "good"
		case item.Ended:
			line.Text, line.Kind = v.itemText(item), "bad"
		}
		page.Lines = append(page.Lines, line)
	}
	if !page.Ended {
		v.c.Set("Refresh", refreshSeconds)
	}
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/bulk_progress", "desk", "desk_queue.bulk.title."+page.Act, page)
}

// bulkWhat says in a line what is done to the cases.
func (v *visit) bulkWhat(b *casework.Bulk) string {
	switch b.Act {
	case casework.BulkAssign:
		return v.t("desk_queue.bulk.what.assign", "Officer", v.personName("", b.Officer))
	case casework.BulkForward:
		return v.t("desk_queue.bulk.what.forward", "Body", v.bodyName(b.Body))
	case casework.BulkMark:
		name := v.t("desk.variant.ordinary")
		if b.Variant != "" {
			name = v.label("desk.variant", b.Variant)
		}
		return v.t("desk_queue.bulk.what.mark", "Variant", name)
	}
	return v.t("desk_queue.bulk.what.accept")
}

// itemText says why the act was not, or will not be, done on a case.
func (v *visit) itemText(item casework.BulkItem) string {
	if item.Code == casework.Conflict {
		return v.t("desk_queue.bulk.changed")
	}
	if item.Code == casework.NotFound {
		return v.t("desk_queue.bulk.gone")
	}
	data := map[string]any{}
	for name, value := range item.Data {
		data[name] = value
	}
	text := v.reason(item.Code, item.Message, v.named(data))
	if norm := templates.FormatNorm(v.lang, item.Norm); norm != "" && !strings.Contains(text, norm) {
		text += " (" + norm + ")"
	}
	return text
}
