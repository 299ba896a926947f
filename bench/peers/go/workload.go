// workload.go: the numbers of ../../common/workload.hpp, for Go.
package main

const (
	// roundItems may be under way to one sink; a round ends when all are handled.
	roundItems    = 500_000
	manyProducers = 8
	skynetWidth   = 10
	// inboxItems is the buffer of a busy channel: of 128 to 500,000, that where Go was fastest.
	inboxItems = 8_192
)

// warmUp is the tenth of the work that goes first and is not measured.
func warmUp(work uint64) uint64 {
	return max(work/10, 2)
}

// even gives a ball that is to end where it was served an even number of hops.
func even(n uint64) uint64 { return n + n%2 }

// skynetLeaves is the largest power of the tree's width that is not above work.
func skynetLeaves(work uint64) uint64 {
	leaves := uint64(1)
	for leaves <= work/skynetWidth {
		leaves *= skynetWidth
	}
	return leaves
}

// sumTo is 1 + 2 + … + n.
func sumTo(n uint64) uint64 { return n * (n + 1) / 2 }

// farTimerMs is when the timer of this number would come: in one to two hours.
func farTimerMs(number uint64) uint64 {
	const hourMs = 3_600_000
	return hourMs + number*2_654_435_761%hourMs
}

// nearTimersMs is in how long count timers are all due.
func nearTimersMs(count uint64) uint64 { return 100 + count*4/1000 }

func max(a, b uint64) uint64 {
	if a > b {
		return a
	}
	return b
}

func min(a, b uint64) uint64 {
	if a < b {
		return a
	}
	return b
}
