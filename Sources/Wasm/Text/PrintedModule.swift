// What every part of the printer needs to know of a module, and how types and
// references to the module's parts are written.
//
// Specification: 6.4 "Types", 6.6.1 "Indices".

/// A module with the identifiers it is printed with.
final class PrintedModule: Sendable {
  let module: Module
  let identifiers: ModuleIdentifiers
  /// Of parameters and locals, and of labels, by function.
  let names: NameSection

  init(_ module: Module, usingNames: Bool) {
    self.module = module
    identifiers = usingNames ? ModuleIdentifiers(module) : ModuleIdentifiers()
    names = usingNames ? module.names : NameSection()
  }

  /// A signature is spelled out beside its type up to this length. A thousand parameters
  /// that a byte refers to are not.
  static let longestSignature = 32

  // MARK: References to parts of the module

  /// ` $name`, or ` 12`.
  @inline(__always)
  func append(_ index: UInt32, of space: Identifiers, to text: inout TextBuffer) {
    text.append(UInt8(ascii: " "))
    if let identifier = space[index] {
      text.append(identifier)
    } else {
      text.append(decimal: index)
    }
  }

  /// As `append(_:of:to:)`, but nothing for 0, which is meant where nothing stands.
  @inline(__always)
  func append(optional index: UInt32, of space: Identifiers, to text: inout TextBuffer) {
    if index != 0 { append(index, of: space, to: &text) }
  }

  /// The identifier and name of what is defined: ` $name (@name "…")`, or nothing.
  func appendDefinition(_ index: UInt32, of space: Identifiers, to text: inout TextBuffer) {
    if let identifier = space[index] {
      text.append(UInt8(ascii: " "))
      text.append(identifier)
    }
    if let name = space.annotation(of: index) {
      text.append(" (@name ")
      text.append(quotedName: name)
      text.append(")")
    }
  }

  /// ` (;12;)`, the index of what is defined.
  func appendNumber(_ index: UInt32, to text: inout TextBuffer) {
    text.append(" (;")
    text.append(decimal: index)
    text.append(";)")
  }

  // MARK: Types (specification 6.4)

  func append(_ type: ValueType, to text: inout TextBuffer) {
    switch type {
    case .i32: text.append("i32")
    case .i64: text.append("i64")
    case .f32: text.append("f32")
    case .f64: text.append("f64")
    case .v128: text.append("v128")
    case .ref(let type): append(type, to: &text)
    }
  }

  func append(_ type: RefType, to text: inout TextBuffer) {
    guard case .concrete(let index) = type.heap else {
      text.append(type.description)
      return
    }
    text.append(type.nullable ? "(ref null" : "(ref")
    append(index, of: identifiers.types, to: &text)
    text.append(")")
  }

  /// A reference type in its long form, which instructions take.
  func append(long type: RefType, to text: inout TextBuffer) {
    text.append(type.nullable ? " (ref null" : " (ref")
    append(type.heap, to: &text)
    text.append(")")
  }

  /// ` func`, or ` $type`.
  func append(_ type: HeapType, to text: inout TextBuffer) {
    if case .concrete(let index) = type {
      append(index, of: identifiers.types, to: &text)
    } else {
      text.append(UInt8(ascii: " "))
      text.append(type.description)
    }
  }

  /// ` (param i32 i64)`, or nothing without types.
  func append(clause keyword: String, _ types: [ValueType], to text: inout TextBuffer) {
    if types.isEmpty { return }
    text.append(" (")
    text.append(keyword)
    for type in types {
      text.append(UInt8(ascii: " "))
      append(type, to: &text)
    }
    text.append(")")
  }

  /// ` (param i32) (result i32)`.
  func append(_ type: FuncType, to text: inout TextBuffer) {
    append(clause: "param", type.parameters, to: &text)
    append(clause: "result", type.results, to: &text)
  }

  /// ` (type $t) (param i32) (result i32)` (specification 6.6.5).
  ///
  /// - Parameters:
  ///   - parameters: what the parameters are called.
  func append(
    typeUse index: TypeIndex, parameters: Identifiers? = nil, to text: inout TextBuffer
  ) {
    text.append(" (type")
    append(index, of: identifiers.types, to: &text)
    text.append(")")
    guard let type = module.functionType(at: index) else { return }
    let hasNames = type.parameters.indices.contains { parameters?.has(UInt32($0)) == true }
    if hasNames, let parameters {
      text.append(UInt8(ascii: " "))
      append(
        variables: "param", type.parameters.lazy.map { ($0, 1) }, from: 0, parameters,
        indentation: 2, to: &text)
      append(clause: "result", type.results, to: &text)
    } else if type.parameters.count + type.results.count <= Self.longestSignature {
      append(type, to: &text)
    }
  }

  /// `(local $x i32) (local i32 i64)`: neighbours without names in one clause.
  ///
  /// - Parameters:
  ///   - runs: types and how many variables have them.
  ///   - first: the index of the first variable.
  func append(
    variables keyword: String, _ runs: some Sequence<(ValueType, UInt32)>, from first: LocalIndex,
    _ identifiers: Identifiers, indentation: Int, to text: inout TextBuffer
  ) {
    var index = first
    var isOpen = false
    var lineStart = text.count
    func beginClause() {
      if index != first { text.append(UInt8(ascii: " ")) }
      text.append("(")
      text.append(keyword)
    }
    for (type, count) in runs {
      for _ in 0..<count {
        if text.count - lineStart > 100, !isOpen || identifiers.has(index) {
          if isOpen { text.append(")") }
          isOpen = false
          text.newLine(indentation: indentation)
          lineStart = text.count
        }
        if identifiers.has(index) {
          if isOpen { text.append(")") }
          isOpen = false
          beginClause()
          appendDefinition(index, of: identifiers, to: &text)
        } else if !isOpen {
          beginClause()
          isOpen = true
        }
        text.append(UInt8(ascii: " "))
        append(type, to: &text)
        if !isOpen { text.append(")") }
        index += 1
      }
    }
    if isOpen { text.append(")") }
  }
}
