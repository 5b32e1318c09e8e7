package casework

// ApplySettings lets the oracle's tests see which rule a body works by.
func ApplySettings(s Settings, rule TermRule) TermRule { return s.apply(rule) }
