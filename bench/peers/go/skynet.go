// skynet.go: a tree of goroutines, ten children each; every leaf sends its number, sums come up.
//
//	Rules  The ten children of a goroutine share one channel that has room for all their sums.
package main

import "time"

func branch(parent chan<- uint64, first, leaves uint64) {
	if leaves == 1 {
		parent <- first
		return
	}
	sums := make(chan uint64, skynetWidth)
	share := leaves / skynetWidth
	for i := uint64(0); i < skynetWidth; i++ {
		go branch(sums, first+i*share, share)
	}
	total := uint64(0)
	for i := 0; i < skynetWidth; i++ {
		total += <-sums
	}
	parent <- total
}

func skynet(o order) float64 {
	tree := func(leaves uint64) {
		top := make(chan uint64)
		go branch(top, 0, leaves)
		require(<-top == sumTo(leaves-1), "skynet's sum is wrong")
	}
	leaves := skynetLeaves(o.work)
	tree(skynetLeaves(warmUp(leaves)))
	start := time.Now()
	tree(leaves)
	return float64(time.Since(start).Nanoseconds()) / 1e6
}
