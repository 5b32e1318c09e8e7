package templates

import (
	"strings"
	"testing"
)

func TestAPlotStandsOnZeroAndEndsOnARoundNumber(t *testing.T) {
	p := DrawPlot("p", "Поступило", "Сколько", []string{"1", "2", "3"}, []PlotSeries{{Name: "a", Values: []float64{0, 7, 13}}, {Name: "b", Values: []float64{1, 2, -3}, Bars: true}})
	if first, last := p.Rules[0], p.Rules[len(p.Rules)-1]; first.Text != "0" || first.At != "208.0" || last.Text != "15" || last.At != "10.0" {
		t.Errorf("rules from %+v to %+v", first, last)
	}
	if len(p.Lines) != 1 || len(strings.Fields(p.Lines[0].Points)) != 3 || !strings.HasSuffix(strings.Fields(p.Lines[0].Points)[0], ",208.0") {
		t.Errorf("lines: %+v", p.Lines)
	}
	if len(p.Bars) != 3 || p.Bars[2].Height != "0.0" || p.Bars[1].N != 2 {
		t.Errorf("bars: %+v", p.Bars)
	}
}

func TestManyLabelsAreThinnedAndNoneIsNoFault(t *testing.T) {
	labels := make([]string, 90)
	if p := DrawPlot("p", "", "", labels, nil); len(p.Marks) > 12 || len(p.Marks) < 6 {
		t.Errorf("%d marks", len(p.Marks))
	}
	if p := DrawPlot("p", "", "", nil, []PlotSeries{{Name: "a"}}); len(p.Rules) != 2 {
		t.Errorf("an empty plot: %+v", p)
	}
	if got := []float64{niceStep(0), niceStep(3), niceStep(60), niceStep(1500)}; got[0] != 1 || got[1] != 5 || got[2] != 100 || got[3] != 2000 {
		t.Errorf("steps %v", got)
	}
}
