// What tests of the decoder and the validator state.

import Testing
import TestSupport
import Wasm

/// Why a module is rejected; `nil` if it is valid.
func rejection(of bytes: [UInt8], features: FeatureSet = .standard) -> WasmError? {
  do {
    _ = try ModuleValidator.validate(ModuleBytes(copying: bytes), features: features)
    return nil
  } catch {
    return error
  }
}

/// Expects the module to be valid.
func expectValid(
  _ bytes: [UInt8], _ comment: Comment? = nil, features: FeatureSet = .standard,
  at location: SourceLocation = #_sourceLocation
) {
  let error = rejection(of: bytes, features: features)
  #expect(error == nil, comment, sourceLocation: location)
}

/// Expects the module to be rejected in `phase` with a message that begins with `message`.
func expectRejected(
  _ phase: WasmError.Phase, _ message: String, _ bytes: [UInt8], _ comment: Comment? = nil,
  features: FeatureSet = .standard, at location: SourceLocation = #_sourceLocation
) {
  let error = rejection(of: bytes, features: features)
  #expect(error?.phase == phase, comment, sourceLocation: location)
  #expect(
    error?.message.hasPrefix(message) == true, "\(error?.description ?? "valid")",
    sourceLocation: location)
}

/// A module with one function `[] -> results` among things that its code can name:
/// function 0 is `[i32] -> [i64]`, exported; function 1 is not declared outside of
/// bodies; function 2 holds the code.
func module(
  _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [ValueType] = [],
  _ code: (inout CodeBuilder) -> Void
) -> [UInt8] {
  var builder = ModuleBuilder()
  let type = builder.type(parameters, results)
  let helper = builder.type([.i32], [.i64])
  builder.type([.i32], [.i32])
  builder.type([.i32, .i32], [])
  builder.function(helper, export: "helper") { $0("i64.const", 1) }
  builder.function(helper) { $0("i64.const", 1) }
  builder.function(type, locals: locals, code)
  builder.table(.funcRef, Limits(minimum: 1))
  builder.table(.externRef, Limits(minimum: 1))
  builder.memory(1)
  builder.global(.i32) { $0("i32.const", 1) }
  builder.global(.i64, mutable: true) { $0("i64.const", 1) }
  builder.elements(.passive, functions: [0])
  builder.elements(.passive, .externRef, expressions: [])
  builder.dataCount = 1
  builder.data(.passive, [1])
  return builder.build()
}

/// Expects the code to be valid in a function of these parameters and results.
func expectValid(
  _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [ValueType] = [],
  at location: SourceLocation = #_sourceLocation, _ code: (inout CodeBuilder) -> Void
) {
  expectValid(module(parameters, results, locals: locals, code), at: location)
}

/// Expects the code to be invalid with a message that begins with `message`.
func expectInvalid(
  _ message: String, _ parameters: [ValueType] = [], _ results: [ValueType] = [],
  locals: [ValueType] = [], at location: SourceLocation = #_sourceLocation,
  _ code: (inout CodeBuilder) -> Void
) {
  expectRejected(
    .invalid, message, module(parameters, results, locals: locals, code), at: location)
}
