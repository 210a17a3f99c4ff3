// Types as the text format writes them, for messages and listings.
//
// Specification: 6.4 "Types".

public import Wasm

/// `name` as a string of the text format: printable ASCII, the rest escaped, so
/// that a hostile name cannot reach a terminal raw.
public func quoted(_ name: String) -> String {
  var text = "\""
  for byte in name.utf8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
    case 0x20..<0x7f: text += String(UnicodeScalar(byte))
    default:
      let digits = String(byte, radix: 16)
      text += digits.utf8.count == 1 ? "\\0\(digits)" : "\\\(digits)"
    }
  }
  return text + "\""
}

/// A value type, such as `i32` or `funcref`.
public func describe(_ type: ValueType) -> String {
  switch type {
  case .i32: "i32"
  case .i64: "i64"
  case .f32: "f32"
  case .f64: "f64"
  case .v128: "v128"
  case .ref(let type): describe(type)
  }
}

/// A reference type, such as `externref` or `(ref func)`.
public func describe(_ type: RefType) -> String {
  if type == .funcRef { return "funcref" }
  if type == .externRef { return "externref" }
  return type.nullable ? "(ref null \(describe(type.heap)))" : "(ref \(describe(type.heap)))"
}

/// A heap type, such as `func` or a type index.
public func describe(_ type: HeapType) -> String {
  switch type {
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

/// A function type, such as `(func (param i32) (result i64))`.
public func describe(_ type: FuncType) -> String {
  func clause(_ keyword: String, _ types: [ValueType]) -> String {
    types.isEmpty ? "" : " (\(keyword) \(types.map { describe($0) }.joined(separator: " ")))"
  }
  return "(func\(clause("param", type.parameters))\(clause("result", type.results)))"
}

/// Limits, such as `1 2`.
public func describe(_ limits: Limits) -> String {
  "\(limits.minimum)" + (limits.maximum.map { " \($0)" } ?? "")
}

/// The type of an import or export, `module` being where its type indices belong.
public func describe(_ type: ExternType, in module: Module) -> String {
  switch type {
  case .function(let index):
    return module.functionType(at: index).map { describe($0) } ?? "(func (type \(index)))"
  case .table(let type): return describe(type)
  case .memory(let type): return describe(type)
  case .global(let type): return describe(type)
  }
}

/// A table type, such as `(table 1 funcref)`.
public func describe(_ type: TableType) -> String {
  let address = type.addressType == .i64 ? "i64 " : ""
  return "(table \(address)\(describe(type.limits)) \(describe(type.element)))"
}

/// A memory type, such as `(memory 1 2)`.
public func describe(_ type: MemoryType) -> String {
  let address = type.addressType == .i64 ? "i64 " : ""
  let shared = type.isShared ? " shared" : ""
  let page = type.pageSizeLog2 == 16 ? "" : " (pagesize \(1 << Int(type.pageSizeLog2)))"
  return "(memory \(address)\(describe(type.limits))\(shared)\(page))"
}

/// A global type, such as `(global (mut i32))`.
public func describe(_ type: GlobalType) -> String {
  type.isMutable ? "(global (mut \(describe(type.value))))" : "(global \(describe(type.value)))"
}
