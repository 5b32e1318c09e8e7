package suggest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// String prints the report as tables of fixed width: the figures of each
// question, then the labels of each question.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d examples, %d folds, identical texts in one fold\n\n", r.Rows, r.Folds)
	fmt.Fprintf(&b, "%-10s %6s %7s %7s %7s %9s %7s %10s %7s %9s\n",
		"", "rows", "labels", "top-1", "top-3", "macro-F1", "ECE", "at 80 %", "sure", "of sure")
	for _, f := range []Figures{r.Category, r.Topic, r.Body} {
		fmt.Fprintf(&b, "%-10s %6d %7d %7.3f %7.3f %9.3f %7.3f %10.3f %7.3f %9.3f\n",
			f.Task, f.Rows, f.Labels, f.Top1, f.Top3, f.MacroF1, f.CalibrationError, f.KeptAccuracy, f.SureShare, f.SureAccuracy)
	}
	fmt.Fprintf(&b, "\nThe first topic is in the right category: %.3f, at 80 %%: %.3f\n", r.TopicGroup, r.TopicGroupKept)
	b.WriteString("ECE: expected calibration error; at 80 %: right when the least confident fifth is left to a person;\n" +
		"sure: share of texts marked sure; of sure: right among them.\n")
	for _, f := range []Figures{r.Category, r.Topic, r.Body} {
		f.printLabels(&b)
	}
	return b.String()
}

// labelWidth is the number of letters of a label that are printed.
const labelWidth = 70

func (f Figures) printLabels(b *strings.Builder) {
	if len(f.PerLabel) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%-*s %5s %10s %7s %6s\n", labelWidth, f.Task, "rows", "precision", "recall", "F1")
	for _, l := range f.PerLabel {
		fmt.Fprintf(b, "%s %5d %10.3f %7.3f %6.3f\n", fitLabel(l.Label), l.Rows, l.Precision, l.Recall, l.F1)
	}
}

// fitLabel makes a label exactly labelWidth letters long and one line.
func fitLabel(label string) string {
	label = strings.Join(strings.Fields(label), " ")
	if n := utf8.RuneCountInString(label); n <= labelWidth {
		return label + strings.Repeat(" ", labelWidth-n)
	}
	return string([]rune(label)[:labelWidth-1]) + "…"
}
