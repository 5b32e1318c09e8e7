package bots

import "priemnaya/casework"

// soundsProtected reports whether words sound like a matter in which their
// author may be in danger. A false alarm costs a press and a message sent
// again; the text stays in the person's own chat.
func soundsProtected(words string) bool { return casework.GuessRegime(words).Protected }
