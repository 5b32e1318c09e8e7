package suggest

import (
	"errors"
	"slices"
)

// matrix holds one sparse row per feature; a column is a label (or a past
// case). Most pairs of a word and a label have nothing to say to each other,
// so this is several times smaller than a full table.
type matrix struct {
	Columns int
	Start   []int32 // row f is [Start[f], Start[f+1])
	Column  []uint16
	Value   []float32
}

// maxColumns is the largest number of labels or remembered cases.
const maxColumns = 1 << 16

// newMatrix builds the rows from columns, each a sparse vector over features.
func newMatrix(features int, columns []vector) matrix {
	m := matrix{Columns: len(columns), Start: make([]int32, features+1)}
	total := 0
	for _, c := range columns {
		total += len(c.index)
		for _, f := range c.index {
			m.Start[f+1]++
		}
	}
	for f := range features {
		m.Start[f+1] += m.Start[f]
	}
	m.Column, m.Value = make([]uint16, total), make([]float32, total)
	next := slices.Clone(m.Start)
	for k, c := range columns {
		for i, f := range c.index {
			m.Column[next[f]], m.Value[next[f]] = uint16(k), c.value[i]
			next[f]++
		}
	}
	return m
}

// addTo adds the product of d and the matrix to out, one number per column.
func (m *matrix) addTo(d vector, out []float64) {
	for k, f := range d.index {
		v := d.value[k]
		low, high := m.Start[f], m.Start[f+1]
		values := m.Value[low:high]
		for i, c := range m.Column[low:high] {
			out[c] += float64(values[i] * v)
		}
	}
}

// at returns one cell.
func (m *matrix) at(feature int32, column int) float32 {
	low, high := m.Start[feature], m.Start[feature+1]
	if i, ok := slices.BinarySearch(m.Column[low:high], uint16(column)); ok {
		return m.Value[int(low)+i]
	}
	return 0
}

var errMatrix = errors.New("a table is damaged")

// check makes sure that reading a row can never leave the tables.
func (m *matrix) check(features, columns int) error {
	if m.Columns != columns || columns > maxColumns || len(m.Start) != features+1 || len(m.Column) != len(m.Value) {
		return errMatrix
	}
	if m.Start[0] != 0 || int(m.Start[features]) != len(m.Column) || !slices.IsSorted(m.Start) {
		return errMatrix
	}
	for _, c := range m.Column {
		if int(c) >= columns {
			return errMatrix
		}
	}
	return nil
}

// dense turns a full column into a sparse one, leaving out what is too small
// to matter.
func dense(w []float32, least float32) vector {
	var c vector
	for f, x := range w {
		if x > least || x < -least {
			c.index = append(c.index, int32(f))
			c.value = append(c.value, x)
		}
	}
	return c
}
