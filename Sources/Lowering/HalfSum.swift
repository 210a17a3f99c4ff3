// A value of 64 bits as a sum over halves of two factors, exact as an integer.
//
// The terms are the four products of halves, and remainders: the low halves of other
// values. A value shifted down by 32 is the value without its remainder, over 2³²; so
// whatever a program does to carry from one half into the next becomes arithmetic on
// coefficients. They are multiples of 2⁻⁶⁴, kept in units of it.

internal import LLVM

/// A sum `Σ coefficient · product + Σ coefficient · remainder`.
struct HalfSum {
  /// Of high · high, high · low, low · high and low · low.
  var products: [Int128] = [0, 0, 0, 0]
  /// Of the low half of each value, in the order in which they were met.
  var remainders: [(value: IRValue, coefficient: Int128)] = []
  /// No value is above.
  var bound: UInt128 = 0

  /// The coefficient 1.
  static let one: Int128 = 1 << 64
  private static let half: UInt128 = 1 << 32

  /// One of the products of two halves.
  static func product(_ index: Int) -> HalfSum {
    var sum = HalfSum()
    sum.products[index] = one
    sum.bound = (half - 1) * (half - 1)
    return sum
  }

  /// The low half of a value, of which nothing else is known, shifted up by `shift` bits.
  static func remainder(of value: IRValue, shift: Int = 0) -> HalfSum {
    HalfSum(remainders: [(value, one << Int128(shift))], bound: (half - 1) << UInt128(shift))
  }

  /// The high half of `value`, which this is.
  ///
  /// - Returns: `nil` where a coefficient has no bits left.
  func highHalf(of value: IRValue) -> HalfSum? {
    guard var sum = adding(.remainder(of: value), times: -1) else { return nil }
    let isExact =
      sum.products.allSatisfy { $0.trailingZeroBitCount >= 32 }
      && sum.remainders.allSatisfy { $0.coefficient.trailingZeroBitCount >= 32 }
    guard isExact else { return nil }
    for index in sum.products.indices { sum.products[index] >>= 32 }
    for index in sum.remainders.indices { sum.remainders[index].coefficient >>= 32 }
    sum.bound = bound >> 32
    return sum
  }

  /// The sum with `factor` times another; its bound counts only where `factor` is 1.
  ///
  /// - Returns: `nil` where a coefficient does not fit.
  func adding(_ other: HalfSum, times factor: Int128 = 1) -> HalfSum? {
    var sum = self
    sum.bound += other.bound
    for index in products.indices {
      guard let total = products[index].adding(other.products[index], times: factor) else {
        return nil
      }
      sum.products[index] = total
    }
    for (value, coefficient) in other.remainders {
      let index = sum.remainders.firstIndex { $0.value == value }
      let before = index.map { sum.remainders[$0].coefficient } ?? 0
      guard let total = before.adding(coefficient, times: factor) else { return nil }
      if let index {
        sum.remainders[index].coefficient = total
      } else {
        sum.remainders.append((value, total))
      }
    }
    sum.remainders.removeAll { $0.coefficient == 0 }
    return sum
  }

  /// Whether the products are those of the whole product times `unit`. Those of a high
  /// half and a low one are the same for a square.
  func isWholeProduct(times unit: Int128, square: Bool, withHighs: Bool) -> Bool {
    let mixed = unit << 32
    let isMixed =
      square
      ? products[1] + products[2] == 2 * mixed : products[1] == mixed && products[2] == mixed
    return isMixed && products[3] == unit && products[0] == (withHighs ? unit << 64 : 0)
  }
}

extension Int128 {
  fileprivate func adding(_ other: Int128, times factor: Int128) -> Int128? {
    let (product, overflow) = other.multipliedReportingOverflow(by: factor)
    let (sum, carry) = addingReportingOverflow(product)
    return overflow || carry ? nil : sum
  }
}
