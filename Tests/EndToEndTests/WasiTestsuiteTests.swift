// The test suite of WASI, all of it, through the executables that users get.

import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: SharedFiles.has("wasi-testsuite"), "../shared/wasi-testsuite is absent"))
struct WasiTestsuiteTests {
  /// The same as `make wasi-testsuite`: with openat2 and, where the kernel denies it, with
  /// the runtime's own walk.
  @Test func `every module behaves as expected, however paths are resolved`() throws {
    let script = SharedFiles.packageRoot.appendingPathComponent("scripts/wasi-testsuite.py").path
    let suite = SharedFiles.root.appendingPathComponent("wasi-testsuite").path
    let result = try runProcess("/usr/bin/env", ["python3", script, ApusCommand.path, suite])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("60 modules, 120 runs passed, 0 failed"), "\(result.output)")
  }
}
