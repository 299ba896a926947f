// footprint.go: resident bytes per idle goroutine with its channel, each after one message.
//
//	Rules  Before each look at memory the garbage is collected and given back: it does not count.
package main

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

type visit struct{ answer chan<- bool }

func home(in <-chan visit) {
	for v := range in {
		v.answer <- true
	}
}

// settle fills held with the channels of new goroutines, and visits each once.
func settle(held []chan<- visit) {
	for i := range held {
		in := make(chan visit)
		go home(in)
		held[i] = in
	}
	answer := make(chan bool)
	for _, h := range held {
		h <- visit{answer}
		<-answer
	}
}

// residentBytes is what of this process is in RAM, from the second number of /proc/self/statm.
func residentBytes() uint64 {
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	words := strings.Fields(string(text))
	require(err == nil && len(words) > 1, "/proc/self/statm cannot be read")
	pages, err := strconv.ParseUint(words[1], 10, 64)
	require(err == nil, "/proc/self/statm is not understood")
	return pages * uint64(os.Getpagesize())
}

func bytesPerActor(o order) float64 {
	hamlet := make([]chan<- visit, warmUp(o.work)/10+1)
	settle(hamlet)
	land := make([]chan<- visit, o.work)
	for i := range land {
		land[i] = hamlet[0] // touched now: the handles' pages do not count
	}
	before := residentBytes()
	settle(land)
	after := residentBytes()
	require(after > before, "memory shrank: the warm-up left too much behind")
	return float64(after-before) / float64(o.work)
}
