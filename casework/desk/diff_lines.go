package desk

import "strings"

// diffLine is one line of a change; Kind is "new", "gone" or "" for a line that
// stays, Text "…" stands for many that do.
type diffLine struct{ Kind, Text string }

// around is how many unchanged lines stand beside a change.
const around = 2

// diff shows which lines of a text are new and which are gone.
func diff(before, after string) []diffLine {
	a, b := linesOf(before), linesOf(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := collapse(middle(a[head:len(a)-tail], b[head:len(b)-tail]))
	if len(out) == 0 {
		return nil
	}
	return append(append(edge(a[:head], true), out...), edge(a[len(a)-tail:], false)...)
}

// collapse leaves out the middle of long runs of lines that stay.
func collapse(lines []diffLine) []diffLine {
	var out []diffLine
	for i := 0; i < len(lines); {
		j := i
		for j < len(lines) && lines[j].Kind == "" {
			j++
		}
		if j-i > 2*around+1 {
			out = append(out, lines[i:i+around]...)
			out = append(out, diffLine{Text: "…"})
			i = j - around
		}
		out = append(out, lines[i:j]...)
		if j < len(lines) {
			out = append(out, lines[j])
		}
		i = j + 1
	}
	return out
}

func linesOf(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(s, "\r\n", "\n"), "\n"), "\n")
}

// edge keeps the few lines next to the change.
func edge(lines []string, last bool) []diffLine {
	var out []diffLine
	cut := len(lines) > around
	if cut && last {
		lines = lines[len(lines)-around:]
		out = append(out, diffLine{Text: "…"})
	} else if cut {
		lines = lines[:around]
	}
	for _, l := range lines {
		out = append(out, diffLine{Text: l})
	}
	if cut && !last {
		out = append(out, diffLine{Text: "…"})
	}
	return out
}

// manyLines is from how many pairs on the longest common part is not sought.
const manyLines = 4_000_000

// middle compares by the longest common sequence of lines.
func middle(a, b []string) []diffLine {
	var out []diffLine
	if len(a)*len(b) > manyLines {
		for _, l := range a {
			out = append(out, diffLine{"gone", l})
		}
		for _, l := range b {
			out = append(out, diffLine{"new", l})
		}
		return out
	}
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffLine{"", a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			out = append(out, diffLine{"gone", a[i]})
			i++
		default:
			out = append(out, diffLine{"new", b[j]})
			j++
		}
	}
	return out
}
