import Foundation
import TestSupport

/// Writes `bytes` to `path`, which comes back.
@discardableResult
func writeFile(_ bytes: [UInt8], to path: String) throws -> String {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  return path
}

/// The bytes of the file at `path`.
func readFile(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// What stands in `folder`, sorted.
func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

extension SampleModules {
  /// A module of `count` functions that keep an optimiser busy.
  static func large(_ count: Int) -> [UInt8] {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i32])
    for index in 0..<count {
      builder.function(type, locals: [.i32], export: "f\(index)") {
        for step in 0..<40 {
          $0("local.get", 0)
          $0("local.get", 1)
          $0("i32.mul")
          $0("i32.const", Int64(index &* 7919 &+ step))
          $0("i32.xor")
          $0("local.tee", 1)
          $0("i32.popcnt")
          $0("local.set", 0)
        }
        $0("local.get", 1)
      }
    }
    return builder.build()
  }
}

/// The environment of this process with `changes`.
func environment(_ changes: [String: String]) -> [String: String] {
  ProcessInfo.processInfo.environment.merging(changes) { $1 }
}
