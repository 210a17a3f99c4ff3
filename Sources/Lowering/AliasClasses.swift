// Tells LLVM which memory accesses cannot meet: type-based alias metadata in which
// every linear memory, global, table and the runtime's state are siblings.
//
// Sound because the classes are disjoint objects that no guest pointer can leave.

internal import CLLVM
internal import LLVM

/// An alias class, as the `!tbaa` tag of an access.
struct AliasClass: Hashable {
  fileprivate let tag: IRValue
}

/// Makes alias classes.
final class AliasClasses {
  private let context: Context
  private let root: LLVMMetadataRef
  private let kind: UInt32
  private let invariant: UInt32
  /// What the runtime keeps about memories and tables.
  let runtimeState: AliasClass
  /// Elements of tables.
  let tables: AliasClass

  init(context: Context) {
    self.context = context
    root = context.metadata([context.metadata("apus")])
    kind = LLVMGetMDKindIDInContext(context.ref, "tbaa", 4)
    invariant = LLVMGetMDKindIDInContext(context.ref, "invariant.load", 14)
    runtimeState = Self.makeClass("runtime", root: root, context: context)
    tables = Self.makeClass("table", root: root, context: context)
  }

  /// A class of its own, disjoint from all others.
  func makeClass(_ name: String) -> AliasClass {
    Self.makeClass(name, root: root, context: context)
  }

  private static func makeClass(_ name: String, root: LLVMMetadataRef, context: Context)
    -> AliasClass
  {
    let zero = LLVMValueAsMetadata(context.constant(context.i64, 0).ref)
    let type = context.metadata([context.metadata(name), root, zero])
    let tag = context.metadata([type, type, zero])
    return AliasClass(tag: IRValue(LLVMMetadataAsValue(context.ref, tag)))
  }

  /// Puts an access into the class of another.
  func copy(from other: IRValue, to access: IRValue) {
    guard let tag = other.metadata(kind) else { return }
    access.setMetadata(kind, tag)
  }

  /// Whether an access belongs to one of these classes.
  func isAccess(_ access: IRValue, toOneOf classes: Set<AliasClass>) -> Bool {
    access.metadata(kind).map { classes.contains(AliasClass(tag: $0)) } ?? false
  }

  /// Says that a load reads what is never written.
  func markConstant(_ access: IRValue) {
    guard LLVMIsAInstruction(access.ref) != nil else { return }
    access.setMetadata(
      invariant, IRValue(LLVMMetadataAsValue(context.ref, context.metadata([]))))
  }

  /// Puts an access into a class.
  func mark(_ access: IRValue, _ alias: AliasClass) {
    // A load of a constant may have been folded away by the builder.
    guard LLVMIsAInstruction(access.ref) != nil else { return }
    access.setMetadata(kind, alias.tag)
  }
}
