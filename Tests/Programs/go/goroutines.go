// Goroutines, channels, timers, maps, closures, interfaces, recovered panics and the collector.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

type tree struct {
	left, right *tree
	value       int
}

func (t *tree) insert(value int) *tree {
	switch {
	case t == nil:
		return &tree{value: value}
	case value < t.value:
		t.left = t.left.insert(value)
	default:
		t.right = t.right.insert(value)
	}
	return t
}

func (t *tree) walk(yield func(int) bool) bool {
	return t == nil || t.left.walk(yield) && yield(t.value) && t.right.walk(yield)
}

type shape interface{ area() float64 }
type circle struct{ radius float64 }
type square struct{ side float64 }

func (c circle) area() float64 { return 3.14159265358979 * c.radius * c.radius }
func (s square) area() float64 { return s.side * s.side }

var errOdd = errors.New("odd")

func half(n int) (int, error) {
	if n%2 != 0 {
		return 0, fmt.Errorf("half of %d: %w", n, errOdd)
	}
	return n / 2, nil
}

func protected(name string, f func()) {
	defer func() {
		fmt.Printf("%s: recovered %v\n", name, recover())
	}()
	f()
}

// A sieve of one goroutine for each prime.
func primes(limit int) []int {
	numbers := make(chan int)
	go func() {
		for n := 2; n <= limit; n++ {
			numbers <- n
		}
		close(numbers)
	}()
	source := numbers
	var found []int
	for {
		prime, ok := <-source
		if !ok {
			return found
		}
		found = append(found, prime)
		filtered := make(chan int)
		go func(in <-chan int, out chan<- int) {
			for n := range in {
				if n%prime != 0 {
					out <- n
				}
			}
			close(out)
		}(source, filtered)
		source = filtered
	}
}

func main() {
	found := primes(600)
	fmt.Println(len(found), "primes, last", found[len(found)-1])

	var group sync.WaitGroup
	var lock sync.Mutex
	squares := map[int]int{}
	for worker := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := worker; n < 1000; n += 8 {
				lock.Lock()
				squares[n] = n * n
				lock.Unlock()
				if n%100 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	group.Wait()
	keys := make([]int, 0, len(squares))
	sum := 0
	for key, square := range squares {
		keys = append(keys, key)
		sum += square
	}
	slices.Sort(keys)
	fmt.Println(len(squares), "squares, sum", sum, "keys", keys[:5], keys[995:])

	results := make(chan string)
	for i, pause := range []time.Duration{60, 5, 30} {
		go func() {
			time.Sleep(pause * time.Millisecond)
			results <- fmt.Sprint("sleeper ", i)
		}()
	}
	for range 3 {
		select {
		case text := <-results:
			fmt.Println(text)
		case <-time.After(20 * time.Second):
			fmt.Println("timed out")
		}
	}

	var root *tree
	state := uint32(7)
	for range 2000 {
		state = state*1664525 + 1013904223
		root = root.insert(int(state >> 20))
	}
	count, previous, ordered := 0, -1, true
	root.walk(func(value int) bool {
		count++
		ordered = ordered && previous <= value
		previous = value
		return true
	})
	fmt.Println("tree", count, ordered)

	for round := range 5 {
		var garbage [][]byte
		for range 200 {
			garbage = append(garbage, make([]byte, 20000+round))
		}
		garbage = nil
		runtime.GC()
		_ = garbage
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	fmt.Println("collected", memory.NumGC >= 5, "heap below 16 MB", memory.HeapAlloc < 16<<20)

	for _, s := range []shape{circle{1.5}, square{2}} {
		fmt.Printf("%T %.3f %+v\n", s, s.area(), s)
	}
	_, err := half(7)
	fmt.Println(err, errors.Is(err, errOdd))

	var none *tree
	var missing map[string]int
	zero := len(os.Args) - len(os.Args)
	protected("nil pointer", func() { fmt.Println(none.value) })
	protected("nil map", func() { missing["a"] = 1 })
	protected("index", func() { fmt.Println(found[len(found)+zero]) })
	protected("divide", func() { fmt.Println(1 / zero) })
	protected("type", func() { fmt.Println(any("text").(int)) })
	protected("own", func() { panic(errOdd) })

	depth := 0
	var dive func(int) int
	dive = func(n int) int {
		depth = max(depth, n)
		if n == 20000 {
			return 0
		}
		return dive(n+1) + 1
	}
	fmt.Println("dived", dive(0), depth)
	fmt.Println(strings.Repeat("=", 10), strings.Fields(" a  b c "), strings.ToUpper("größe"))
	fmt.Printf("%08.3f|%-6s|%+d|%x|%q|%v|%e\n", 3.14159, "go", 5, "hi", "q\n", []any{1, "a", nil}, 1e21)
}
