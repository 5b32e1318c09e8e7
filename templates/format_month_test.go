package templates

import "testing"

func TestAMonthIsWrittenInWords(t *testing.T) {
	for _, tc := range []struct{ lang, month, want string }{
		{"ru", "2026-10", "октябрь 2026"}, {"en", "2026-10", "October 2026"}, {"ru", "2025-01", "январь 2025"},
		{"ru", "Портал", "Портал"}, {"ru", "2026-13", "2026-13"}, {"en", "", ""},
	} {
		if got := FormatMonth(tc.lang, tc.month); got != tc.want {
			t.Errorf("%s %s: %q", tc.lang, tc.month, got)
		}
	}
}
