// producers.go: one or eight goroutines that send into one buffered channel, in rounds.
//
//	Rules  A round is over when the sink has handled every item; the sum proves it.
package main

import "time"

type item struct{ value uint64 }

type gather struct {
	each uint64
	sum  chan<- uint64
}

func producer(orders <-chan uint64, to chan<- item) {
	for count := range orders {
		for ; count > 0; count-- {
			to <- item{count}
		}
	}
}

func sink(gathers <-chan gather, producers []chan uint64, items <-chan item) {
	for g := range gathers {
		for _, p := range producers {
			p <- g.each
		}
		sum := uint64(0)
		for left := g.each * uint64(len(producers)); left > 0; left-- {
			sum += (<-items).value
		}
		g.sum <- sum
	}
}

func rounds(o order, count uint64) float64 {
	items := make(chan item, inboxItems)
	producers := make([]chan uint64, count)
	for i := range producers {
		producers[i] = make(chan uint64, 1)
		go producer(producers[i], items)
	}
	gathers := make(chan gather)
	go sink(gathers, producers, items)

	answer := make(chan uint64)
	run := func(each uint64) {
		share := roundItems / count
		for done := uint64(0); done < each; done += share {
			part := min(share, each-done)
			gathers <- gather{part, answer}
			require(<-answer == sumTo(part)*count, "messages were lost or handled twice")
		}
	}
	each := max(o.work/count, 1)
	run(warmUp(each))
	start := time.Now()
	run(each)
	return millions(start, each*count)
}

func oneProducer(o order) float64    { return rounds(o, 1) }
func eightProducers(o order) float64 { return rounds(o, manyProducers) }
