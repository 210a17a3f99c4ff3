// `apus print`: a module as text.

import ArgumentParser
import Driver
import Wasm

struct PrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print",
    abstract: "Print a module in the text format.",
    discussion: """
      The text parses back to the same module. Every feature is accepted, and modules that are \
      not valid are printed as well, so that one can see why.

      EXAMPLES:
        apus print app.wasm -o app.wat
        apus print app.wasm | less
        apus print --function main app.wasm

      \(ExitStatus.help)
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write, or - for standard output, the default.", valueName: "file"))
  var output: String?

  @Flag(help: "Print indices instead of the names of the name section.")
  var noNames = false

  @Option(
    help: ArgumentHelp(
      "Print this function only: its name, the name of its export, or its index.",
      valueName: "function"))
  var function: String?

  @Argument(help: ArgumentHelp("The module, or - for standard input.", valueName: "module"))
  var module: String

  func run() throws {
    let input = try MappedFile(module)
    let file = try output.flatMap { path in
      path == "-" ? nil : try OutputFile(path, inputs: [input.status].compactMap(\.self))
    }
    let module = try input.module()
    var options = ModulePrinter.Options()
    options.usesNames = !noNames
    var printer = ModulePrinter(module, options: options)
    var contents: [UInt8] = []
    func write(_ piece: [UInt8]) throws(Failure) {
      if file == nil { try StandardOutput.write(piece) } else { contents += piece }
    }
    do {
      if let function {
        try write(printer.function(index(of: function, in: module, file: input.name)))
      } else {
        while let piece = try printer.next() { try write(piece) }
      }
    } catch let error as WasmError {
      throw Failure(error, file: input.name)
    }
    try file?.replace(with: ModuleBytes(copying: contents), executable: false, durable: false)
  }

  /// The function that a user means: names before indices, first names before others.
  private func index(
    of function: String, in module: Module, file: String
  ) throws(Failure) -> FuncIndex {
    for index in module.functions.indices
    where module.names.functions[FuncIndex(index)] == function {
      return FuncIndex(index)
    }
    for export in module.exports where export.name == function {
      if case .function(let index) = export.index { return index }
    }
    if let index = FuncIndex(function), index < module.functions.count { return index }
    throw Failure("there is no function \(quoted(function))", file: file)
  }
}
