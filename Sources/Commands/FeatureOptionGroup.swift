// The options that say which features modules may use.

import ArgumentParser
import Wasm

/// Options about the language that is accepted.
struct FeatureOptionGroup: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What modules may use: wasm1, wasm2, wasm3, standard, or all.",
      valueName: "set"))
  var features = FeatureBase.standard

  @Option(
    help: ArgumentHelp("Accept a feature as well; repeatable.", valueName: "feature"))
  var enable: [Feature] = []

  @Option(
    help: ArgumentHelp("Do not accept a feature; repeatable.", valueName: "feature"))
  var disable: [Feature] = []

  /// The features that the options leave.
  var set: FeatureSet {
    features.set.union(FeatureSet(enable)).subtracting(FeatureSet(disable))
  }
}

/// A set of features with a name.
enum FeatureBase: String, CaseIterable, ExpressibleByArgument {
  case wasm1, wasm2, wasm3, standard, all

  var set: FeatureSet {
    switch self {
    case .wasm1: .wasm1
    case .wasm2: .wasm2
    case .wasm3: .wasm3
    case .standard: .standard
    case .all: .all
    }
  }
}

extension Feature: ExpressibleByArgument {}
