// ping_pong.go: two goroutines, one ball that bounces between them over two channels.
//
//	Rules  The channels are unbuffered: with buffers of 1 or 2 Go was no faster.
package main

import "time"

type ball struct{ left uint64 }

func player(in <-chan ball, out chan<- ball, over chan<- struct{}) {
	for b := range in {
		if b.left > 0 {
			out <- ball{b.left - 1}
		} else {
			over <- struct{}{}
		}
	}
}

func pingPong(o order) float64 {
	server, returner := make(chan ball), make(chan ball)
	over := make(chan struct{})
	go player(server, returner, over)
	go player(returner, server, over)
	play := func(hops uint64) { // an even number ends at the server
		returner <- ball{hops - 1}
		<-over
	}
	hops := even(o.work)
	play(even(warmUp(hops)))
	start := time.Now()
	play(hops)
	return nsEach(start, hops)
}
