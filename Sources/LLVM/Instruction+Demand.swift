// Which bytes of its operands an instruction needs, given the bytes of its value that
// are needed.
//
// LLVM makes a load narrower where only some of its bytes count, or drops it. A load
// that crosses the end of a memory must trap all the same, so passes of our own have to
// know. Byte 0 is the one at the lowest address.

internal import CLLVM

/// A set of bytes of a value. Nothing that has more than 64 is divided.
public typealias ByteMask = UInt64

extension IRValue {
  /// The operands that are needed for these bytes of the value, with the bytes of each.
  public func demands(_ bytes: ByteMask) -> [(value: IRValue, bytes: ByteMask)] {
    guard isInstruction else { return [] }
    if isIndependentOfOperands { return [] }
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMBitCast where type.hasByteLanes && operand(0).type.hasByteLanes:
      return [(operand(0), bytes)]
    case LLVMFreeze: return [(operand(0), bytes)]
    case LLVMPHI: return operands.map { ($0, bytes) }
    case LLVMSelect where operand(1) != operand(2):
      let condition: ByteMask = operand(0).type.isVector ? .max : 1
      return [(operand(0), condition), (operand(1), bytes), (operand(2), bytes)]
    case LLVMShuffleVector: return shuffleDemands(bytes)
    case LLVMInsertElement:
      guard let lane = lane(operand(2)) else { break }
      return [(operand(0), bytes & ~lane), (operand(1), bytes & lane == 0 ? 0 : .max)]
    case LLVMExtractElement:
      guard let lane = operand(0).lane(operand(1)) else { break }
      return [(operand(0), lane)]
    case LLVMTrunc, LLVMZExt, LLVMSExt, LLVMFPExt, LLVMFPTrunc, LLVMSIToFP, LLVMUIToFP:
      return conversionDemands(bytes)
    case LLVMShl, LLVMLShr, LLVMAShr:
      guard !type.isVector, let count = operand(1).constantInteger, count < UInt64(type.bitWidth),
        type.hasByteLanes
      else { break }
      return [(operand(0), shiftDemands(bytes, by: Int(count)))]
    case LLVMAnd, LLVMOr, LLVMXor:
      return [
        (operand(0), bytes & operand(1).passedBytes(by: self)),
        (operand(1), bytes & operand(0).passedBytes(by: self)),
      ]
    case LLVMAdd, LLVMSub, LLVMMul, LLVMFAdd, LLVMFSub, LLVMFMul, LLVMFDiv, LLVMFNeg:
      guard type.isVector, type.hasByteLanes else { break }
      return operands.map { ($0, wholeLanes(bytes, of: type, as: $0.type)) }
    default: break
    }
    return relevantOperands.map { ($0, .max) }
  }

  /// Whether the last byte of a value, the one at the highest address, is among `bytes`.
  public func endsWithin(_ bytes: ByteMask) -> Bool {
    guard type.hasByteLanes else { return bytes != 0 }
    return bytes >> UInt64(type.bitWidth / 8 - 1) & 1 == 1
  }

  private func shuffleDemands(_ bytes: ByteMask) -> [(value: IRValue, bytes: ByteMask)] {
    guard type.hasByteLanes else { return operands.map { ($0, .max) } }
    let width = type.element.bitWidth / 8
    let count = operand(0).type.laneCount
    var masks: [ByteMask] = [0, 0]
    for lane in 0..<type.laneCount where bytes & laneMask(lane, width) != 0 {
      let source = Int(LLVMGetMaskValue(ref, UInt32(lane)))
      guard source >= 0 else { continue }
      masks[source / count] |= laneMask(source % count, width)
    }
    return [(operand(0), masks[0]), (operand(1), masks[1])]
  }

  /// Lane by lane; a truncation needs the low bytes only.
  private func conversionDemands(_ bytes: ByteMask) -> [(value: IRValue, bytes: ByteMask)] {
    let from = operand(0).type
    guard from.hasByteLanes, type.hasByteLanes else { return [(operand(0), .max)] }
    var mask = wholeLanes(bytes, of: type, as: from)
    if LLVMGetInstructionOpcode(ref) == LLVMTrunc {
      let (narrow, wide) = (type.laneWidth, from.laneWidth)
      var low: ByteMask = 0
      for lane in 0..<from.lanes { low |= laneMask(0, narrow) << UInt64(lane * wide) }
      mask &= low
    }
    return [(operand(0), mask)]
  }

  /// The bytes of an integer that end up in `bytes` of it shifted by `count` bits. Those
  /// that an arithmetic shift fills in are copies of the sign, which the last byte holds.
  private func shiftDemands(_ bytes: ByteMask, by count: Int) -> ByteMask {
    let opcode = LLVMGetInstructionOpcode(ref)
    let width = type.bitWidth
    var mask: ByteMask = 0
    for byte in 0..<width / 8 where bytes & laneMask(byte, 1) != 0 {
      let first = opcode == LLVMShl ? 8 * byte - count : 8 * byte + count
      for bit in [first, first + 7] where bit >= 0 && (bit < width || opcode == LLVMAShr) {
        mask |= laneMask(min(bit, width - 1) / 8, 1)
      }
    }
    return mask
  }

  /// The bytes of another operand that count where this one is a constant.
  private func passedBytes(by user: IRValue) -> ByteMask {
    let opcode = LLVMGetInstructionOpcode(user.ref)
    guard opcode != LLVMXor, let words = constantBytes else { return .max }
    let blocking: UInt8 = opcode == LLVMAnd ? 0 : 0xff
    var mask: ByteMask = 0
    for (index, byte) in words.enumerated() where byte != blocking { mask |= 1 << UInt64(index) }
    return mask
  }

  /// The bytes of lane `index` of this vector; `nil` where it is not known.
  private func lane(_ index: IRValue) -> ByteMask? {
    guard type.hasByteLanes, let lane = index.constantInteger, lane < type.lanes else {
      return nil
    }
    return laneMask(Int(lane), type.laneWidth)
  }
}

/// The bytes of one lane of `width` bytes.
private func laneMask(_ lane: Int, _ width: Int) -> ByteMask {
  ((1 << UInt64(width)) - 1) << UInt64(lane * width)
}

/// The lanes of which a byte is needed, in a type with as many lanes of another width.
private func wholeLanes(_ bytes: ByteMask, of type: IRType, as other: IRType) -> ByteMask {
  guard bytes != .max, type.hasByteLanes, other.hasByteLanes, type.lanes == other.lanes else {
    return .max
  }
  var mask: ByteMask = 0
  for lane in 0..<type.lanes where bytes & laneMask(lane, type.laneWidth) != 0 {
    mask |= laneMask(lane, other.laneWidth)
  }
  return mask
}

extension IRType {
  /// Whether it is a number or a vector that a `ByteMask` can divide.
  fileprivate var hasByteLanes: Bool {
    let scalar = isVector ? element : self
    switch LLVMGetTypeKind(scalar.ref) {
    case LLVMIntegerTypeKind, LLVMFloatTypeKind, LLVMDoubleTypeKind:
      return scalar.bitWidth % 8 == 0 && bitWidth <= 256
    default: return false
    }
  }

  fileprivate var lanes: Int { isVector ? laneCount : 1 }
  fileprivate var laneWidth: Int { bitWidth / lanes / 8 }
}
