// savina.go: what the Savina rows share, from ../../common/savina.hpp.
package main

import (
	"math"
	"time"
)

const (
	ringActors         = 100
	ringHops           = 100_000
	countingMessages   = 1_000_000
	throughputActors   = 60
	throughputMessages = 10_000
	bigActors          = 120
	bigPings           = 20_000
)

// nsPerMessage: iterate runs one iteration of about so many messages and tells how many there were.
func nsPerMessage(o order, standard uint64, iterate func(uint64) uint64) float64 {
	iterate(warmUp(standard))
	messages := uint64(0)
	start := time.Now()
	for messages < o.work {
		messages += iterate(min(standard, o.work-messages))
	}
	return nsEach(start, messages)
}

// compute is what a message of the throughput row lets its goroutine compute.
func compute(angle float64) float64 {
	sine := math.Sin(angle)
	return sine * sine
}

const throughputAngle = 37.2

// pseudoRandom is Savina's own generator.
type pseudoRandom uint64

func (r *pseudoRandom) below(limit uint64) uint64 {
	*r = (*r*1309 + 13849) & 65535
	return uint64(*r) % limit
}
