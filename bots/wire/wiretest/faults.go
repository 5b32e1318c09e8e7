package wiretest

// Faults are what a simulated messenger does wrong from now on. Counters are
// used up one per message sent or per poll; the rest holds until it is changed.
type Faults struct {
	// Flood refuses that many sends as too many; RetryAfter is for how many
	// seconds, of which nothing is said if it is 0.
	Flood, RetryAfter int
	// Fail answers that many sends with 502 and a page that is no JSON.
	Fail int
	// Drop accepts that many sends and drops the connection without a reply.
	Drop int
	// Unready refuses that many sends of each upload, where a messenger looks
	// through files first.
	Unready int
	// Repeat delivers every update once more.
	Repeat bool
	// Shuffle delivers waiting updates in the opposite order.
	Shuffle bool
	// FailPolls answers that many polls with an error of the server.
	FailPolls int
}

// Fault is what becomes of one call.
type Fault int

// The faults of a call.
const (
	None Fault = iota
	Flooded
	Failed
	Dropped
	PollFailed
)

// OfPoll uses up the next fault of a poll.
func (f *Faults) OfPoll() Fault {
	if f.FailPolls > 0 {
		f.FailPolls--
		return PollFailed
	}
	return None
}

// OfSend uses up the next fault of a message that is sent.
func (f *Faults) OfSend() Fault {
	for _, x := range []struct {
		left  *int
		fault Fault
	}{{&f.Flood, Flooded}, {&f.Fail, Failed}, {&f.Drop, Dropped}} {
		if *x.left > 0 {
			*x.left--
			return x.fault
		}
	}
	return None
}
