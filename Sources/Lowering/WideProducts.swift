// Gives back to the processor the products of 128 bits that modules spell in halves.
//
// WebAssembly 3.0 has no multiplication wider than 64 bits, so compilers for it make four
// products of halves and carry between them: in `__multi3`, in the multiply-high of hash
// functions and of big integers. Nothing is recognised by name or by one fixed shape: a sum
// is replaced where its terms are proved to be the upper or the lower half of the product.

internal import CLLVM
internal import LLVM

/// Replaces the halves of products of 128 bits, function by function.
struct WideProducts: ~Copyable {
  /// Additions in the largest sum that is looked at.
  private static let sumLimit = 8
  /// Steps from a term back to the halves of the factors; the four products and their
  /// carries take five.
  private static let depthLimit = 6

  /// The factors of a product.
  private struct Factors: Hashable {
    var left: IRValue
    var right: IRValue
    var isSquare: Bool { left == right }
  }

  private let context: Context
  private let builder: Builder

  /// Goes through every function that has a body.
  static func restore(in module: IRModule) {
    let products = WideProducts(module)
    for function in module.functions { products.restore(in: function) }
  }

  private init(_ module: IRModule) {
    context = module.context
    builder = Builder(module.context)
  }

  private func restore(in function: IRValue) {
    var highs: [(product: IRValue, factors: Factors)] = []
    var raised: [IRValue] = []
    for block in function.blocks {
      var next = block.firstInstruction
      while let instruction = next {
        next = instruction.nextInstruction
        switch instruction.halfOperation {
        case .product(let left, let right):
          if case .high(let left) = left.halfOperation, case .high(let right) = right.halfOperation
          {
            highs.append((instruction, Factors(left: left, right: right)))
          }
        case .raised: raised.append(instruction)
        case .sum, .low, .high, .other: break
        }
      }
    }
    var found: Set<Factors> = []
    for (product, factors) in highs where replaceUpperHalf(product, factors) {
      found.insert(factors)
    }
    if found.isEmpty { return }
    for value in raised {
      guard let factors = factors(of: value, among: found) else { continue }
      replaceLowerHalf(value, factors)
    }
  }

  /// The factors of which a value has a product of halves, a few steps back.
  private func factors(of value: IRValue, among known: Set<Factors>, depth: Int = 0) -> Factors? {
    guard depth < Self.depthLimit else { return nil }
    switch value.halfOperation {
    case .product(let left, let right):
      guard let left = left.halvedValue, let right = right.halvedValue else { return nil }
      return [Factors(left: left, right: right), Factors(left: right, right: left)]
        .first(where: known.contains)
    case .sum(let left, let right):
      return factors(of: left, among: known, depth: depth + 1)
        ?? factors(of: right, among: known, depth: depth + 1)
    case .raised(let whole): return factors(of: whole, among: known, depth: depth + 1)
    case .low, .high, .other: return nil
    }
  }

  // MARK: Upper half

  /// Replaces the largest sum over `product` that is the upper half and anything else.
  private func replaceUpperHalf(_ product: IRValue, _ factors: Factors) -> Bool {
    for root in sums(over: product).reversed() {
      let (known, others) = terms(of: root, factors, remainders: false)
      guard let known, isUpperHalf(known, factors) else { continue }
      builder.position(before: root)
      let type = context.integer(128)
      let wide = builder.binary(
        LLVMMul, builder.zeroExtend(factors.left, to: type),
        builder.zeroExtend(factors.right, to: type))
      let upper = builder.binary(LLVMLShr, wide, context.constant(type, 64))
      replace(root, with: builder.cast(LLVMTrunc, upper, to: context.i64), others)
      return true
    }
    return false
  }

  /// Whether the sum, times 2⁶⁴, is the product less something in 0..<2⁶⁴.
  private func isUpperHalf(_ sum: HalfSum, _ factors: Factors) -> Bool {
    // In units of 2⁻⁶⁴ the coefficients are those of the sum times 2⁶⁴.
    guard sum.isWholeProduct(times: 1, square: factors.isSquare, withHighs: true) else {
      return false
    }
    var rest: Int128 = 0
    for (_, coefficient) in sum.remainders {
      guard coefficient <= 0, coefficient > -HalfSum.one else { return false }
      rest -= coefficient * 0xffff_ffff
    }
    return rest < HalfSum.one
  }

  // MARK: Lower half

