// Numbers for the types of a program, by which a function reference is tested.
//
// Types are numbered so that those below a type follow it without gap: one subtraction
// and one comparison tell whether a function's type is a subtype, however deep.
// Specification: 3.3.7 "Defined Types" (matching), 4.4.8.10 `call_indirect`.

internal import Wasm

/// The numbers of all types, from 1; 0 is the null function's.
struct TypeNumbers {
  private let first: [UInt64]
  private let count: [UInt64]

  init(_ types: CanonicalTypes) {
    // A supertype stands before what is declared below it.
    let all = types.all
    var count = Array(repeating: UInt64(1), count: all.count)
    for type in all.reversed() {
      guard let supertype = types.supertype(of: type) else { continue }
      count[Int(supertype.index)] += count[Int(type.index)]
    }
    var first = Array(repeating: UInt64(0), count: all.count)
    // Where the next type directly below each type goes; the last is for roots.
    var next = Array(repeating: UInt64(1), count: all.count + 1)
    for type in all {
      let index = Int(type.index)
      let parent = types.supertype(of: type).map { Int($0.index) } ?? all.count
      first[index] = next[parent]
      next[parent] += count[index]
      next[index] = first[index] + 1
    }
    self.first = first
    self.count = count
  }

  /// The numbers of `type` and all types below it, its own first.
  subscript(type: CanonicalType) -> Range<UInt64> {
    let index = Int(type.index)
    return first[index]..<first[index] + count[index]
  }
}
