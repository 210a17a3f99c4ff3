// Looking at constants and at what moves lanes, for passes of our own.

internal import CLLVM

extension IRValue {
  /// What it reinterprets the bits of, or itself.
  public var origin: IRValue {
    var value = self
    while let origin = value.reinterpreted { value = origin }
    return value
  }

  /// This constant, or the constant that it reinterprets: promotion of locals leaves such
  /// instructions unfolded.
  private var foldedConstant: IRValue? {
    if isConstant { return self }
    guard reinterpreted != nil, origin.isConstant else { return nil }
    return IRValue(LLVMConstBitCast(origin.ref, type.ref))
  }

  /// Whether it is a constant with no bit set.
  var isZeroConstant: Bool { foldedConstant.map { LLVMIsNull($0.ref) != 0 } ?? false }

  /// Whether it is a constant with every bit set.
  var isAllOnesConstant: Bool {
    foldedConstant.map { $0.ref == LLVMConstAllOnes($0.type.ref) } ?? false
  }

  /// The bytes of a numeric constant, lowest first, zero where they are undefined; `nil`
  /// for anything else.
  var constantBytes: [UInt8]? {
    guard let constant = foldedConstant else { return nil }
    let scalar = type.isVector ? type.element : type
    guard let lanes = type.isVector ? constant.constantLanes : [constant],
      scalar.isNumber, scalar.bitWidth <= 64
    else { return nil }
    var bytes: [UInt8] = []
    for lane in lanes {
      let bits = lane.constantInteger ?? lane.constantFloatBits ?? 0
      for byte in 0..<scalar.bitWidth / 8 {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)))
      }
    }
    return bytes
  }

  /// Whether a float of this magnitude stands in a constant, whether it is seen as one or
  /// as lanes of either width.
  public func holdsConstant(magnitudes: [Double]) -> Bool {
    guard let constant = foldedConstant, LLVMIsPoison(constant.ref) == 0 else { return false }
    if let magnitude = constant.constantFloatMagnitude { return magnitudes.contains(magnitude) }
    guard type.isVector, let bytes = constant.constantBytes, bytes.count % 4 == 0 else {
      return false
    }
    let words = stride(from: 0, to: bytes.count, by: 4).map { start in
      bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    for (index, word) in words.enumerated() {
      if magnitudes.contains(Double(Float(bitPattern: UInt32(word)).magnitude)) { return true }
      if index % 2 == 1 {
        let double = Double(bitPattern: word << 32 | words[index - 1])
        if magnitudes.contains(double.magnitude) { return true }
      }
    }
    return false
  }

  /// Whether `predicate` holds for the value or one that its lanes are taken from, a few
  /// steps back.
  public func anySource(steps: Int = 8, _ predicate: (IRValue) -> Bool) -> Bool {
    if predicate(self) { return true }
    guard steps > 0, isInstruction, case .lanes = instructionKind else { return false }
    return operands.contains { $0.anySource(steps: steps - 1, predicate) }
  }
}

extension IRType {
  /// Whether it is an integer or a float.
  var isNumber: Bool {
    switch LLVMGetTypeKind(ref) {
    case LLVMIntegerTypeKind: integerWidth % 8 == 0
    case LLVMFloatTypeKind, LLVMDoubleTypeKind: true
    default: false
    }
  }
}
