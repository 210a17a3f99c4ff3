// The features WebAssembly was extended by since its first version.
//
// The gate: an instruction or encoding of a feature that is not enabled is an
// error that names the feature.

/// A proposal that became, or may become, part of the language.
public enum Feature: String, CaseIterable, Hashable, Sendable {
  case mutableGlobal = "mutable-global"
  case signExtension = "sign-extension"
  case saturatingConversion = "saturating-conversion"
  case multiValue = "multi-value"
  case bulkMemory = "bulk-memory"
  case referenceTypes = "reference-types"
  case extendedConst = "extended-const"
  case tailCall = "tail-call"
  case simd
  case relaxedSIMD = "relaxed-simd"
  case multiMemory = "multi-memory"
  case memory64
  case functionReferences = "function-references"
  case gc
  case exceptionHandling = "exception-handling"
  case threads
  case wideArithmetic = "wide-arithmetic"
  case customPageSizes = "custom-page-sizes"
  /// Needs `exceptionHandling` beside it, which has the tags and `throw`.
  case legacyExceptions = "legacy-exceptions"
  case branchHinting = "branch-hinting"
}

/// A set of features.
public struct FeatureSet: OptionSet, Codable, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public init(_ feature: Feature) { rawValue = 1 << UInt32(feature.position) }

  public init(_ features: [Feature]) {
    self = features.reduce(into: []) { $0.formUnion(FeatureSet($1)) }
  }

  /// Whether `feature` is in the set.
  public func contains(_ feature: Feature) -> Bool { contains(FeatureSet(feature)) }

  /// The features in declaration order.
  public var features: [Feature] { Feature.allCases.filter { contains($0) } }

  /// WebAssembly 1.0.
  public static let wasm1 = FeatureSet([.mutableGlobal])

  /// WebAssembly 2.0.
  public static let wasm2 = wasm1.union(
    FeatureSet([
      .signExtension, .saturatingConversion, .multiValue, .bulkMemory, .referenceTypes, .simd,
    ]))

  /// WebAssembly 3.0.
  public static let wasm3 = wasm2.union(
    FeatureSet([
      .extendedConst, .tailCall, .relaxedSIMD, .multiMemory, .memory64, .functionReferences, .gc,
      .exceptionHandling,
    ]))

  /// What modules may use unless a user says otherwise: WebAssembly 3.0, threads, and
  /// branch hints, which change no meaning.
  public static let standard = wasm3.union(FeatureSet([.threads, .branchHinting]))

  /// Every feature that is known here.
  public static let all = FeatureSet(Feature.allCases)
}

extension Feature {
  /// Place in the declaration, the feature's bit in a `FeatureSet`.
  var position: Int {
    switch self {
    case .mutableGlobal: 0
    case .signExtension: 1
    case .saturatingConversion: 2
    case .multiValue: 3
    case .bulkMemory: 4
    case .referenceTypes: 5
    case .extendedConst: 6
    case .tailCall: 7
    case .simd: 8
    case .relaxedSIMD: 9
    case .multiMemory: 10
    case .memory64: 11
    case .functionReferences: 12
    case .gc: 13
    case .exceptionHandling: 14
    case .threads: 15
    case .wideArithmetic: 16
    case .customPageSizes: 17
    case .legacyExceptions: 18
    case .branchHinting: 19
    }
  }
}
