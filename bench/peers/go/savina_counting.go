// savina_counting.go: one goroutine lets another count a million messages.
package main

// count is an increment, or, with a channel for the answer, the question how many there were.
type count struct{ retrieve chan<- uint64 }

func counter(in <-chan count) {
	counted := uint64(0)
	for m := range in {
		if m.retrieve != nil {
			m.retrieve <- counted
			return
		}
		counted++
	}
}

func countingProducer(messages uint64, to chan<- count, produced chan<- uint64) {
	for ; messages > 0; messages-- {
		to <- count{}
	}
	answer := make(chan uint64)
	to <- count{answer}
	produced <- <-answer
}

func savinaCounting(o order) float64 {
	return nsPerMessage(o, countingMessages, func(messages uint64) uint64 {
		in := make(chan count, inboxItems)
		produced := make(chan uint64)
		go counter(in)
		go countingProducer(messages, in, produced)
		require(<-produced == messages, "messages were lost or counted twice")
		return messages
	})
}
