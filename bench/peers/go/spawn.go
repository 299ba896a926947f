// spawn.go: goroutines made by a goroutine: held alive, or living for one message.
//
//	Rules  What stands for an actor is a goroutine with a channel of its own, where it can be told.
//	       `spawn` clocks the making alone; `spawn_end` clocks whole lives.
package main

import (
	"sync"
	"time"
)

type hello struct{}

func resident(in <-chan hello) {
	for range in {
	}
}

// settler makes as many residents as it is told, keeps their channels, and says when it is done.
func settler(populate <-chan uint64, settled chan<- struct{}) {
	var held []chan<- hello
	for count := range populate {
		grown := make([]chan<- hello, len(held), uint64(len(held))+count)
		copy(grown, held)
		held = grown
		for ; count > 0; count-- {
			in := make(chan hello)
			go resident(in)
			held = append(held, in)
		}
		settled <- struct{}{}
	}
}

func spawn(o order) float64 {
	populate, settled := make(chan uint64), make(chan struct{})
	go settler(populate, settled)
	run := func(count uint64) {
		populate <- count
		<-settled
	}
	run(warmUp(o.work))
	start := time.Now()
	run(o.work)
	return nsEach(start, o.work)
}

func mayfly(in <-chan hello, lives *sync.WaitGroup) {
	<-in
	lives.Done()
}

func breeder(hatch <-chan uint64, lives *sync.WaitGroup) {
	for count := range hatch {
		for ; count > 0; count-- {
			in := make(chan hello)
			go mayfly(in, lives)
			in <- hello{}
		}
	}
}

func spawnEnd(o order) float64 {
	var lives sync.WaitGroup
	hatch := make(chan uint64)
	go breeder(hatch, &lives)
	run := func(count uint64) {
		lives.Add(int(count))
		hatch <- count
		lives.Wait()
	}
	run(warmUp(o.work))
	start := time.Now()
	run(o.work)
	return nsEach(start, o.work)
}