  /// Replaces the largest sum over `raised` that is the lower half and anything else.
  private func replaceLowerHalf(_ raised: IRValue, _ factors: Factors) {
    for root in sums(over: raised).reversed() {
      let (known, others) = terms(of: root, factors, remainders: true)
      guard let known, isLowerHalf(known, factors) else { continue }
      builder.position(before: root)
      return replace(root, with: builder.binary(LLVMMul, factors.left, factors.right), others)
    }
  }

  /// Whether the sum is the product modulo 2⁶⁴. A remainder times 2³² may give way to the
  /// value that it is of.
  private func isLowerHalf(_ sum: HalfSum, _ factors: Factors) -> Bool {
    var sum = sum
    while true {
      guard let (value, coefficient) = sum.remainders.last(where: { $0.coefficient.isRaised })
      else { break }
      guard let whole = self.sum(of: value, factors),
        let difference = whole.adding(.remainder(of: value), times: -1),
        let reduced = sum.adding(difference, times: coefficient / HalfSum.one)
      else { return false }
      sum = reduced
    }
    return sum.remainders.isEmpty
      && sum.isWholeProduct(times: HalfSum.one, square: factors.isSquare, withHighs: false)
  }

  // MARK: Sums

  /// A value and the sums that it alone leads to, each a term of the next.
  private func sums(over value: IRValue) -> [IRValue] {
    var chain = [value]
    while let last = chain.last, chain.count < Self.sumLimit {
      let users = last.users(atMost: 2)
      guard users.count == 1, case .sum = users[0].halfOperation else { break }
      chain.append(users[0])
    }
    return chain
  }

  /// The terms of a sum: those known by the factors, added up, and the others, to which
  /// lone remainders belong unless they are asked for.
  private func terms(
    of root: IRValue, _ factors: Factors, remainders: Bool
  ) -> (known: HalfSum?, others: [IRValue]) {
    var known: HalfSum? = HalfSum()
    var others: [IRValue] = []
    var worklist = [root]
    for _ in 0...2 * Self.sumLimit {
      guard let value = worklist.popLast() else { return (known, others) }
      switch value.halfOperation {
      case .sum(let left, let right): worklist += [right, left]
      case .low where !remainders, .raised where !remainders: others.append(value)
      case .product, .low, .high, .raised, .other:
        if let term = sum(of: value, factors) {
          known = known?.adding(term)
        } else {
          others.append(value)
        }
      }
    }
    return (nil, [])
  }

  /// A value as an exact sum over halves of the factors; `nil` where it is none or may
  /// wrap.
  private func sum(of value: IRValue, _ factors: Factors, depth: Int = 0) -> HalfSum? {
    guard depth < Self.depthLimit else { return nil }
    switch value.halfOperation {
    case .product(let left, let right):
      return half(left, right, factors) ?? half(right, left, factors)
    case .low(let whole): return .remainder(of: whole)
    case .raised(let whole): return .remainder(of: whole, shift: 32)
    case .high(let whole):
      return sum(of: whole, factors, depth: depth + 1)?.highHalf(of: whole)
    case .sum(let left, let right):
      guard let left = sum(of: left, factors, depth: depth + 1),
        let right = sum(of: right, factors, depth: depth + 1),
        let total = left.adding(right), total.bound <= UInt128(UInt64.max)
      else { return nil }
      return total
    case .other: return nil
    }
  }

  /// The product of a half of the left factor and one of the right.
  private func half(_ left: IRValue, _ right: IRValue, _ factors: Factors) -> HalfSum? {
    switch (left.halfOperation, right.halfOperation) {
    case (.high(factors.left), .high(factors.right)): .product(0)
    case (.high(factors.left), .low(factors.right)): .product(1)
    case (.low(factors.left), .high(factors.right)): .product(2)
    case (.low(factors.left), .low(factors.right)): .product(3)
    default: nil
    }
  }

  private func replace(_ root: IRValue, with value: IRValue, _ others: [IRValue]) {
    root.replaceUses(with: others.reduce(value) { builder.binary(LLVMAdd, $0, $1) })
  }
}

extension IRValue {
  /// The value that this is a half of.
  fileprivate var halvedValue: IRValue? {
    switch halfOperation {
    case .low(let whole), .high(let whole): whole
    case .sum, .product, .raised, .other: nil
    }
  }
}

extension Int128 {
  /// Whether it is a multiple of 2³² as a coefficient of `HalfSum`.
  fileprivate var isRaised: Bool { trailingZeroBitCount >= 96 }
}
