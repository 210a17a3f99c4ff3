// Modules of scripts: read and validated, and judged where a script says that one is
// rejected.
//
// Knows nothing of instances. Messages are compared as the suite means them: what is
// reported begins with what is expected.

internal import Wasm

/// Reads the modules of one script.
struct ScriptModules {
  let text: ModuleBytes
  let features: FeatureSet

  /// The module, read and valid.
  func load(_ module: WastModule) throws(WasmError) -> Module {
    let parsed: Module
    switch module.source {
    case .binary(let bytes):
      return try ModuleValidator.validate(ModuleBytes(copying: bytes), features: features)
    case .text(let range): parsed = try ModuleParser.parse(text, range: range, features: features)
    case .quote(let bytes):
      parsed = try ModuleParser.parse(ModuleBytes(copying: bytes), features: features)
    }
    return try ModuleValidator.validate(
      ModuleBytes(copying: ModuleEncoder.encode(parsed)), features: features)
  }

  /// Whether the module is rejected as the script says.
  func judge(
    _ module: WastModule, _ rejection: WastRejection, message: String
  ) -> ScriptOutcome {
    let expected = "\(rejection.name): \(message)"
    do {
      _ = try load(module)
      return .failed(expected: expected, actual: "the module is valid")
    } catch {
      if error.phase == .unsupported { return .skipped(reason: error.message) }
      guard rejection.allows(error.phase), error.message.hasPrefix(message) else {
        return .failed(
          expected: expected, actual: "\(error.phase.rawValue): \(error.message)")
      }
      return .passed
    }
  }
}

extension WastRejection {
  /// What the error is called.
  var name: String {
    switch self {
    case .malformed, .malformedCustom: "malformed"
    case .invalid, .invalidCustom: "invalid"
    }
  }

  /// Whether an error of this phase is what is meant.
  func allows(_ phase: WasmError.Phase) -> Bool {
    switch self {
    case .malformed, .malformedCustom: phase == .malformed
    case .invalid, .invalidCustom: phase == .invalid
    }
  }
}
