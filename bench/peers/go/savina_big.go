// savina_big.go: many goroutines, each pings one of all, chosen at random, and waits for its pong.
//
//	Rules  A channel has room for a ping from everybody, a pong and the end: no sender ever waits.
package main

import "sync"

type kind uint8

const (
	ping kind = iota
	pong
	retire
)

type message struct {
	kind   kind
	sender uint64
}

const nobody = bigActors

func pinger(id, pings uint64, all []chan message, finished chan<- uint64, lives *sync.WaitGroup) {
	defer lives.Done()
	random := pseudoRandom(id)
	expected, pongs := uint64(nobody), uint64(0)
	for m := range all[id] {
		switch m.kind {
		case ping:
			all[m.sender] <- message{pong, id}
		case pong:
			if m.sender == expected {
				pongs++
			}
			if pings == 0 {
				finished <- pongs - 1 // the first one came from nobody
				continue
			}
			pings--
			expected = random.below(bigActors)
			all[expected] <- message{ping, id}
		case retire:
			return
		}
	}
}

func savinaBig(o order) float64 {
	return nsPerMessage(o, 2*bigActors*bigPings, func(messages uint64) uint64 {
		pings := max(messages/(2*bigActors), 1)
		var lives sync.WaitGroup
		lives.Add(bigActors)
		finished := make(chan uint64, bigActors)
		all := make([]chan message, bigActors)
		for i := range all {
			all[i] = make(chan message, bigActors+8)
		}
		for id := range all {
			go pinger(uint64(id), pings, all, finished, &lives)
		}
		for _, in := range all {
			in <- message{pong, nobody}
		}
		pongs := uint64(0)
		for range all {
			pongs += <-finished
		}
		require(pongs == pings*bigActors, "pongs were lost, or came from others than were asked")
		for _, in := range all {
			in <- message{retire, nobody}
		}
		lives.Wait()
		return 2 * pings * bigActors
	})
}
