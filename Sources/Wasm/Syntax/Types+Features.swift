// Which features the types of values belong to.
//
// Specification: 2.3 "Types", appendix "Change History".

extension HeapType {
  /// What must be enabled to name the heap type.
  public var features: FeatureSet {
    switch self {
    case .func: []
    case .extern: FeatureSet(.referenceTypes)
    case .exn, .noExn: FeatureSet(.exceptionHandling)
    case .concrete: FeatureSet(.functionReferences)
    case .any, .eq, .i31, .struct, .array, .none, .noFunc, .noExtern: FeatureSet(.gc)
    }
  }
}

extension RefType {
  /// What must be enabled to name the reference type. `funcref` needs nothing, being what
  /// tables held from the first version on.
  public var features: FeatureSet {
    nullable ? heap.features : heap.features.union(FeatureSet(.functionReferences))
  }
}

extension ValueType {
  /// What must be enabled for values of the type.
  public var features: FeatureSet {
    switch self {
    case .i32, .i64, .f32, .f64: []
    case .v128: FeatureSet(.simd)
    case .ref(let type): type.features.union(FeatureSet(.referenceTypes))
    }
  }
}
