// Tells LLVM which way of a branch its producer thinks is taken.
//
// A hint and no more: it moves code, not meaning. Proposal "branch hinting".

internal import CLLVM
internal import LLVM

/// The `!prof` nodes of likely and unlikely branches.
struct BranchWeights {
  private let kind: UInt32
  private let likely: IRValue
  private let unlikely: IRValue

  init(_ context: Context) {
    func node(_ taken: UInt64, _ other: UInt64) -> IRValue {
      let weights = [taken, other].map {
        LLVMValueAsMetadata(context.constant(context.i32, $0).ref)
      }
      let node = context.metadata([context.metadata("branch_weights")] + weights)
      return IRValue(LLVMMetadataAsValue(context.ref, node))
    }
    kind = LLVMGetMDKindIDInContext(context.ref, "prof", 4)
    // The ratio that LLVM itself takes for `__builtin_expect`.
    likely = node(2000, 1)
    unlikely = node(1, 2000)
  }

  /// Marks a conditional branch; `nil` leaves it as it is.
  func mark(_ branch: IRValue, isLikely: Bool?) {
    guard let isLikely else { return }
    branch.setMetadata(kind, isLikely ? likely : unlikely)
  }
}
