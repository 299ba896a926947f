// savina_fork_join_throughput.go: one goroutine deals messages out to sixty others.
package main

import "sync"

type job struct{}

func laborer(in <-chan job, angle float64, jobs uint64, lives *sync.WaitGroup) {
	for ; jobs > 0; jobs-- {
		<-in
		if compute(angle) <= 0 {
			return // never; the row would not end
		}
	}
	lives.Done()
}

func savinaForkJoinThroughput(o order) float64 {
	const standard = throughputActors * throughputMessages
	return nsPerMessage(o, standard, func(messages uint64) uint64 {
		each := max(messages/throughputActors, 1)
		var lives sync.WaitGroup
		lives.Add(throughputActors)
		var laborers [throughputActors]chan job
		for i := range laborers {
			laborers[i] = make(chan job, inboxItems)
			go laborer(laborers[i], throughputAngle, each, &lives)
		}
		for n := uint64(0); n < each; n++ {
			for _, l := range laborers {
				l <- job{}
			}
		}
		lives.Wait()
		return each * throughputActors
	})
}
