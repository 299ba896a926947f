// timers.go: very many timers of one goroutine, each a time.AfterFunc that sends to its channel.
//
//	Rules  All are set before the first is due: what is clocked is one thing at a time.
package main

import "time"

type expire struct{ number uint64 }

// setFar sets timers of which none comes, and says how long that took.
func setFar(count uint64, in chan<- expire) ([]*time.Timer, time.Duration) {
	timers := make([]*time.Timer, 0, count)
	start := time.Now()
	for i := uint64(0); i < count; i++ {
		number := i + 1
		timers = append(timers, time.AfterFunc(
			time.Duration(farTimerMs(i))*time.Millisecond, func() { in <- expire{number} }))
	}
	return timers, time.Since(start)
}

func cancelAll(timers []*time.Timer) time.Duration {
	start := time.Now()
	for _, t := range timers {
		t.Stop()
	}
	return time.Since(start)
}

// fireAll says how long it took from when all were due until the last was handled.
func fireAll(count uint64, in chan expire) time.Duration {
	due := time.Now().Add(time.Duration(nearTimersMs(count)) * time.Millisecond)
	for i := uint64(0); i < count; i++ {
		number := i + 1
		time.AfterFunc(time.Until(due), func() { in <- expire{number} })
	}
	require(time.Now().Before(due), "the timers were not set in time")
	sum := sumTo(count)
	for ; count > 0; count-- {
		sum -= (<-in).number
	}
	require(sum == 0, "timers were lost")
	return time.Since(due)
}

func eachTimer(o order, measure func(count uint64, in chan expire) time.Duration) float64 {
	in := make(chan expire, inboxItems)
	measure(warmUp(o.work), in)
	return float64(measure(o.work, in).Nanoseconds()) / float64(o.work)
}

func timersSet(o order) float64 {
	return eachTimer(o, func(count uint64, in chan expire) time.Duration {
		timers, took := setFar(count, in)
		cancelAll(timers)
		return took
	})
}

func timersCancel(o order) float64 {
	return eachTimer(o, func(count uint64, in chan expire) time.Duration {
		timers, _ := setFar(count, in)
		return cancelAll(timers)
	})
}

func timersFire(o order) float64 { return eachTimer(o, fireAll) }
