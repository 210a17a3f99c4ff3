// Classes and their ends, generics, protocols, closures, enums with payloads, typed errors,
// strings of Unicode, sets and dictionaries.

protocol Shape {
  var name: String { get }
  func area() -> Double
}

struct Circle: Shape {
  var radius: Double
  var name: String { "circle" }
  func area() -> Double { 3.14159265358979 * radius * radius }
}

struct Square: Shape {
  var side: Double
  var name: String { "square" }
  func area() -> Double { side * side }
}

func describe<S: Shape>(_ shape: S) -> String { "\(shape.name) \(fixed(shape.area(), 4))" }

class Bird {
  let name: String
  init(_ name: String) { self.name = name }
  deinit { line("- " + name) }
  func call() -> String { "?" }
  final func twice() -> String { call() + call() }
}

final class Swift: Bird {
  override func call() -> String { "srii " }
}

class Owl: Bird {
  override func call() -> String { "hoo " }
}

final class YoungOwl: Owl {
  override func call() -> String { "peep " + super.call() }
}

indirect enum Expression {
  case number(Int)
  case sum(Expression, Expression)
  case product(Expression, Expression)
  case quotient(Expression, Expression)

  func value() throws(Failure) -> Int {
    switch self {
    case .number(let n): return n
    case .sum(let a, let b): return try a.value() &+ b.value()
    case .product(let a, let b): return try a.value() &* b.value()
    case .quotient(let a, let b):
      let divisor = try b.value()
      if divisor == 0 { throw .dividedByZero(of: try a.value()) }
      return try a.value() / divisor
    }
  }
}

enum Failure: Error {
  case dividedByZero(of: Int)
}

struct Heap<Element: Comparable> {
  private var items: [Element] = []

  mutating func push(_ item: Element) {
    items.append(item)
    var at = items.count - 1
    while at > 0, items[at] < items[(at - 1) / 2] {
      items.swapAt(at, (at - 1) / 2)
      at = (at - 1) / 2
    }
  }

  mutating func pop() -> Element? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    if items.isEmpty { return first }
    items[0] = last
    var at = 0
    while true {
      var least = at
      for child in [2 * at + 1, 2 * at + 2] where child < items.count && items[child] < items[least]
      {
        least = child
      }
      if least == at { return first }
      items.swapAt(at, least)
      at = least
    }
  }
}

func counter(by step: Int) -> () -> Int {
  var total = 0
  return {
    total += step
    return total
  }
}

@main
struct Structures {
  static func main() {
    line(describe(Circle(radius: 1.5)) + ", " + describe(Square(side: 2.25)))

    do {
      let birds: [Bird] = [Swift("swift"), Owl("owl"), YoungOwl("young owl")]
      for bird in birds { line(bird.name + ": " + bird.twice()) }
    }

    let divided = Expression.quotient(.number(84), .sum(.number(5), .number(-5)))
    let good = Expression.product(.sum(.number(3), .number(4)), .quotient(.number(45), .number(7)))
    for expression in [good, divided] {
      do throws(Failure) {
        line("value \(try expression.value())")
      } catch {
        switch error {
        case .dividedByZero(let n): line("\(n) divided by zero")
        }
      }
    }

    var heap = Heap<UInt32>()
    var state: UInt32 = 99
    for _ in 0..<3000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      heap.push(state >> 16)
    }
    var sorted: [UInt32] = []
    while let item = heap.pop() { sorted.append(item) }
    line(
      "heap \(sorted.count), first \(sorted[0]), last \(sorted[2999]), \(sorted == sorted.sorted())"
    )
    line("distinct \(Set(sorted).count)")

    var groups: [Int: [UInt32]] = [:]
    for item in sorted { groups[Int(item % 7), default: []].append(item) }
    for key in groups.keys.sorted() {
      line("  \(key): \(groups[key]!.count) sum \(groups[key]!.reduce(0) { $0 + UInt64($1) })")
    }

    let one = counter(by: 3)
    let other = counter(by: 10)
    line("counters \(one()) \(other()) \(one()) \(one()) \(other())")

    let text = "Größe 雨燕 cafe\u{301}"
    line("\(text) has \(text.count) characters, \(text.utf8.count) bytes")
    line(String(text.reversed()))
    line("equal by meaning \("caf\u{e9}" == "cafe\u{301}")")
    line(text.split(separator: " ").map { "[" + String($0) + "]" }.joined(separator: ","))
    line(
      "numbers \(Int("-123") ?? 0) \(Int("12x") == nil) \(UInt8("300") == nil) \(String(255, radix: 2))"
    )

    let (product, overflow) = Int64.max.multipliedReportingOverflow(by: 3)
    line("overflow \(product) \(overflow), \((-7) / 2) \((-7) % 2) \(Int64.min.magnitude)")
    let wide = UInt64.max.multipliedFullWidth(by: 12_345_678_901)
    line("wide \(wide.high) \(wide.low)")
    line("floats \(fixed((2.0).squareRoot(), 9)) \(fixed((-2.5).rounded(), 1)) \(Int(1e9 / 7))")
  }
}
