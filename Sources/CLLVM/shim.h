// LLVM's C API, as far as Sources/LLVM wraps it.
#ifndef APUS_CLLVM_SHIM_H
#define APUS_CLLVM_SHIM_H

#ifdef APUS_NO_LLVM
#error "Apus needs LLVM 19 or newer: apt-get install llvm-19-dev lld-19 clang-19 musl-dev (or set LLVM_CONFIG)"
#else
#include <llvm-c/Analysis.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/Core.h>
#include <llvm-c/DebugInfo.h> // temporary metadata
#include <llvm-c/Error.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>
#endif

#endif
