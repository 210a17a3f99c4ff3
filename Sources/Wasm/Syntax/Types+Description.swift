// Types as the text format writes them, for messages and tools.
//
// Specification: 6.4 "Types".

extension HeapType: CustomStringConvertible {
  /// The heap type in the text format.
  public var description: String {
    switch self {
    case .any: "any"
    case .eq: "eq"
    case .i31: "i31"
    case .struct: "struct"
    case .array: "array"
    case .none: "none"
    case .func: "func"
    case .noFunc: "nofunc"
    case .extern: "extern"
    case .noExtern: "noextern"
    case .exn: "exn"
    case .noExn: "noexn"
    case .concrete(let index): "\(index)"
    }
  }
}

extension RefType: CustomStringConvertible {
  /// The reference type in the text format, in its short form if it has one.
  public var description: String {
    guard nullable else { return "(ref \(heap))" }
    switch heap {
    case .any: return "anyref"
    case .eq: return "eqref"
    case .i31: return "i31ref"
    case .struct: return "structref"
    case .array: return "arrayref"
    case .none: return "nullref"
    case .func: return "funcref"
    case .noFunc: return "nullfuncref"
    case .extern: return "externref"
    case .noExtern: return "nullexternref"
    case .exn: return "exnref"
    case .noExn: return "nullexnref"
    case .concrete(let index): return "(ref null \(index))"
    }
  }
}

extension ValueType: CustomStringConvertible {
  /// The value type in the text format.
  public var description: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .ref(let type): type.description
    }
  }
}
