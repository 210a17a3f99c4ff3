// `apus parse`: a module in the text format to its binary.

import ArgumentParser
import Driver
import Glibc
import SystemPackage
import Wasm

struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Encode a module of the text format as a binary.",
    discussion: """
      The binary holds the names of the text. A module that is a binary already is encoded \
      anew. Errors show the line they are in.

      EXAMPLES:
        apus parse app.wat -o app.wasm
        apus parse app.wat
        echo '(module (func (export "_start")))' | apus parse - -o - | apus inspect -

      \(ExitStatus.help)
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write, or - for standard output. Default: the module's name with .wasm, in the "
        + "current folder.", valueName: "file"))
  var output: String?

  @Flag(help: "Leave out the names of functions, variables and so on.")
  var noNames = false

  @Flag(help: "Encode modules that are not valid as well.")
  var noValidate = false

  @OptionGroup(title: "Features") var features: FeatureOptionGroup

  @Argument(help: ArgumentHelp("The module, or - for standard input.", valueName: "module"))
  var module: String

  func run() throws {
    let input = try MappedFile(module)
    let name = try outputName()
    let file = name == "-" ? nil : try OutputFile(name, inputs: [input.status].compactMap(\.self))
    var module =
      noValidate
      ? try input.module(features: features.set) : try input.validModule(features: features.set)
    if noNames { module.names = NameSection() }
    let binary = ModuleEncoder.encode(module)
    if let file {
      try file.replace(with: ModuleBytes(copying: binary), executable: false)
    } else {
      try StandardOutput.write(binary)
    }
  }

  /// Where the output goes.
  private func outputName() throws -> String {
    if output == "-" || (output == nil && module == "-"), isatty(1) == 1 {
      throw ValidationError("a binary is not for a terminal: name the output file with -o")
    }
    if let output { return output }
    if module == "-" { return "-" }
    guard let stem = FilePath(module).stem else {
      throw ValidationError("name the output file with -o")
    }
    return stem + ".wasm"
  }
}
