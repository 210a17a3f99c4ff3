// What a valid module may use and still not be compiled.
//
// Stands here and not in the lowering so that commands can ask without loading LLVM.

public import Wasm

extension Module {
  /// The first thing in the module that this version validates but does not compile.
  ///
  /// - Returns: an error that begins with `not supported yet`; `nil` if the module can be
  ///   compiled.
  public func unsupportedUse() -> WasmError? {
    let missing = featuresUsed.subtracting(Self.compiledFeatures)
    guard let feature = missing.features.first else { return nil }
    return WasmError(.unsupported, "not supported yet: \(feature.rawValue)", at: 0)
  }

  private static let compiledFeatures = FeatureSet([
    .mutableGlobal, .signExtension, .saturatingConversion, .multiValue, .bulkMemory,
    .referenceTypes, .extendedConst, .tailCall, .branchHinting,
  ])
}
