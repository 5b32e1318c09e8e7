package casework

// Waiting says what an open case waits for, as a set of bits: a case may wait
// for the applicant and for another body at once.
type Waiting uint8

// What a case can wait for. Rework is the officer's own turn again, after a
// head has returned his draft.
const (
	// WaitsApplicant: a question to the applicant has no answer yet.
	WaitsApplicant Waiting = 1 << iota
	// WaitsBody: documents asked of another body have not come.
	WaitsBody
	// WaitsApproval: a draft lies with the head, or an extension is proposed.
	WaitsApproval
	// WaitsRework: the draft came back with remarks (возвращено на доработку).
	WaitsRework
)

// Waits tells what the case waits for; nothing once it has ended.
func (c *Case) Waits() Waiting {
	if !c.Stage.Open() {
		return 0
	}
	var w Waiting
	for _, r := range c.Procedure.Requests {
		switch {
		case !r.Waiting():
		case r.To == ToApplicant:
			w |= WaitsApplicant
		default:
			w |= WaitsBody
		}
	}
	if c.Stage == StageOnSigning || c.Procedure.Proposal != nil {
		w |= WaitsApproval
	}
	if c.Stage == StageInWork && c.Draft != nil && c.Draft.Remarks != "" {
		w |= WaitsRework
	}
	return w
}
