package casework

import "testing"

// thirdMarks are the figures of a set of texts: the share of right regimes among
// the texts that are not protected, whatever the alarm says; the share of the
// protected texts that gave the alarm; and the number of alarms given for others.
type thirdMarks struct {
	regimes, recall float64
	alarms, open    int
}

// countMarks counts the figures and logs every text that went wrong.
func countMarks(t testing.TB, texts []labelled) thirdMarks {
	t.Helper()
	right, guarded, found, m := 0, 0, 0, thirdMarks{}
	for _, x := range texts {
		got := GuessRegime(x.text)
		if x.label == "protected" {
			guarded++
			if got.Protected {
				found++
			} else {
				t.Logf("no alarm %q: %s", got.Words, x.text)
			}
			continue
		}
		m.open++
		if got.Protected {
			m.alarms++
			t.Logf("false alarm on %s %q: %s", x.label, got.Words, x.text)
		}
		if got.Regime == guessColumns[x.label] {
			right++
		} else {
			t.Logf("regime %s, not %s %q: %s", got.Regime, x.label, got.Words, x.text)
		}
	}
	m.regimes, m.recall = float64(right)/float64(m.open), float64(found)/float64(guarded)
	return m
}

// The texts were written without sight of the table and of the earlier sets, and
// committed before the first run. On the first look 0.926 of the regimes were
// right (163 of 176), the recall of protected texts was 0.523 (23 of 44) and 2
// of 176 others gave a false alarm. That is below what the earlier sets show
// (0.95 and 0.98): they were tuned on, so these are the figures to believe.
//
// The table has since been given the forms that were missing, with this set in
// view: 0.983, 0.977 and no false alarm. What is asserted keeps the table from
// getting worse; it says nothing of texts that nobody has looked at.
func TestTheThirdSetOfTextsIsGuessed(t *testing.T) {
	texts := readLabelled(t, "regime_third.txt")
	m := countMarks(t, texts)
	t.Logf("right regime %.3f, recall of protected %.3f, false alarms %d of %d",
		m.regimes, m.recall, m.alarms, m.open)
	if len(texts) != 220 || m.open != 176 {
		t.Fatalf("%d texts, %d of them not protected, want 220 and 176", len(texts), m.open)
	}
	if m.regimes < 0.97 || m.recall < 0.97 || m.alarms > 0 {
		t.Errorf("right regime %.3f, recall %.3f, false alarms %d", m.regimes, m.recall, m.alarms)
	}
}
