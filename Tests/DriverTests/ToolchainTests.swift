// Hazard T1: a missing part is named, with what to do about it.

import Driver
import Glibc
import SystemPackage
import Testing

@Suite struct ToolchainTests {
  private func toolchain(in folder: TemporaryFolder, _ environment: [String: String]) -> Toolchain {
    Toolchain(folder: folder.path) { environment[$0] }
  }

  @Test func saysWhatIsMissing() {
    let toolchain = toolchain(in: TemporaryFolder(), ["PATH": "/nonexistent"])
    let failures = [
      #expect(throws: Failure.self) { try toolchain.linker() },
      #expect(throws: Failure.self) { try toolchain.codegen() },
      #expect(throws: Failure.self) { try toolchain.runtime(for: .x86_64LinuxMusl) },
    ]
    for (failure, part) in zip(
      failures, ["apt-get install lld-19", "apus-codegen", "APUS_RUNTIME"])
    {
      #expect(failure?.message.contains(part) == true)
      #expect(failure?.status == .failure)
    }
  }

  @Test func takesOnlyExecutablesForTools() throws {
    let folder = TemporaryFolder()
    try folder.write([], to: "ld.lld", mode: 0o644)
    let path = ["PATH": folder.path.string]
    #expect(throws: Failure.self) { try toolchain(in: folder, path).linker() }
    let override = ["APUS_LD": folder.file("ld.lld")]
    let failure = #expect(throws: Failure.self) { try toolchain(in: folder, override).linker() }
    #expect(failure?.message.contains("not executable") == true)
    chmod(folder.file("ld.lld"), 0o755)
    #expect(try toolchain(in: folder, path).linker().string == folder.file("ld.lld"))
    #expect(try toolchain(in: folder, override).linker().string == folder.file("ld.lld"))
  }

  @Test func prefersTheVersionedLinker() throws {
    let (first, second) = (TemporaryFolder(), TemporaryFolder())
    try first.write([], to: "ld.lld", mode: 0o755)
    try second.write([], to: "ld.lld-19", mode: 0o755)
    let path = ["PATH": "\(first.path):\(second.path)"]
    #expect(try toolchain(in: first, path).linker().string == second.file("ld.lld-19"))
  }
}
