package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/words"
)

func newMemory() *Memory { return NewMemory(time.Now, words.Terms) }

func TestTheReferenceStorePassesTheSuite(t *testing.T) {
	Run(t, func(*testing.T) Storage { return newMemory() })
}

func TestSamplesAreRealisticAndAlwaysTheSame(t *testing.T) {
	for n := range 3 * SampleStages {
		c := Sample(n)
		if want := casework.Stages()[n%SampleStages]; c.Stage != want {
			t.Errorf("sample %d is at %s, want %s", n, c.Stage, want)
		}
		if err := casework.VerifyJournal(&c); err != nil {
			t.Errorf("sample %d: %v", n, err)
		}
		a, _ := json.Marshal(c)
		b, _ := json.Marshal(Sample(n))
		if string(a) != string(b) {
			t.Errorf("sample %d differs from itself", n)
		}
		if len(a) < 3000 || len(a) > 12000 {
			t.Errorf("sample %d takes %d bytes", n, len(a))
		}
	}
}
