// Counts the words of standard input. Each language has this program, and all print the same:
// see ../README.md for what.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"
	"sort"
)

func isLetter(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	hash := fnv.New64a()
	hash.Write(text)

	counts := map[string]int{}
	words, longest := 0, 0
	var sum, squares float64
	for _, word := range bytes.FieldsFunc(text, func(c rune) bool { return !isLetter(c) }) {
		counts[string(bytes.ToLower(word))]++
		words++
		longest = max(longest, len(word))
		sum += float64(len(word))
		squares += float64(len(word) * len(word))
	}

	sorted := make([]string, 0, len(counts))
	for word := range counts {
		sorted = append(sorted, word)
	}
	sort.Slice(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if counts[a] != counts[b] {
			return counts[a] > counts[b]
		}
		return a < b
	})

	total := float64(max(words, 1))
	mean := sum / total
	entropy := 0.0
	for _, word := range sorted {
		share := float64(counts[word]) / total
		entropy -= share * math.Log2(share)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintf(out, "bytes %d lines %d words %d distinct %d\n", len(text),
		bytes.Count(text, []byte("\n")), words, len(sorted))
	fmt.Fprintf(out, "fnv1a %016x\n", hash.Sum64())
	fmt.Fprintf(out, "length mean %.4f deviation %.4f longest %d\n", mean,
		math.Sqrt(squares/total-mean*mean), longest)
	fmt.Fprintf(out, "entropy %.6f\n", entropy)
	for _, word := range sorted {
		fmt.Fprintf(out, "%6d %7.3f%% %s\n", counts[word], 100*float64(counts[word])/total, word)
	}
}
