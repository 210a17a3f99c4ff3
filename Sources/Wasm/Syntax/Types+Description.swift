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

extension FuncType: CustomStringConvertible {
  /// The function type in the text format, such as `(func (param i32) (result i64))`.
  public var description: String {
    func clause(_ keyword: String, _ types: [ValueType]) -> String {
      types.isEmpty ? "" : " (\(keyword) \(types.map(\.description).joined(separator: " ")))"
    }
    return "(func\(clause("param", parameters))\(clause("result", results)))"
  }
}

extension StorageType: CustomStringConvertible {
  /// The storage type in the text format.
  public var description: String {
    switch self {
    case .value(let type): type.description
    case .i8: "i8"
    case .i16: "i16"
    }
  }
}

extension FieldType: CustomStringConvertible {
  /// The field type in the text format, such as `(mut i8)`.
  public var description: String { isMutable ? "(mut \(storage))" : "\(storage)" }
}

extension CompositeType: CustomStringConvertible {
  /// The composite type in the text format, such as `(struct (field i32))`.
  public var description: String {
    switch self {
    case .function(let type): type.description
    case .struct(let fields): "(struct\(fields.map { " (field \($0))" }.joined()))"
    case .array(let element): "(array \(element))"
    }
  }
}

extension SubType: CustomStringConvertible {
  /// The type definition in the text format, in its short form if it has one.
  public var description: String {
    if isFinal, supertypes.isEmpty { return composite.description }
    return "(sub\(isFinal ? " final" : "")\(supertypes.map { " \($0)" }.joined()) \(composite))"
  }
}

extension Limits: CustomStringConvertible {
  /// The limits in the text format, such as `1 2`.
  public var description: String { "\(minimum)" + (maximum.map { " \($0)" } ?? "") }
}

extension TableType: CustomStringConvertible {
  /// The table type in the text format, such as `(table 1 funcref)`.
  public var description: String {
    "(table \(addressType == .i64 ? "i64 " : "")\(limits) \(element))"
  }
}

extension MemoryType: CustomStringConvertible {
  /// The memory type in the text format, such as `(memory 1 2)`.
  public var description: String {
    let pageSize = pageSizeLog2 == 16 ? "" : " (pagesize \(1 << Int(pageSizeLog2)))"
    let shared = isShared ? " shared" : ""
    return "(memory \(addressType == .i64 ? "i64 " : "")\(limits)\(shared)\(pageSize))"
  }
}

extension GlobalType: CustomStringConvertible {
  /// The global type in the text format, such as `(global (mut i32))`.
  public var description: String { isMutable ? "(global (mut \(value)))" : "(global \(value))" }
}

extension Module {
  /// The type of one of the module's imports or exports in the text format.
  public func description(of type: ExternType) -> String {
    switch type {
    case .function(let index):
      functionType(at: index).map(\.description) ?? "(func (type \(index)))"
    case .table(let type): type.description
    case .memory(let type): type.description
    case .global(let type): type.description
    case .tag(let index):
      functionType(at: index).map { type in
        "(tag" + type.parameters.map { " (param \($0))" }.joined() + ")"
      } ?? "(tag (type \(index)))"
    }
  }
}
