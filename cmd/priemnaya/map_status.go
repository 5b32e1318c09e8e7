package main

import (
	"errors"
	"net/http"

	"priemnaya/casework"
)

// statuses maps every error code of the domain to the HTTP status of its page.
// Foreign and missing things look the same: both are 404.
var statuses = map[casework.Code]int{
	casework.Invalid:         http.StatusUnprocessableEntity,
	casework.NotFound:        http.StatusNotFound,
	casework.Forbidden:       http.StatusForbidden,
	casework.Unauthenticated: http.StatusUnauthorized,
	casework.Conflict:        http.StatusConflict,
	casework.Exists:          http.StatusConflict,
	casework.NotAllowed:      http.StatusConflict,
	casework.NoCalendar:      http.StatusServiceUnavailable,
	casework.TooLarge:        http.StatusRequestEntityTooLarge,
	casework.TooMany:         http.StatusTooManyRequests,
	casework.Unavailable:     http.StatusServiceUnavailable,
	casework.Corrupted:       http.StatusInternalServerError,
	casework.Internal:        http.StatusInternalServerError,
}

// statusOf tells the kit how to answer an error of the domain.
func statusOf(err error) (status int, code string) {
	var e *casework.Error
	if !errors.As(err, &e) {
		return 0, ""
	}
	return statuses[e.Code], string(e.Code)
}
