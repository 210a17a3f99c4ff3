// Vectors: their lanes, and constants of them.
//
// No lane is ever made undefined here: masks of shuffles name lanes that exist.

internal import CLLVM

extension Builder {
  /// `value` with the same bits as `type`. Undoes an earlier reinterpretation instead of
  /// adding to it, and folds that of a constant, which LLVM leaves to a later pass.
  public func bitcast(_ value: IRValue, to type: IRType) -> IRValue {
    if value.type == type { return value }
    if type.isVector, let bytes = value.constantBytes { return context.vector(type, bytes) }
    if let origin = value.reinterpreted, origin.type == type { return origin }
    return cast(LLVMBitCast, value, to: type)
  }

  /// Lane `index` of a vector.
  public func extractElement(_ vector: IRValue, _ index: Int) -> IRValue {
    extractElement(vector, at: context.constant(context.i32, UInt64(index)))
  }

  /// The lane whose number is `index`, which must be below the number of lanes.
  public func extractElement(_ vector: IRValue, at index: IRValue) -> IRValue {
    IRValue(LLVMBuildExtractElement(ref, vector.ref, index.ref, ""))
  }

  /// `vector` with lane `index` replaced.
  public func insertElement(_ vector: IRValue, _ value: IRValue, _ index: Int) -> IRValue {
    let index = context.constant(context.i32, UInt64(index))
    return IRValue(LLVMBuildInsertElement(ref, vector.ref, value.ref, index.ref, ""))
  }

  /// The lanes that `mask` numbers, those of `second` following those of `first`.
  public func shuffle(_ first: IRValue, _ second: IRValue, _ mask: [Int]) -> IRValue {
    let lanes = context.vector(mask.map { context.constant(context.i32, UInt64($0)) })
    return IRValue(LLVMBuildShuffleVector(ref, first.ref, second.ref, lanes.ref, ""))
  }

  /// The lanes of one vector that `mask` numbers.
  public func shuffle(_ vector: IRValue, _ mask: [Int]) -> IRValue {
    shuffle(vector, context.poison(vector.type), mask)
  }

  /// A vector with `value` in every lane.
  public func splat(_ value: IRValue, lanes: Int) -> IRValue {
    let type = context.vector(value.type, lanes)
    return shuffle(
      insertElement(context.poison(type), value, 0), Array(repeating: 0, count: lanes))
  }
}

extension Context {
  /// A vector type.
  public func vector(_ element: IRType, _ count: Int) -> IRType {
    IRType(LLVMVectorType(element.ref, UInt32(count)))
  }

  /// A vector constant.
  public func vector(_ elements: [IRValue]) -> IRValue {
    var refs: [LLVMValueRef?] = elements.map(\.ref)
    return IRValue(LLVMConstVector(&refs, UInt32(refs.count)))
  }

  /// The constant of type `v128` with these halves.
  public func constant128(low: UInt64, high: UInt64) -> IRValue {
    let bytes = [low, high].flatMap { half in
      (0..<8).map { UInt8(truncatingIfNeeded: half >> (8 * UInt64($0))) }
    }
    return vector(v128, bytes)
  }

  /// The vector constant of a type with these bytes, the lowest first.
  func vector(_ type: IRType, _ bytes: [UInt8]) -> IRValue {
    let width = type.element.bitWidth / 8
    return vector(
      stride(from: 0, to: bytes.count, by: width).map { start in
        let bits = bytes[start..<start + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        if type.element == f32 { return float32(bits: UInt32(bits)) }
        return type.element == f64 ? float64(bits: bits) : constant(type.element, bits)
      })
  }

  /// A vector of integers that are all `value`, truncated to their width.
  public func splat(_ type: IRType, _ value: UInt64) -> IRValue {
    vector(Array(repeating: constant(type.element, value), count: type.laneCount))
  }

  /// A vector of floats that are all `value`, which must be exact in their type.
  public func splat(_ type: IRType, float value: Double) -> IRValue {
    let lane =
      type.element == f32
      ? float32(bits: Float(value).bitPattern) : float64(bits: value.bitPattern)
    return vector(Array(repeating: lane, count: type.laneCount))
  }
}

extension IRType {
  /// Whether it is a vector.
  public var isVector: Bool { LLVMGetTypeKind(ref) == LLVMVectorTypeKind }
  /// The type of a vector's lanes.
  public var element: IRType { IRType(LLVMGetElementType(ref)) }
  /// The number of a vector's lanes.
  public var laneCount: Int { Int(LLVMGetVectorSize(ref)) }
}

extension IRValue {
  /// What this value, an instruction or a constant, reinterprets the bits of, if that is
  /// what it does.
  public var reinterpreted: IRValue? {
    let isInstruction = LLVMIsAInstruction(ref) != nil
    guard isInstruction || LLVMIsAConstantExpr(ref) != nil else { return nil }
    let opcode = isInstruction ? LLVMGetInstructionOpcode(ref) : LLVMGetConstOpcode(ref)
    return opcode == LLVMBitCast ? IRValue(LLVMGetOperand(ref, 0)) : nil
  }

  /// The lanes of a vector constant; `nil` where one is not known.
  public var constantLanes: [IRValue]? {
    guard isConstant, type.isVector else { return nil }
    var lanes: [IRValue] = []
    for index in 0..<type.laneCount {
      guard let lane = LLVMGetAggregateElement(ref, UInt32(index)) else { return nil }
      lanes.append(IRValue(lane))
    }
    return lanes
  }
}
