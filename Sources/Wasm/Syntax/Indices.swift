// The index spaces of a module. Imports come first in each of them.
//
// Specification: 2.5.1 "Indices".

/// Index into `Module.types`.
public typealias TypeIndex = UInt32
/// Index of a function.
public typealias FuncIndex = UInt32
/// Index of a table.
public typealias TableIndex = UInt32
/// Index of a linear memory.
public typealias MemIndex = UInt32
/// Index of a global variable.
public typealias GlobalIndex = UInt32
/// Index of a tag.
public typealias TagIndex = UInt32
/// Index of an element segment.
public typealias ElemIndex = UInt32
/// Index of a data segment.
public typealias DataIndex = UInt32
/// Index of a local variable, parameters first.
public typealias LocalIndex = UInt32
/// Relative depth of a label: 0 is the innermost enclosing construct.
public typealias LabelIndex = UInt32
