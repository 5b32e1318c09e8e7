package desk

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// listMark tells two states of a page of a list apart: which cases it shows
// and how often each was saved.
func listMark(rows []casework.Row) string {
	h := fnv.New64a()
	for _, r := range rows {
		fmt.Fprintf(h, "%s %d\n", r.ID, r.Version)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// tellFresh answers a script that asks whether a list it shows has changed:
// nothing if it has not, else which cases the page holds now. It counts and
// names nothing, so asking every half a minute costs one page of keys.
func (d *Desk) tellFresh(v *visit) error {
	shown := v.tabs()
	i := slices.IndexFunc(shown, func(t tab) bool { return t.name == v.c.Query("tab") })
	if i < 0 {
		return casework.Fail(casework.NotFound, "desk.tellFresh", "")
	}
	list := v.ask(shown[i])
	if !list.bar.Form.OK() {
		return v.c.SendStatus(fiber.StatusNoContent)
	}
	found, err := d.Office.PickQueue(v.ctx, v.by, list.query, list.pick)
	if err != nil {
		return err
	}
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	mark := listMark(found.Rows)
	if mark == v.c.Query("mark") {
		return v.c.SendStatus(fiber.StatusNoContent)
	}
	rows := make(map[string]int64, len(found.Rows))
	for _, r := range found.Rows {
		rows[r.ID] = r.Version
	}
	return v.c.JSON(fiber.Map{"mark": mark, "rows": rows})
}
