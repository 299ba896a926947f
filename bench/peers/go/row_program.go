// row_program.go: the command line of ../../common/row_program.hpp, spoken by Go.
//
//	Rules  Exit codes: 0 measured, 1 the row failed (why: stderr), 2 wrong arguments.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

// order says how many threads may run goroutines at a time, and how much work there is.
type order struct {
	workers int
	work    uint64
}

// row is one row that can be measured.
type row struct {
	name    string
	unit    string
	measure func(order) float64
}

// wrongResult ends a row whose result is not what must come out.
type wrongResult string

func require(holds bool, what string) {
	if !holds {
		panic(wrongResult(what))
	}
}

func positive(option, text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%s needs a positive number, not '%s'", option, text)
	}
	return n, nil
}

func readOptions(words []string) (order, error) {
	o := order{workers: 1}
	for i := 0; i < len(words); i += 2 {
		if i+1 == len(words) {
			return o, fmt.Errorf("%s needs a value", words[i])
		}
		n, err := positive(words[i], words[i+1])
		switch {
		case words[i] != "--workers" && words[i] != "--work":
			return o, fmt.Errorf("unknown option '%s'", words[i])
		case err != nil:
			return o, err
		case words[i] == "--workers":
			o.workers = int(n)
		default:
			o.work = n
		}
	}
	if o.work == 0 {
		return o, fmt.Errorf("--work COUNT is missing")
	}
	return o, nil
}

func find(rows []row, name string) *row {
	for i := range rows {
		if rows[i].name == name {
			return &rows[i]
		}
	}
	return nil
}

func measure(r *row, o order) (code int) {
	defer func() {
		failure := recover()
		if what, ok := failure.(wrongResult); ok {
			fmt.Fprintln(os.Stderr, "go_rows:", string(what))
			code = 1
		} else if failure != nil {
			panic(failure)
		}
	}()
	runtime.GOMAXPROCS(o.workers)
	fmt.Printf("%.6g %s\n", r.measure(o), r.unit)
	return 0
}

// rowProgram is the main function: it gives the exit code.
func rowProgram(rows []row, words []string) int {
	refuse := func(why string) int {
		fmt.Fprintf(os.Stderr, "go_rows: %s\nusage: %s ROW --work COUNT [--workers N]"+
			" | --list | --about\n", why, words[0])
		return 2
	}
	if len(words) < 2 {
		return refuse("a row is missing; --list prints those there are")
	}
	switch words[1] {
	case "--list":
		for _, r := range rows {
			fmt.Println(r.name)
		}
		return 0
	case "--about":
		fmt.Printf("Go, %s, goroutines and channels\n", runtime.Version())
		return 0
	}
	r := find(rows, words[1])
	if r == nil {
		return refuse("there is no row '" + words[1] + "' here; --list prints those there are")
	}
	o, err := readOptions(words[2:])
	if err != nil {
		return refuse(err.Error())
	}
	return measure(r, o)
}

// nsEach is how many nanoseconds each of count things took since start.
func nsEach(start time.Time, count uint64) float64 {
	return float64(time.Since(start).Nanoseconds()) / float64(count)
}

// millions is how many million things a second were done since start.
func millions(start time.Time, count uint64) float64 {
	return float64(count) / time.Since(start).Seconds() / 1e6
}
