// The code generator: reads a request, writes the code, reports phases.
//
// Run by `apus`, which stays alive and without LLVM while this works. See
// Sources/Driver/Codegen.swift for the protocol.

import Driver
import Glibc

Limits.apply()
do {
  try Generator.run(CodegenRequest.receive())
} catch {
  if error.status == .usage { Diagnostics.report(error) }
  CodegenEvent.failure(error).send()
  exit(error.status.rawValue)
}
