// The ELF notes of an executable: its manifest, the system calls that it may make, and what
// made its code.
//
// The manifest is text of the driver's; what is in it does not matter here.

internal import LLVM
internal import Program

extension ProgramLowering {
  /// Emits the notes.
  func emitNotes(manifest: String) {
    var bytes = note(type: 1, Array(manifest.utf8))
    if confines {
      let calls = systemCallNeeds().calls.map(\.name).joined(separator: " ")
      bytes += note(type: 2, Array(calls.utf8))
    }
    bytes += note(type: 3, Array("LLVM \(TargetMachine.release)".utf8))
    let global = module.addSharedConstant("apus_notes", initializer: context.bytes(bytes))
    global.setSection(".note.apus")
    global.setAlignment(4)
  }

  private func note(type: UInt32, _ contents: [UInt8]) -> [UInt8] {
    let name = Array("Apus\0".utf8)
    var bytes: [UInt8] = []
    for word in [UInt32(name.count), UInt32(contents.count), type] {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    bytes += name + [0, 0, 0] + contents
    return bytes + Array(repeating: 0, count: (4 - contents.count % 4) % 4)
  }
}
