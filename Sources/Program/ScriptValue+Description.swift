// Values and patterns of scripts as people read them: as the scripts write them.

internal import Wasm

extension ScriptValue {
  /// All of it, where the type is not known.
  var bits: String { "0x" + hexadecimal(high, digits: 16) + hexadecimal(low, digits: 16) }

  /// The value as one of type `type`.
  func description(as type: ValueType) -> String {
    switch type {
    case .i32: return "(i32.const \(Int32(truncatingIfNeeded: low)))"
    case .i64: return "(i64.const \(Int64(bitPattern: low)))"
    case .f32: return "(f32.const \(float(low, width: 32)))"
    case .f64: return "(f64.const \(float(low, width: 64)))"
    case .v128:
      let lanes = (0..<4).map { "0x" + hexadecimal(lane($0, width: 32), digits: 8) }
      return "(v128.const i32x4 \(lanes.joined(separator: " ")))"
    case .ref(let reference):
      if self == ScriptValue(low: 0) { return "(ref.null \(reference.heap.description))" }
      if isHost {
        let number = (low & 0x3fff_ffff_ffff_ffff) >> 4
        return reference.heap == .extern ? "(ref.extern \(number))" : "(ref.host \(number))"
      }
      return "(ref.\(reference.heap.description))"
    }
  }
}

extension WastPattern {
  /// As the script writes it.
  var description: String {
    switch self {
    case .i32(let value): return ScriptValue(low: UInt64(value)).description(as: .i32)
    case .i64(let value): return ScriptValue(low: value).description(as: .i64)
    case .f32(let lane): return "(f32.const \(lane.description(width: 32)))"
    case .f64(let lane): return "(f64.const \(lane.description(width: 64)))"
    case .v128(let width, let lanes):
      let isFloat = lanes.contains { if case .bits = $0 { false } else { true } }
      let shape = "\(isFloat ? "f" : "i")\(width)x\(lanes.count)"
      let values = lanes.map { lane -> String in
        guard case .bits(let bits) = lane, !isFloat else { return lane.description(width: width) }
        return "0x" + hexadecimal(bits, digits: width / 4)
      }
      return "(v128.const \(shape) \(values.joined(separator: " ")))"
    case .null(let heap): return heap.map { "(ref.null \($0.description))" } ?? "(ref.null)"
    case .reference(let heap): return "(ref.\(heap.description))"
    case .extern(let number): return "(ref.extern \(number))"
    case .host(let number): return number.map { "(ref.host \($0))" } ?? "(ref.host)"
    case .either(let patterns):
      return "(either \(patterns.map(\.description).joined(separator: " ")))"
    }
  }
}

extension WastLane {
  /// As a float of `width` bits, or any lane where that is neither 32 nor 64.
  func description(width: Int) -> String {
    switch self {
    case .bits(let bits): float(bits, width: width)
    case .canonicalNaN: "nan:canonical"
    case .arithmeticNaN: "nan:arithmetic"
    }
  }
}

/// A float by its bits; a NaN with its payload.
private func float(_ bits: UInt64, width: Int) -> String {
  let isSingle = width == 32
  let fractionBits: UInt64 = isSingle ? 23 : 52
  let fraction = bits & (1 << fractionBits - 1)
  let value =
    isSingle
    ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
  if value.isNaN {
    let sign = bits >> UInt64(width - 1) & 1 == 1 ? "-" : ""
    return "\(sign)nan:0x\(String(fraction, radix: 16))"
  }
  return isSingle ? "\(Float(value))" : "\(value)"
}

private func hexadecimal(_ value: UInt64, digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(digits - text.count, 0)) + text
}
