// The scripts that `apus wast` is asked to run, and what each of them may use.
//
// A folder of the official test suite says by its name what its scripts are about.

import Driver
import Foundation
import Wasm

/// A script to run.
struct WastInput {
  var path: String
  /// What it may use; `nil` if it is about a proposal that is not known here.
  var features: FeatureSet?
  /// That proposal.
  var proposal: String?

  /// The scripts at `paths`: files, and those of folders with all that is below them.
  static func find(_ paths: [String], features: FeatureSet) throws(Failure) -> [WastInput] {
    var inputs: [WastInput] = []
    for path in paths {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
        guard let names = FileManager.default.enumerator(atPath: path) else {
          throw Failure("cannot read the folder", file: path)
        }
        let scripts = names.compactMap { $0 as? String }.filter { $0.hasSuffix(".wast") }
        if scripts.isEmpty { throw Failure("no scripts (*.wast) in the folder", file: path) }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        inputs += scripts.sorted().map { WastInput(prefix + $0, features: features) }
      } else {
        inputs.append(WastInput(path, features: features))
      }
    }
    return inputs
  }

  private init(_ path: String, features: FeatureSet) {
    self.path = path
    let folders = path.split(separator: "/").dropLast()
    var features = features
    if folders.last == "legacy" { features.formUnion(FeatureSet(.legacyExceptions)) }
    if let index = folders.lastIndex(of: "proposals"), index + 1 < folders.endIndex {
      let name = String(folders[index + 1])
      guard let feature = Feature(rawValue: name) else {
        proposal = name
        return
      }
      // Extends WebAssembly 1.0, and has assertions that nothing later is there.
      if feature == .threads { features.formIntersection(.wasm1) }
      features.formUnion(FeatureSet(feature))
    }
    self.features = features
  }
}
