// main.go: the table of Go's rows.
package main

import "os"

func main() {
	rows := []row{
		{"ping_pong_ns", "ns", pingPong},
		{"one_producer", "M/s", oneProducer},
		{"eight_producers", "M/s", eightProducers},
		{"spawn", "ns", spawn},
		{"spawn_end", "ns", spawnEnd},
		{"bytes_per_actor", "B", bytesPerActor},
		{"skynet", "ms", skynet},
		{"savina_thread_ring", "ns", savinaThreadRing},
		{"savina_counting", "ns", savinaCounting},
		{"savina_fork_join_throughput", "ns", savinaForkJoinThroughput},
		{"savina_big", "ns", savinaBig},
		{"timers_1m_set", "ns", timersSet},
		{"timers_1m_cancel", "ns", timersCancel},
		{"timers_1m_fire", "ns", timersFire},
	}
	os.Exit(rowProgram(rows, os.Args))
}
