// Looking at constants and at what moves lanes, for passes of our own.

internal import CLLVM

extension IRValue {
  /// What it reinterprets the bits of, or itself.
  public var origin: IRValue {
    var value = self
    while let origin = value.reinterpreted { value = origin }
    return value
  }

  /// Whether it is a constant with no bit set.
  var isZeroConstant: Bool { origin.isConstant && LLVMIsNull(origin.ref) != 0 }

  /// Whether it is a constant with every bit set.
  var isAllOnesConstant: Bool { constantBytes?.allSatisfy { $0 == 0xff } ?? false }

  /// The bytes of a numeric constant or of the constant that it reinterprets, lowest first,
  /// zero where they are undefined; `nil` for anything else. Promotion of locals leaves
  /// reinterpreted constants unfolded.
  var constantBytes: [UInt8]? {
    let constant = origin
    guard constant.isConstant else { return nil }
    let scalar = constant.type.isVector ? constant.type.element : constant.type
    guard scalar.isNumber, scalar.bitWidth <= 64,
      let lanes = constant.type.isVector ? constant.constantLanes : [constant]
    else { return nil }
    var bytes: [UInt8] = []
    for lane in lanes {
      guard let bits = lane.constantInteger ?? lane.constantFloatBits ?? lane.undefinedBits else {
        return nil
      }
      for byte in 0..<scalar.bitWidth / 8 {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)))
      }
    }
    return bytes
  }

  /// Zero for a value that is undefined.
  private var undefinedBits: UInt64? {
    LLVMIsUndef(ref) != 0 || LLVMIsPoison(ref) != 0 ? 0 : nil
  }

  /// Whether a float of this magnitude stands in a constant, be it a float or a vector,
  /// seen as lanes of either width.
  public func holdsConstant(magnitudes: [Double]) -> Bool {
    guard type.isVector || type.isFloat, LLVMIsPoison(origin.ref) == 0,
      let bytes = constantBytes, bytes.count % 4 == 0
    else { return false }
    let words = stride(from: 0, to: bytes.count, by: 4).map { start in
      bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    let isDouble = type.isFloat && words.count == 2
    for (index, word) in words.enumerated() {
      let float = Float(bitPattern: UInt32(word)).magnitude
      if !isDouble && magnitudes.contains(Double(float)) { return true }
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
  /// Whether it is a float.
  var isFloat: Bool {
    let kind = LLVMGetTypeKind(ref)
    return kind == LLVMFloatTypeKind || kind == LLVMDoubleTypeKind
  }

  /// Whether it is an integer of whole bytes or a float.
  var isNumber: Bool {
    isFloat || (LLVMGetTypeKind(ref) == LLVMIntegerTypeKind && integerWidth % 8 == 0)
  }
}
