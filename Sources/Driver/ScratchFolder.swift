// A private folder for what passes between the stages of a compile.
//
// Nothing in it, nor its name, may show in the output.

internal import Glibc
public import SystemPackage

/// A folder under `$TMPDIR` that is gone when its owner is.
public final class ScratchFolder: Sendable {
  public let path: FilePath

  /// The files that may stand in the folder.
  static let names = ["module.o", "program", "log", "request", "stdin.wasm"]

  public init() throws(Failure) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    var template = Array("\(parent.isEmpty ? "/tmp" : parent)/apus-XXXXXX".utf8CString)
    guard let created = mkdtemp(&template) else {
      throw Failure(
        "cannot make a folder for temporary files", file: parent.isEmpty ? "/tmp" : parent,
        errno: lastError())
    }
    path = FilePath(String(cString: created))
    Interruption.willCreate(path)
    for name in Self.names { Interruption.willCreate(path.appending(name)) }
  }

  /// The file `name`, one of `names`.
  public func file(_ name: String) -> FilePath {
    precondition(Self.names.contains(name))
    return path.appending(name)
  }

  deinit {
    for name in Self.names {
      let file = path.appending(name)
      unlink(file.string)
      Interruption.forget(file)
    }
    rmdir(path.string)
    Interruption.forget(path)
  }
}
