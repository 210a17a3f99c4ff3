// From a file to a valid module, or to the failure that a user sees. Every command takes
// both formats of modules.

public import Wasm

extension MappedFile {
  /// The module in the file, if it is valid.
  ///
  /// - Parameters:
  ///   - features: what it may use.
  ///   - name: what messages call the file; by default its path.
  public func validModule(
    features: FeatureSet = .standard, name: String? = nil
  ) throws(Failure) -> Module {
    switch ModuleFormat(of: bytes) {
    case .binary: try validBinary(features, name ?? self.name)
    case .text: try validText(features, name ?? self.name)
    }
  }

  private func validBinary(_ features: FeatureSet, _ name: String) throws(Failure) -> Module {
    do {
      return try ModuleValidator.validate(bytes, features: features)
    } catch {
      // The names stand behind the code. They can be read where the module is no worse
      // than invalid.
      let function = error.function.flatMap { index in
        (try? ModuleDecoder.decode(bytes, features: features))?.functionName(index)
      }
      throw Failure(error, file: name, functionName: function)
    }
  }

  private func validText(_ features: FeatureSet, _ name: String) throws(Failure) -> Module {
    let module = try parse(features, name)
    do { return try ModuleValidator.validate(module) } catch {
      throw Failure(error, file: name, of: module)
    }
  }

  private func parse(_ features: FeatureSet, _ name: String) throws(Failure) -> Module {
    do { return try ModuleParser.parse(bytes, features: features) } catch {
      throw Failure(error, file: name, text: bytes)
    }
  }

  /// The module in the file, whether it is valid or not.
  public func module(features: FeatureSet = .all) throws(Failure) -> Module {
    switch ModuleFormat(of: bytes) {
    case .binary:
      do { return try ModuleDecoder.decode(bytes, features: features) } catch {
        throw Failure(error, file: name)
      }
    case .text: return try parse(features, name)
    }
  }
}

extension Failure {
  /// `module`, which was read from `file`, is rejected.
  public init(_ error: WasmError, file: String, of module: Module) {
    let function = error.function.flatMap { module.functionName($0) }
    if let map = module.sourceMap {
      self.init(map.located(error), file: file, text: map.text, functionName: function)
    } else {
      self.init(error, file: file, functionName: function)
    }
  }
}
