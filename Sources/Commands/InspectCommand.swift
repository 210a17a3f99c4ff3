// `apus inspect`: what a module is made of.

import ArgumentParser
import Driver
import FoundationEssentials
import Wasm

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a module contains and needs, or from what an executable was made.",
    discussion: """
      EXAMPLES:
        apus inspect app.wasm
        apus inspect --json app.wasm
        apus inspect app.wat
        apus inspect ./app

      \(ExitStatus.help)
      """)

  @Flag(help: "Print JSON; its keys do not change.")
  var json = false

  @OptionGroup(title: "Features") var features: FeatureOptionGroup

  @Argument(help: ArgumentHelp("The module, or - for standard input.", valueName: "module"))
  var module: String

  func run() throws {
    let file = try MappedFile(module)
    if ExecutableDescription.isExecutable(file) {
      let report = ExecutableReport(try ExecutableDescription(file), file: module)
      return try write(report, text: report.text)
    }
    let report = ModuleReport(try binaryModule(file), file: module)
    try write(report, text: report.text)
  }

  private func write(_ report: some Encodable, text: String) throws {
    guard json else {
      try StandardOutput.write(text.utf8)
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(report)
    data.append(UInt8(ascii: "\n"))
    try StandardOutput.write(data)
  }

  /// The module as it is in the binary format, whose sections are shown.
  private func binaryModule(_ file: MappedFile) throws -> Module {
    let module = try file.validModule(features: features.set)
    if module.sourceMap == nil { return module }
    return try ModuleDecoder.decode(
      ModuleBytes(copying: ModuleEncoder.encode(module)), features: features.set)
  }
}
