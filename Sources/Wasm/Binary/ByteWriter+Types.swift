// The encodings of types and of what instructions are made of.
//
// Of several encodings of a type the shortest is written. Specification: 5.3 "Types",
// 5.4 "Instructions".

extension ByteWriter {
  /// A heap type (specification 5.3.2).
  mutating func write(_ type: HeapType) {
    if case .concrete(let index) = type {
      writeSigned(Int64(index))
    } else {
      write(type.code)
    }
  }

  /// A reference type (specification 5.3.3).
  mutating func write(_ type: RefType) {
    if type.nullable, type.heap.isAbstract {
      write(type.heap.code)
    } else {
      write(type.nullable ? 0x63 : 0x64)
      write(type.heap)
    }
  }

  /// A value type (specification 5.3.4).
  mutating func write(_ type: ValueType) {
    switch type {
    case .i32: write(0x7f)
    case .i64: write(0x7e)
    case .f32: write(0x7d)
    case .f64: write(0x7c)
    case .v128: write(0x7b)
    case .ref(let type): write(type)
    }
  }

  /// A block type (specification 5.4.1).
  mutating func write(_ type: BlockType) {
    switch type {
    case .empty: write(0x40)
    case .value(let type): write(type)
    case .type(let index): writeSigned(Int64(index))
    }
  }

  /// Where a memory instruction accesses (specification 5.4.7).
  mutating func write(_ memArg: MemArg) {
    if memArg.memory == 0 {
      writeU32(memArg.align)
    } else {
      writeU32(memArg.align | 0x40)
      writeU32(memArg.memory)
    }
    writeU64(memArg.offset)
  }

  /// A type definition with its place below others (specification 5.3.9).
  mutating func write(_ type: SubType) {
    if !type.isFinal || !type.supertypes.isEmpty {
      write(type.isFinal ? 0x4f : 0x50)
      writeCount(type.supertypes.count)
      for index in type.supertypes { writeU32(index) }
    }
    switch type.composite {
    case .function(let function):
      write(0x60)
      for types in [function.parameters, function.results] {
        writeCount(types.count)
        for type in types { write(type) }
      }
    case .struct(let fields):
      write(0x5f)
      writeCount(fields.count)
      for field in fields { write(field) }
    case .array(let element):
      write(0x5e)
      write(element)
    }
  }

  private mutating func write(_ field: FieldType) {
    switch field.storage {
    case .value(let type): write(type)
    case .i8: write(0x78)
    case .i16: write(0x77)
    }
    write(field.isMutable ? 1 : 0)
  }

  /// A table type (specification 5.3.12).
  mutating func write(_ type: TableType) {
    write(type.element)
    write(type.limits, flags: type.addressType == .i64 ? 4 : 0)
  }

  /// A memory type (specification 5.3.11).
  mutating func write(_ type: MemoryType) {
    let hasPageSize = type.pageSizeLog2 != 16
    let flags: UInt8 =
      (type.isShared ? 2 : 0) | (type.addressType == .i64 ? 4 : 0) | (hasPageSize ? 8 : 0)
    write(type.limits, flags: flags)
    if hasPageSize { writeU32(UInt32(type.pageSizeLog2)) }
  }

  private mutating func write(_ limits: Limits, flags: UInt8) {
    write(flags | (limits.maximum == nil ? 0 : 1))
    writeU64(limits.minimum)
    if let maximum = limits.maximum { writeU64(maximum) }
  }

  /// A global type (specification 5.3.14).
  mutating func write(_ type: GlobalType) {
    write(type.value)
    write(type.isMutable ? 1 : 0)
  }
}

extension HeapType {
  /// Whether it is not the index of a type.
  var isAbstract: Bool { if case .concrete = self { false } else { true } }

  /// Its byte; zero for the index of a type, which has none.
  fileprivate var code: UInt8 {
    switch self {
    case .func: 0x70
    case .extern: 0x6f
    case .any: 0x6e
    case .eq: 0x6d
    case .i31: 0x6c
    case .struct: 0x6b
    case .array: 0x6a
    case .exn: 0x69
    case HeapType.none: 0x71
    case .noExtern: 0x72
    case .noFunc: 0x73
    case .noExn: 0x74
    case .concrete: 0
    }
  }
}
