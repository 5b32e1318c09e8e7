//go:build !unix

package main

import "errors"

// diskSpace is not known on this system; the page of health says so.
func diskSpace(string) (free, all uint64, err error) { return 0, 0, errors.ErrUnsupported }
