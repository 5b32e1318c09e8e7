package templates

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Plot is a chart drawn on the server, for the component "plot". A table with
// the same numbers always stands beside it.
type Plot struct {
	// ID is unique on the page, Title and Desc say in words what is drawn.
	ID, Title, Desc string
	Width, Height   int
	// Left, Right, Top and Bottom bound the field.
	Left, Right, Top, Bottom int
	Lines                    []PlotLine
	Bars                     []PlotBar
	// Rules are the horizontal lines with their numbers, Marks the names below.
	Rules, Marks []PlotMark
}

// PlotLine is a series drawn as a line; N counts series from 1.
type PlotLine struct {
	N      int
	Name   string
	Points string
}

// PlotBar is one bar of a series.
type PlotBar struct {
	N                   int
	X, Y, Width, Height string
}

// PlotMark is a text at a place of the field.
type PlotMark struct {
	Text string
	At   string
}

// PlotSeries are the values of one series, one for each label.
type PlotSeries struct {
	Name   string
	Values []float64
	// Bars draws bars instead of a line.
	Bars bool
}

// The field in units of the drawing.
const (
	plotWidth, plotHeight    = 720, 240
	plotLeft, plotRight      = 48, 712
	plotTop, plotBottom      = 10, 208
	plotRules, plotMarksMost = 4, 12
)

// DrawPlot draws series over labels. Values below zero are drawn as zero.
func DrawPlot(id, title, desc string, labels []string, series []PlotSeries) Plot {
	p := Plot{ID: id, Title: title, Desc: desc, Width: plotWidth, Height: plotHeight,
		Left: plotLeft, Right: plotRight, Top: plotTop, Bottom: plotBottom}
	top := 0.0
	for _, s := range series {
		for _, v := range s.Values {
			top = max(top, v)
		}
	}
	step := niceStep(top / plotRules)
	top = max(step, math.Ceil(top/step)*step)
	y := func(v float64) float64 { return plotBottom - max(0, v)/top*(plotBottom-plotTop) }
	for v := 0.0; v <= top+step/2; v += step {
		p.Rules = append(p.Rules, PlotMark{Text: strconv.FormatFloat(v, 'f', -1, 64), At: coordinate(y(v))})
	}
	wide := float64(plotRight-plotLeft) / float64(max(1, len(labels)))
	middle := func(i int) float64 { return plotLeft + (float64(i)+0.5)*wide }
	every := (len(labels) + plotMarksMost - 1) / plotMarksMost
	for i, text := range labels {
		if i%max(1, every) == 0 {
			p.Marks = append(p.Marks, PlotMark{Text: text, At: coordinate(middle(i))})
		}
	}
	for n, s := range series {
		if s.Bars {
			p.addBars(n+1, s.Values, wide, y)
			continue
		}
		points := make([]string, 0, len(s.Values))
		for i, v := range s.Values {
			points = append(points, coordinate(middle(i))+","+coordinate(y(v)))
		}
		p.Lines = append(p.Lines, PlotLine{N: n + 1, Name: s.Name, Points: strings.Join(points, " ")})
	}
	return p
}

func (p *Plot) addBars(n int, values []float64, wide float64, y func(float64) float64) {
	for i, v := range values {
		at := y(v)
		p.Bars = append(p.Bars, PlotBar{N: n, X: coordinate(plotLeft + (float64(i)+0.15)*wide), Y: coordinate(at),
			Width: coordinate(wide * 0.7), Height: coordinate(plotBottom - at)})
	}
}

func coordinate(v float64) string { return fmt.Sprintf("%.1f", v) }

// niceStep is 1, 2 or 5 times a power of ten, at least one.
func niceStep(least float64) float64 {
	if least <= 1 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, n := range []float64{1, 2, 5} {
		if n*power >= least {
			return n * power
		}
	}
	return 10 * power
}
