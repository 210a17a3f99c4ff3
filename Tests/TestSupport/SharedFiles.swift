// Finds the files that tests use but the repository does not hold: the official
// test suite and collections of modules.

import Foundation

/// The folder of shared test material: `APUS_SHARED`, or `../shared` beside the
/// package.
public enum SharedFiles {
  /// The package's folder.
  public static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder, whether it exists or not.
  public static let root: URL = {
    if let path = ProcessInfo.processInfo.environment["APUS_SHARED"], !path.isEmpty {
      return URL(fileURLWithPath: path)
    }
    return packageRoot.deletingLastPathComponent().appendingPathComponent("shared")
  }()

  /// Whether a test that lacks its material or its tools must fail instead of
  /// being skipped.
  public static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

  /// Whether a test of what lies in `folder` is to run: it is there, or must be.
  public static func has(_ folder: String) -> Bool {
    isRequired
      || FileManager.default.fileExists(atPath: root.appendingPathComponent(folder).path)
  }

  /// The files below `folder` whose names end in `suffix`, in the order of their paths.
  public static func files(in folder: String, suffix: String) -> [URL] {
    let base = root.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String }
    return (names ?? []).filter { $0.hasSuffix(suffix) }.sorted()
      .map { base.appendingPathComponent($0) }
  }
}
