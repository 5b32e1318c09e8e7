package casework

import (
	"strings"
	"testing"
)

func TestNamesOfWhoSignedAreMasked(t *testing.T) {
	got := maskName("Ответ подготовила Клёнова В. С. Клёнова.", "Вера Клёнова Яна")
	if strings.Contains(got, "Клёнова") || !strings.Contains(got, "подготовила ▒▒▒▒▒▒▒ В. С.") {
		t.Errorf("%q", got)
	}
}

func TestChecksAreCountedByUnitAndWhatDoesNotApplyIsLeftOut(t *testing.T) {
	one := Sample{Place: Placement{Body: "roads", Unit: "repair", Officer: "staff:a"}, Verdicts: map[string]string{"clear": "yes", "norms": "na"}}
	two := Sample{Place: Placement{Body: "roads", Unit: "repair", Officer: "staff:b"}, Verdicts: map[string]string{"clear": "no", "norms": "yes"}}
	three := Sample{Place: Placement{Body: "admin"}, Verdicts: map[string]string{"clear": "yes"}}
	got := TallySamples([]Sample{one, two, three})
	if len(got) != 2 || got[0].Place.Body != "admin" || got[1].Answers != 2 || got[1].Yes["clear"] != 1 || got[1].No["clear"] != 1 || got[1].Yes["norms"] != 1 || got[1].No["norms"] != 0 || got[1].Place.Officer != "" {
		t.Errorf("%+v", got)
	}
}
