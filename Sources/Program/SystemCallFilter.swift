// System calls that a program needs, as the program of the kernel's packet filter (BPF)
// that allows them and no other.
//
// A binary search: the kernel tries a new filter with every number that there is, so its
// depth counts, more than the order of the calls. Made from the end to the start, since
// jumps go forward only. Knows nothing of what the calls are for.

/// A filter of system calls.
public struct SystemCallFilter: Hashable, Sendable {
  /// One instruction: its code, how many to skip if a comparison holds or does not, and
  /// its operand.
  public struct Instruction: Hashable, Sendable {
    public var code: UInt16
    public var ifTrue: UInt8
    public var ifFalse: UInt8
    public var operand: UInt32
  }

  /// Codes of BPF.
  public enum Code {
    public static let load: UInt16 = 0x20
    public static let and: UInt16 = 0x54
    public static let jump: UInt16 = 0x05
    public static let jumpIfEqual: UInt16 = 0x15
    public static let jumpIfAtLeast: UInt16 = 0x35
    public static let `return`: UInt16 = 0x06
  }

  /// What a filter sees of a call: offsets in `struct seccomp_data`.
  private enum Field {
    static let number: UInt32 = 0
    static let architecture: UInt32 = 4
    static func low(_ argument: Int) -> UInt32 { 16 + 8 * UInt32(argument) }
    static func high(_ argument: Int) -> UInt32 { low(argument) + 4 }
  }

  /// What a filter says of a call.
  public enum Verdict {
    public static let allow: UInt32 = 0x7fff_0000
    public static let kill: UInt32 = 0x8000_0000
  }

  private static let architecture: UInt32 = 0xc000_003e

  /// Last instruction first, while it is made.
  private var reversed: [Instruction] = []
  private var latestAllow = 0
  private var latestKill = 0

  /// The filter, first instruction first.
  public private(set) var instructions: [Instruction] = []

  public init(_ needs: SystemCallNeeds) {
    latestKill = add(Code.return, Verdict.kill)
    latestAllow = add(Code.return, Verdict.allow)
    search(needs.calls[...])
    add(Code.load, Field.number)
    // Another architecture has other numbers. Those of x32 are larger than all.
    let start = reversed.count - 1
    let kill = add(Code.return, Verdict.kill)
    jump(Code.jumpIfEqual, Self.architecture, to: start, else: kill)
    add(Code.load, Field.architecture)
    instructions = reversed.reversed()
    reversed = []
  }

  // MARK: Instructions, counted from the end

  /// Returns the place of the instruction.
  @discardableResult
  private mutating func add(_ code: UInt16, _ operand: UInt32) -> Int {
    reversed.append(Instruction(code: code, ifTrue: 0, ifFalse: 0, operand: operand))
    return reversed.count - 1
  }

  /// How many instructions a jump that is added next skips.
  private func distance(to place: Int) -> Int { reversed.count - place - 1 }

  /// Targets must be near.
  @discardableResult
  private mutating func jump(_ code: UInt16, _ operand: UInt32, to: Int, else other: Int) -> Int {
    reversed.append(
      Instruction(
        code: code, ifTrue: UInt8(distance(to: to)), ifFalse: UInt8(distance(to: other)),
        operand: operand))
    return reversed.count - 1
  }

  /// A verdict that a jump can reach, made again where the last one is too far.
  private mutating func makeNear(_ place: inout Int, _ verdict: UInt32) {
    if distance(to: place) > 240 { place = add(Code.return, verdict) }
  }

  private mutating func makeVerdictsNear() {
    var allow = latestAllow
    var kill = latestKill
    makeNear(&allow, Verdict.allow)
    makeNear(&kill, Verdict.kill)
    (latestAllow, latestKill) = (allow, kill)
  }

  // MARK: Decisions

  /// Decides between `calls`, which are in order; returns where it starts.
  @discardableResult
  private mutating func search(_ calls: ArraySlice<SystemCallNeeds.Call>) -> Int {
    guard let first = calls.first else { return latestKill }
    if calls.count == 1 { return decide(first) }
    let middle = calls.index(calls.startIndex, offsetBy: calls.count / 2)
    var upper = search(calls[middle...])
    let lower = search(calls[..<middle])
    if distance(to: upper) > 255 {
      // The jump over the jump.
      reversed.append(
        Instruction(
          code: Code.jump, ifTrue: 0, ifFalse: 0, operand: UInt32(distance(to: upper))))
      upper = reversed.count - 1
    }
    return jump(Code.jumpIfAtLeast, calls[middle].number, to: upper, else: lower)
  }

  /// Decides whether it is this call, with what arguments.
  private mutating func decide(_ call: SystemCallNeeds.Call) -> Int {
    makeVerdictsNear()
    if call.isUnconditional {
      return jump(Code.jumpIfEqual, call.number, to: latestAllow, else: latestKill)
    }
    var start = latestKill
    for way in call.ways.reversed() {
      let failure = start
      start = latestAllow
      for condition in way.reversed() { start = check(condition, to: start, else: failure) }
    }
    makeVerdictsNear()
    return jump(Code.jumpIfEqual, call.number, to: start, else: latestKill)
  }

  /// The arguments are halves of 32 bits here.
  private mutating func check(
    _ condition: SystemCallNeeds.Condition, to success: Int, else failure: Int
  ) -> Int {
    switch condition {
    case .below(let argument, let bound):
      jump(Code.jumpIfAtLeast, UInt32(bound >> 32), to: failure, else: success)
      return add(Code.load, Field.high(argument))
    case .equal(let argument, let mask, let value):
      var start = success
      for (field, shift) in [(Field.low(argument), UInt64(0)), (Field.high(argument), 32)] {
        let part = UInt32(truncatingIfNeeded: mask >> shift)
        if part == 0 { continue }
        jump(
          Code.jumpIfEqual, UInt32(truncatingIfNeeded: value >> shift), to: start, else: failure)
        if part != .max { add(Code.and, part) }
        start = add(Code.load, field)
      }
      return start
    }
  }
}
