package sqlitestore

import "priemnaya/casework"

func writeCursor(list string, k key) string {
	return casework.Cursor{List: list, N: k.n, ID: k.id}.String()
}

// readCursor checks a window; nil is the first page.
func readCursor(op, list string, w casework.Window) (*key, error) {
	c, err := casework.ReadCursor(op, list, w)
	if c == nil {
		return nil, err
	}
	return &key{c.N, c.ID}, nil
}
