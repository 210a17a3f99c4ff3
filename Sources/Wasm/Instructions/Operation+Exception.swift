// What instructions about exceptions do: those of 3.0, and those that came before and are
// still in use.
//
// Specification: 2.4.8 "Control Instructions", proposal "legacy exception handling".

/// An instruction about exceptions (specification 2.4.8).
public enum ExceptionOperation: UInt8, Hashable, Sendable {
  case `throw`, throwRef, tryTable
  /// Legacy: `try` opens a construct; `catch` and `catch_all` begin further parts of it;
  /// `delegate` ends it in the place of `end`.
  case `try`, `catch`, catchAll, delegate, rethrow
}

/// What a clause of `try_table` catches, and whether it passes the exception on.
public enum CatchKind: UInt8, Hashable, Sendable {
  case tag, tagRef, all, allRef

  /// Whether the clause names a tag.
  public var hasTag: Bool { self == .tag || self == .tagRef }
  /// Whether the label takes a reference to the exception, as its last value.
  public var hasReference: Bool { self == .tagRef || self == .allRef }
}

/// A clause of `try_table` (specification 2.4.8).
public struct CatchClause: Hashable, Sendable {
  public var kind: CatchKind
  /// Zero where the kind has none.
  public var tag: TagIndex
  /// Seen from outside of the `try_table`.
  public var label: LabelIndex

  public init(kind: CatchKind, tag: TagIndex, label: LabelIndex) {
    self.kind = kind
    self.tag = tag
    self.label = label
  }
}

extension ExceptionOperation {
  var immediates: Immediates {
    switch self {
    case .throw, .catch: .tag
    case .throwRef, .catchAll: .none
    case .tryTable: .tryTable
    case .try: .blockType
    case .delegate, .rethrow: .label
    }
  }

  var nesting: Int8 {
    switch self {
    case .try, .tryTable: 1
    case .delegate: -1
    case .throw, .throwRef, .catch, .catchAll, .rethrow: 0
    }
  }
}
