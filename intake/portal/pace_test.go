package portal

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestARefusalLeavesOnAGridWhateverItCost(t *testing.T) {
	for _, cost := range []time.Duration{0, time.Millisecond, 149 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			<-time.After(cost)
			pace(context.Background(), began)
			if took := time.Since(began); took != refusalPace {
				t.Errorf("work of %s left after %s", cost, took)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		<-time.After(refusalPace + time.Millisecond)
		pace(context.Background(), began)
		if took := time.Since(began); took != 2*refusalPace {
			t.Errorf("slow work left after %s", took)
		}
	})
}
