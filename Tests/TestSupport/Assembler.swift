// Turns instructions written by name into bytes, for tests of longer bodies.
//
// Mnemonics and kinds of immediates come from the instruction table, so a test reads like
// the text format's flat form: `local.get 0 i32.const 7 i32.div_s`. Not a parser of that
// format: immediates are numbers, `block:i32` gives a block's type and `block:3` the
// index of one, `ref.cast:null` lets null pass, `align=` (a logarithm), `memory=` and
// `offset=` follow an access.

import Wasm

extension ModuleBuilder {
  /// Adds a function whose instructions are written as text.
  @discardableResult
  public mutating func function(
    _ type: TypeIndex, locals: [ValueType] = [], export: String? = nil, text: String
  ) -> FuncIndex {
    function(type, locals: locals, export: export) { $0.assemble(text) }
  }
}

extension CodeBuilder {
  /// Appends instructions written as text. A mistake in it stops the test run.
  public mutating func assemble(_ text: String) {
    var tokens = Tokens(list: text.split { $0 == " " || $0 == "\n" })
    while let mnemonic = tokens.next() { append(mnemonic, &tokens) }
  }

  private mutating func append(_ mnemonic: Substring, _ tokens: inout Tokens) {
    let parts = mnemonic.split(separator: ":", maxSplits: 1)
    guard var row = InstructionTable.row(named: String(parts[0])) else {
      preconditionFailure("no instruction is called \(parts[0])")
    }
    // `ref.test` and `ref.cast` to a nullable type are instructions of their own.
    if parts.last == "null", let next = InstructionTable.row(prefix: row.prefix, code: row.code + 1)
    {
      row = next
    }
    switch row.operation.immediates {
    case .blockType:
      append(row)
      raw(BinaryEncoding.blockType(blockType(parts.count > 1 ? parts[1] : nil)))
    case .selectTypes:
      append(row)
      raw([1] + BinaryEncoding.valueType(valueType(parts[1])))
    case .heapType:
      append(row)
      raw(BinaryEncoding.heapType(heapType(tokens.required())))
    case .castBranch:
      append(row)
      raw([UInt8(integer(tokens.required()))] + BinaryEncoding.unsigned(integer(tokens.required())))
      for _ in 0..<2 { raw(BinaryEncoding.heapType(heapType(tokens.required()))) }
    case .i32:
      append(row, [Int64(Int32(truncatingIfNeeded: integer(tokens.required())))])
    case .f32:
      let text = tokens.required()
      append(row, [text.hasPrefix("0x") ? integer(text) : Int64(float(text).bitPattern)])
    case .f64:
      let text = tokens.required()
      append(
        row,
        [text.hasPrefix("0x") ? integer(text) : Int64(bitPattern: double(text).bitPattern)])
    case .memArg:
      let align = tokens.option("align") ?? 0
      let memory = tokens.option("memory")
      let offset = tokens.option("offset") ?? 0
      append(row)
      raw(BinaryEncoding.unsigned(memory == nil ? align : align | 0x40))
      if let memory { raw(BinaryEncoding.unsigned(memory)) }
      raw(BinaryEncoding.unsigned(UInt64(bitPattern: offset)))
    default: append(row, tokens.integers())
    }
  }

  private func blockType(_ text: Substring?) -> BlockType {
    guard let text else { return .empty }
    return TypeIndex(text).map { .type($0) } ?? .value(valueType(text))
  }

  private func heapType(_ name: Substring) -> HeapType {
    switch name {
    case "func": .func
    case "nofunc": .noFunc
    case "extern": .extern
    case "any": .any
    default: .concrete(TypeIndex(integer(name)))
    }
  }

  private func valueType(_ name: Substring) -> ValueType {
    switch name {
    case "i32": .i32
    case "i64": .i64
    case "f32": .f32
    case "f64": .f64
    case "v128": .v128
    case "funcref": .funcRef
    case "externref": .externRef
    default: preconditionFailure("no value type is called \(name)")
    }
  }

  private func float(_ text: Substring) -> Float {
    guard let value = Float(text) else { preconditionFailure("\(text) is no float") }
    return value
  }

  private func double(_ text: Substring) -> Double {
    guard let value = Double(text) else { preconditionFailure("\(text) is no float") }
    return value
  }
}

/// A decimal integer, or a hexadecimal one of up to 64 bits.
private func integer(_ text: Substring) -> Int64 {
  let value =
    text.hasPrefix("0x")
    ? UInt64(text.dropFirst(2), radix: 16).map(Int64.init(bitPattern:)) : Int64(text)
  guard let value else { preconditionFailure("\(text) is no integer") }
  return value
}

/// The words of the text.
private struct Tokens {
  var list: [Substring]
  var position = 0

  init(list: [Substring]) { self.list = list }

  mutating func next() -> Substring? {
    guard position < list.count else { return nil }
    position += 1
    return list[position - 1]
  }

  mutating func required() -> Substring {
    guard let token = next() else { preconditionFailure("an immediate is missing at the end") }
    return token
  }

  /// The integers that follow.
  mutating func integers() -> [Int64] {
    var values: [Int64] = []
    while position < list.count, let first = list[position].first,
      first.isNumber || first == "-"
    { values.append(integer(required())) }
    return values
  }

  /// The value of `name=` if it follows.
  mutating func option(_ name: String) -> Int64? {
    guard position < list.count, list[position].hasPrefix("\(name)=") else { return nil }
    return integer(required().dropFirst(name.count + 1))
  }
}
