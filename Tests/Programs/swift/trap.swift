// An index beyond an array: what was written before stays, and the program ends in a trap.

@main
struct Trap {
  static func main() {
    let bytes = readInput()
    line("read \(bytes.count) bytes")
    line("beyond them \(bytes[bytes.count])")
  }
}
