// `apus verify`: whether an executable is what compiling its module makes.

import ArgumentParser
import Driver

struct VerifyCommand: StagedCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compile a module again as an executable says it was, and compare the bytes.",
    discussion: """
      EXAMPLES:
        apus verify ./app app.wasm
        apus verify ./main main.wasm --link math=libmath.wasm

      \(ExitStatus.help)
      """)

  @Argument(help: "The executable.")
  var executable: String

  @Argument(help: "The module that it is said to be made from.")
  var module: String

  @Option(
    help: ArgumentHelp(
      "A module that was linked, by the name that it was linked as; repeatable.",
      valueName: "NAME=FILE"))
  var link: [LinkedModule] = []

  func begin() throws -> @Sendable () async throws -> Void { run }

  @Sendable private func run() async throws {
    let file = try MappedFile(executable)
    let description = try ExecutableDescription(file)
    let manifest = description.manifest
    var modules: [ModuleInput] = []
    for library in link {
      modules.append(ModuleInput(name: library.name, file: try MappedFile(library.path)))
    }
    modules.append(ModuleInput(name: "", file: try MappedFile(module)))
    guard ExecutableManifest.digests(modules) == manifest.modules else {
      throw Failure("made from other modules, by their SHA-256", file: executable)
    }
    let job = manifest.job(modules)
    guard ExecutableManifest(job) == manifest else {
      throw Failure("made by \(printable(manifest.compiler)), not this one", file: executable)
    }
    let made = try await Pipeline(toolchain: try .current()).compile(job)
    let difference = made.withBuffer { made in
      file.bytes.withBuffer { given in
        made.elementsEqual(given)
          ? nil
          : zip(made, given).enumerated().first { $1.0 != $1.1 }?.offset
            ?? min(made.count, given.count)
      }
    }
    if let difference {
      // Another release of LLVM makes other code.
      let generator = description.codeGenerator.map { "; it was made with \(printable($0))" } ?? ""
      throw Failure(
        "differs from what compiling makes, at byte \(difference)\(generator)", file: executable)
    }
    try StandardOutput.write("\(printable(executable)): the same bytes\n".utf8)
  }
}
