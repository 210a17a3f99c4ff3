// From a file to a valid module, or to the failure that a user sees.

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
    do {
      return try ModuleValidator.validate(bytes, features: features)
    } catch {
      // The names stand behind the code. They can be read where the module is no worse
      // than invalid.
      let function = error.function.flatMap { index in
        (try? ModuleDecoder.decode(bytes, features: features))?.functionName(index)
      }
      throw Failure(error, file: name ?? self.name, functionName: function)
    }
  }

  /// The module in the file, whether it is valid or not, with whatever features.
  public func module() throws(Failure) -> Module {
    do { return try ModuleDecoder.decode(bytes, features: .all) } catch {
      throw Failure(error, file: name)
    }
  }
}
