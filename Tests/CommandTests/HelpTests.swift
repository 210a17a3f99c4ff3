// What the command says about itself.

import TestSupport
import Testing

@Suite struct HelpTests {
  @Test(arguments: ["compile", "run", "validate", "inspect", "print", "parse", "verify", "bench"])
  func everyVerbHasAnExampleAndItsStatuses(verb: String) throws {
    let result = try ApusCommand.run([verb, "--help"])
    #expect(result.status == 0)
    #expect(result.output.contains("EXAMPLE"))
    #expect(result.output.contains("  apus \(verb) "))
    #expect(result.output.contains("EXIT STATUS:"))
  }

  @Test func topLevel() throws {
    let help = try ApusCommand.run(["--help"])
    #expect(help.status == 0)
    for verb in ["compile", "run", "validate", "inspect", "print", "parse"] {
      #expect(help.output.contains(verb))
    }
    let version = try ApusCommand.run(["--version"])
    #expect(version.status == 0)
    #expect(version.output.split(separator: ".").count == 3)
  }

  @Test(arguments: [
    ["compil"], ["compile"], ["compile", "a", "b"], ["compile", "--emt", "obj", "a"],
    ["compile", "-O9", "a"], ["compile", "--emit", "elf", "a"], ["compile", "--link", "x", "a"],
    ["compile", "--stack-size", "1", "a"], ["compile", "--stack-size", "big", "a"],
    ["compile", "--target", "pdp11", "a"], ["compile", "--dir", "", "a"],
    ["compile", "--env", "=x", "a"], ["validate"], ["inspect"], ["inspect", "--xml", "a"],
    ["print"], ["print", "--function"], ["print", "a", "b"],
  ])
  func wrongCommandLines(arguments: [String]) throws {
    let result = try ApusCommand.run(arguments)
    #expect(result.status == 64)
    #expect(result.output == "")
    #expect(result.errors.contains("Error: "))
  }

  @Test func suggestsWhatWasMeant() throws {
    #expect(try ApusCommand.run(["compile", "--emt", "obj", "a"]).errors.contains("--emit"))
  }

  @Test func levelsAreSpelledEitherWay() throws {
    let folder = try TemporaryFolder()
    let module = try writeFile(SampleModules.all[0].bytes, to: folder.file("a.wasm"))
    for level in [["-O0"], ["-O", "1"], ["-O2"], ["-O3"], ["-Os"]] {
      let result = try ApusCommand.run(
        ["compile", module, "-o", folder.file("a"), "--emit", "obj"] + level)
      #expect(result.status == 0, "\(level): \(result)")
    }
  }
}
