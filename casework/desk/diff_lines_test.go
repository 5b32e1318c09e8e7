package desk

import (
	"strings"
	"testing"
)

func TestADifferenceLeavesOutWhatStaysBetweenTwoChanges(t *testing.T) {
	long := strings.Repeat("stays\n", 40)
	var got []string
	for _, l := range diff("a\n"+long+"b\nend", "A\n"+long+"B\nend") {
		got = append(got, l.Kind+":"+l.Text)
	}
	want := "gone:a new:A :stays :stays :… :stays :stays gone:b new:B :end"
	if strings.Join(got, " ") != want {
		t.Errorf("%s", strings.Join(got, " "))
	}
	short := "x\ny\nz\n"
	if n := len(diff("a\n"+short+"b", "A\n"+short+"B")); n != 7 {
		t.Errorf("a short run between two changes has %d lines", n)
	}
	if diff("same\ntext", "same\ntext") != nil {
		t.Error("no change has a difference")
	}
}
