// What a valid module may use and still not be compiled.
//
// Stands here and not in the lowering so that commands can ask without loading LLVM.
// Types alone are never refused: what is missing are the instructions that make or take
// apart objects, and those that throw and catch.

public import Wasm

/// A part of the language that is validated and not compiled.
public enum UncompiledPart: String, CaseIterable, Sendable {
  case objects = "garbage-collected objects"
  case exceptions = "exceptions"
}

/// The first use of such a part in a module.
public struct UnsupportedUse: Error, Hashable, Sendable {
  public var part: UncompiledPart
  /// What to tell the user: a message that begins with `not supported yet`, and where.
  public var error: WasmError
}

extension Module {
  /// The first thing in the module that this version validates but does not compile;
  /// `nil` if it can be compiled.
  public func unsupportedUse() -> UnsupportedUse? {
    if !tags.isEmpty {
      let imported = imports.first { if case .tag = $0.type { true } else { false } }
      return .init(.exceptions, "tags", at: imported?.offset ?? tagSectionOffset)
    }
    var scan = Scan(module: self)
    // The module is valid: nothing but the scan itself stops the decoding.
    for expression in constantExpressions where scan.found == nil {
      try? decode(expression, into: &scan)
    }
    for index in code.indices where scan.found == nil { try? decodeBody(index, into: &scan) }
    return scan.found
  }

  /// Where the tag section stands.
  private var tagSectionOffset: Int { sections.first { $0.id == 13 }?.range.lowerBound ?? 0 }

  /// Every constant expression, in the order of the sections.
  private var constantExpressions: [ConstantExpression] {
    var list = tables.compactMap(\.initializer) + globals.compactMap(\.initializer)
    for segment in elements {
      if case .active(_, let offset) = segment.mode { list.append(offset) }
      if case .expressions(let items) = segment.items { list += items }
    }
    for segment in data {
      if case .active(_, let offset) = segment.mode { list.append(offset) }
    }
    return list
  }

  /// Stops at the first instruction that is not compiled.
  private struct Scan: InstructionConsumer {
    let module: Module
    var found: UnsupportedUse?

    init(module: Module) { self.module = module }

    mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
      let part: UncompiledPart
      switch instruction.operation {
      case .exception: part = .exceptions
      case .aggregate(.test), .aggregate(.cast), .aggregate(.brOnCast), .aggregate(.brOnCastFail):
        if leadsToFunction(instruction.castTarget.heap) { return }
        part = .objects
      case .aggregate: part = .objects
      default: return
      }
      let operation = instruction.operation
      let mnemonic = InstructionTable.rows.first { $0.operation == operation }?.mnemonic
      let use = UnsupportedUse(part, mnemonic ?? "an instruction", at: instruction.offset)
      found = use
      throw use.error
    }

    private func leadsToFunction(_ heap: HeapType) -> Bool {
      switch heap {
      case .func, .noFunc: true
      case .concrete(let index): module.functionType(at: index) != nil
      case .any, .eq, .i31, .struct, .array, .none, .extern, .noExtern, .exn, .noExn: false
      }
    }
  }
}

extension UnsupportedUse {
  fileprivate init(_ part: UncompiledPart, _ detail: String, at offset: Int) {
    self.part = part
    error = WasmError(
      .unsupported, "not supported yet: \(part.rawValue) (\(detail))", at: offset)
  }
}
