// savina_thread_ring.go: a token that goes round a hundred goroutines.
package main

import "sync"

// roundTrip is the token while hops are left; then a message that lets all retire in turn.
type roundTrip struct {
	left   uint64
	retire bool
}

func ringActor(in <-chan roundTrip, next chan<- roundTrip, lives *sync.WaitGroup) {
	defer lives.Done()
	for m := range in {
		switch {
		case m.left > 0:
			next <- roundTrip{m.left - 1, m.retire}
		case !m.retire:
			next <- roundTrip{ringActors - 1, true}
		}
		if m.retire {
			return
		}
	}
}

func savinaThreadRing(o order) float64 {
	return nsPerMessage(o, ringHops, func(hops uint64) uint64 {
		var lives sync.WaitGroup
		lives.Add(ringActors)
		var ring [ringActors]chan roundTrip
		for i := range ring {
			ring[i] = make(chan roundTrip)
		}
		for i := range ring {
			go ringActor(ring[i], ring[(i+1)%ringActors], &lives)
		}
		ring[0] <- roundTrip{hops, false}
		lives.Wait()
		return hops
	})
}
