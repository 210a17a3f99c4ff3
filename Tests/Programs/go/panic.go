// A panic that nobody recovers: the deferred call runs, the message goes to standard error and
// the program ends with status 2.
package main

import "fmt"

func main() {
	defer fmt.Println("deferred")
	var values []int
	fmt.Println("before", len(values))
	fmt.Println(values[len(values)])
}
