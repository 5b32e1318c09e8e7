package sites

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
)

// question reads the filters.
func (o *Open311) question(c *fiber.Ctx) (casework.PublicQuery, error) {
	q := casework.PublicQuery{Window: casework.Window{Limit: o311Most, After: c.Query("after")}}
	var err error
	if q.Body, err = o.jurisdiction(c); err != nil {
		return q, err
	}
	if codes := c.Query("service_code"); codes != "" {
		q.Sections = strings.Split(codes, ",")
	}
	if q.From, err = o311Date(c.Query("start_date")); err == nil {
		q.To, err = o311Date(c.Query("end_date"))
	}
	if err != nil {
		return q, o311Fail(fiber.StatusBadRequest, "start_date and end_date must be like 2026-04-01T00:00:00Z")
	}
	if size := c.Query("page_size"); size != "" {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 || n > o311Most {
			return q, o311Fail(fiber.StatusBadRequest, "page_size must be from 1 to "+strconv.Itoa(o311Most))
		}
		q.Limit = n
	}
	open, closed := false, false
	for _, s := range strings.Split(c.Query("status", "open,closed"), ",") {
		switch strings.TrimSpace(s) {
		case "open":
			open = true
		case "closed":
			closed = true
		default:
			return q, o311Fail(fiber.StatusBadRequest, "status must be open or closed")
		}
	}
	if open != closed {
		q.Open = &open
	}
	return q, nil
}

// o311Date reads an instant as a day in Moscow; "" is no day.
func o311Date(s string) (casework.Date, error) {
	if s == "" {
		return casework.Date{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return casework.DateOf(t, casework.Settings{}.Location()), nil
	}
	return casework.ParseDate(s)
}
