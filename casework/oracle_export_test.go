package casework

// ApplySettings lets the oracle's tests see which rule a body works by.
func ApplySettings(s Settings, rule TermRule) TermRule { return s.apply(rule) }

// CopyReceipt and CopyNoted are the acts of the system that only Office makes.
func CopyReceipt(parent *Case, body string) Act { return copyReceipt{Parent: parent, Body: body} }

// CopyNoted notes on the parent that the copy has its case.
func CopyNoted(body, id string) Act { return copied{Body: body, Case: id} }
