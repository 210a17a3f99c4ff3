// Counts the words of standard input. Each language has this program, and all print the same:
// see ../README.md for what.

@main
struct WordCount {
  static func main() {
    let text = readInput()
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }

    var counts: [String: Int] = [:]
    var lines = 0
    var words = 0
    var longest = 0
    var sum = 0.0
    var squares = 0.0
    var word: [UInt8] = []
    for byte in text + [0] {
      if byte == UInt8(ascii: "\n") { lines += 1 }
      let letter = byte | 0x20
      if letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") {
        word.append(letter)
      } else if !word.isEmpty {
        counts[String(decoding: word, as: UTF8.self), default: 0] += 1
        words += 1
        longest = max(longest, word.count)
        sum += Double(word.count)
        squares += Double(word.count * word.count)
        word.removeAll(keepingCapacity: true)
      }
    }

    let sorted = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    let total = Double(max(words, 1))
    let mean = sum / total
    var entropy = 0.0
    for (_, count) in sorted {
      let share = Double(count) / total
      entropy -= share * log2(share)
    }
    let deviation = (squares / total - mean * mean).squareRoot()
    line("bytes \(text.count) lines \(lines) words \(words) distinct \(sorted.count)")
    line("fnv1a " + padded(String(hash, radix: 16), to: 16, with: "0"))
    line("length mean \(fixed(mean, 4)) deviation \(fixed(deviation, 4)) longest \(longest)")
    line("entropy " + fixed(entropy, 6))
    for (word, count) in sorted {
      let share = fixed(100 * Double(count) / total, 3)
      line(padded("\(count)", to: 6) + " " + padded(share, to: 7) + "% " + word)
    }
  }
}
