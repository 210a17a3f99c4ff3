// Prints modules in the text format, one field after the other.
//
// The text parses back to the same module: the same code byte for byte, the same types,
// segments, names and custom sections. A field is a line; functions and groups of types
// take several. Time and memory are linear in the size of the text, and nothing recurses.
// Specification: 6.6 "Modules".

/// Prints a module piece by piece.
///
///     var printer = ModulePrinter(module)
///     while let piece = try printer.next() { output.write(piece) }
public struct ModulePrinter {
  /// How a module is printed.
  public struct Options: Sendable {
    /// Whether the names of the name section become identifiers.
    public var usesNames = true

    public init() {}
  }

  let context: PrintedModule
  var text = TextBuffer()
  var module: Module { context.module }
  private var instructions: InstructionPrinter
  private var bodies: BodyDecoder
  private var scanner: BodyEncodingScanner
  /// What is printed next.
  private var field = Field.head
  private var index = 0
  /// The last section that is not custom, among those passed by.
  var lastSection: SectionID?

  /// About how many bytes a piece has. A field is never divided.
  private static let pieceSize = 1 << 16

  /// Reads the names of `module`, and prints nothing yet.
  public init(_ module: Module, options: Options = Options()) {
    context = PrintedModule(module, usingNames: options.usesNames)
    instructions = InstructionPrinter(context)
    bodies = BodyDecoder(module)
    scanner = BodyEncodingScanner(module.bytes.buffer)
  }

  /// The whole text of `module`.
  ///
  /// - Throws: where a body is malformed; that of a module that was decoded is not.
  public static func print(
    _ module: Module, options: Options = Options()
  ) throws(WasmError) -> String {
    var printer = ModulePrinter(module, options: options)
    var bytes: [UInt8] = []
    while let piece = try printer.next() { bytes += piece }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The next piece of the text; `nil` after the last.
  public mutating func next() throws(WasmError) -> [UInt8]? {
    text.removeAll()
    while text.count < Self.pieceSize, let field = advance() { try print(field, index - 1) }
    return text.count == 0 ? nil : text.bytes
  }

  /// The text of one function, import or not, without the module around it.
  public mutating func function(_ function: FuncIndex) throws(WasmError) -> [UInt8] {
    text.removeAll()
    let imports = module.importedFunctionCount
    if function < imports {
      var position: FuncIndex = 0
      for (index, item) in module.imports.enumerated() {
        guard case .function = item.type else { continue }
        if position == function { printImport(index, at: function) }
        position += 1
      }
    } else {
      try printFunction(Int(function) - imports)
    }
    text.append("\n")
    // What comes first is the line break that parts fields.
    return Array(text.bytes.dropFirst())
  }

  // MARK: Fields in order

  /// The kinds of fields, in the order they are printed in.
  private enum Field: Int {
    case head, types, imports, tables, memories, tags, globals, exports, start, elements
    case functions, data, customs, tail
  }

  /// Where the members of each index space that are not imported begin.
  private var importCounts = ImportCounts()

  private struct ImportCounts {
    var functions: UInt32 = 0
    var tables: UInt32 = 0
    var memories: UInt32 = 0
    var globals: UInt32 = 0
    var tags: UInt32 = 0
  }

  /// The field that is printed next; its number is `index - 1`.
  private mutating func advance() -> Field? {
    while index >= count(of: field) {
      guard let next = Field(rawValue: field.rawValue + 1) else { return nil }
      field = next
      index = 0
    }
    index += 1
    return field
  }

  private func count(of field: Field) -> Int {
    switch field {
    case .head, .tail: 1
    case .types: module.recursionGroups.count
    case .imports: module.imports.count
    case .tables: module.tables.count - module.importedTableCount
    case .memories: module.memories.count - module.importedMemoryCount
    case .tags: module.tags.count - module.importedTagCount
    case .globals: module.globals.count - module.importedGlobalCount
    case .exports: module.exports.count
    case .start: module.start == nil ? 0 : 1
    case .elements: module.elements.count
    case .functions: module.code.count
    case .data: module.data.count
    case .customs: module.sections.count
    }
  }

  private mutating func print(_ field: Field, _ index: Int) throws(WasmError) {
    switch field {
    case .head: printHead()
    case .types: printTypes(module.recursionGroups[index])
    case .imports: printImport(index, at: numberOfImport(index))
    case .tables: try printTable(index + module.importedTableCount)
    case .memories: printMemory(index + module.importedMemoryCount)
    case .tags: printTag(index + module.importedTagCount)
    case .globals: try printGlobal(index + module.importedGlobalCount)
    case .exports: printExport(module.exports[index])
    case .start: printStart()
    case .elements: try printElementSegment(index)
    case .functions: try printFunction(index)
    case .data: try printDataSegment(index)
    case .customs: printCustomSection(index)
    case .tail: text.append("\n)\n")
    }
  }

  /// The index that import `index` has in its space; imports are printed in order.
  private mutating func numberOfImport(_ index: Int) -> UInt32 {
    func next(_ count: inout UInt32) -> UInt32 {
      count += 1
      return count - 1
    }
    switch module.imports[index].type {
    case .function: return next(&importCounts.functions)
    case .table: return next(&importCounts.tables)
    case .memory: return next(&importCounts.memories)
    case .global: return next(&importCounts.globals)
    case .tag: return next(&importCounts.tags)
    }
  }

  // MARK: Functions (specification 6.6.5)

  private mutating func printFunction(_ index: Int) throws(WasmError) {
    let function = FuncIndex(index + module.importedFunctionCount)
    try bodies.decodeLocals(ofBody: index)
    scanner.begin(at: module.code[index].range.lowerBound, locals: bodies.locals)
    try bodies.decodeExpression(into: &scanner)

    let locals = Identifiers(context.names.locals[function] ?? [:], count: bodies.localCount)
    open("func", function, context.identifiers.functions)
    let type = Int(function) < module.functions.count ? module.functions[Int(function)] : 0
    context.append(typeUse: type, parameters: locals, to: &text)
    scanner.encoding.append(to: &text, indentation: 2)
    let parameters = module.functionType(at: type)?.parameters.count ?? 0
    if bodies.localCount > parameters {
      text.newLine(indentation: 2)
      context.append(
        variables: "local", bodies.locals.lazy.map { ($0.type, $0.count) },
        from: LocalIndex(parameters), locals, indentation: 2, to: &text)
    }

    try bodies.decodeLocals(ofBody: index)
    let labels = Identifiers(context.names.labels[function] ?? [:], count: scanner.constructs)
    instructions.begin(
      function, bodyStart: module.code[index].range.lowerBound, locals: locals, labels: labels)
    swap(&text, &instructions.text)
    do {
      try bodies.decodeExpression(into: &instructions)
    } catch {
      throw error.placed(inFunction: Int(function))
    }
    swap(&text, &instructions.text)
    text.newLine(indentation: 1)
    text.append(")")
  }

  /// ` (i32.const 1)`: a single instruction in parentheses, several as they are.
  ///
  /// - Parameters:
  ///   - keyword: stands before several instructions, with parentheses around.
  mutating func printExpression(
    _ expression: ConstantExpression, keyword: String? = nil
  ) throws(WasmError) {
    text.append(UInt8(ascii: " "))
    let start = text.count
    instructions.beginExpression()
    swap(&text, &instructions.text)
    try module.decode(expression, into: &instructions)
    swap(&text, &instructions.text)
    if instructions.count == 1 {
      text.insert("(", at: start)
      text.append(")")
    } else if let keyword {
      text.insert("(" + keyword + " ", at: start)
      text.append(")")
    }
  }
}
