#!/bin/sh
# Builds every program of one language.
#
#   Tests/Programs/build.sh [--native] LANGUAGE OUTPUT-DIRECTORY [FOLDER]
#
# LANGUAGE is c, cpp, rust, go, zig or swift, FOLDER where its programs stand, by default a folder
# of the same name. NAME.wasm, or with --native the executable NAME,
# appears in the directory for each program. Exits 77, with a line that says why, where the
# compiler is absent.
#
# CLANG, RUSTC, WASM_LD (the linker of Rust), GO, ZIG and SWIFTC name a compiler. Else the
# versions that scripts/setup.sh put into .build/venv are taken, or what is on PATH.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../.build
venv=$build/venv

native=
if [ "${1-}" = --native ]; then
  native=yes
  shift
fi
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
language=$1
folder=${3-$language}
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$here"

absent() {
  echo "$*"
  exit 77
}

# A compiler is taken only if it can do what the programs need: a machine may well have an older
# one of the same name, or one without the target.
first_that() {
  works=$1
  shift
  for compiler in "$@"; do
    if [ -n "$compiler" ] && command -v "$compiler" >/dev/null 2>&1 && "$works" "$compiler"; then
      command -v "$compiler"
      return 0
    fi
  done
  return 1
}

# ---- C and C++: clang with wasi-libc ----

# The stack comes first in memory, so that its overflow is an access out of bounds.
wasm_link='-Wl,--stack-first -Wl,--strip-debug'
clang_options='-O2 -Wall -ffp-contract=off'

any() { true; }

find_c() {
  clang=$(first_that any "${CLANG-}" clang-19) || absent "clang-19 is not installed"
  [ -n "$native" ] || [ -n "${CLANG-}" ] || [ -e /usr/lib/wasm32-wasi/libc.a ] ||
    absent "wasi-libc is not installed"
}

# shellcheck disable=SC2086  # lists of options
build_c() {
  if [ -n "$native" ]; then
    "$clang" $clang_options "$1" -o "$2" -lm
  else
    "$clang" --target=wasm32-wasi $clang_options $wasm_link "$1" -o "$2"
  fi
}

find_cpp() {
  find_c
  [ -n "$native" ] || [ -n "${CLANG-}" ] || [ -e /usr/lib/wasm32-wasi/libc++.a ] ||
    absent "libc++-19-dev-wasm32 is not installed"
}

# shellcheck disable=SC2086
build_cpp() {
  cpp_options="--driver-mode=g++ -std=c++20 -fno-exceptions -Wno-deprecated-declarations $clang_options"
  if [ -n "$native" ]; then
    "$clang" $cpp_options "$1" -o "$2"
  else
    "$clang" --target=wasm32-wasi $cpp_options $wasm_link "$1" -o "$2"
  fi
}

# ---- Rust ----

has_wasi() {
  target=$("$1" --print target-libdir --target wasm32-wasi 2>/dev/null) && [ -d "$target" ]
}

find_rust() {
  rustc=$(first_that has_wasi "${RUSTC-}" rustc /usr/bin/rustc) ||
    absent "no rustc with the target wasm32-wasi is installed"
  linker=$(first_that any "${WASM_LD-}" wasm-ld-14 rust-lld) || absent "lld-14 is not installed"
}

build_rust() {
  if [ -n "$native" ]; then
    "$rustc" --edition 2021 -O "$1" -o "$2"
  else
    "$rustc" --edition 2021 -O --target wasm32-wasi -C linker="$linker" -C strip=debuginfo \
      "$1" -o "$2"
  fi
}

# ---- Go ----

# The package iter came with Go 1.23, and the target before.
has_iter() { GO111MODULE=off "$1" list iter >/dev/null 2>&1; }

find_go() {
  export GO111MODULE=off GOTOOLCHAIN=local GOWORK=off GOFLAGS='' CGO_ENABLED=0
  [ -n "${HOME-}" ] || export GOCACHE="$build/go-cache"
  go=$(first_that has_iter "${GO-}" "$venv/bin/go" go) || absent "no Go of 1.23 or later is installed"
  [ -n "$native" ] || export GOOS=wasip1 GOARCH=wasm
}

build_go() { "$go" build -trimpath -o "$2" "$1"; }

# ---- Zig ----

# Its standard library changes with each version.
is_zig() {
  case $("$1" version 2>/dev/null) in
    0.17.*) true ;;
    *) false ;;
  esac
}

find_zig() {
  zig=$(first_that is_zig "${ZIG-}" "$venv"/lib/python3*/site-packages/ziglang/zig zig) ||
    absent "no Zig 0.17 is installed"
  export ZIG_LOCAL_CACHE_DIR="$build/zig-cache" ZIG_GLOBAL_CACHE_DIR="$build/zig-cache"
}

build_zig() {
  if [ -n "$native" ]; then
    "$zig" build-exe -O ReleaseSafe -fstrip -femit-bin="$2" "$1"
  else
    "$zig" build-exe -O ReleaseSafe -fstrip -target wasm32-wasi -femit-bin="$2" "$1"
  fi
}

# ---- Swift: embedded, with the clang and the linker of the same toolchain ----

resources_of() {
  "$1" -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p'
}

has_embedded() {
  [ -e "$(resources_of "$1")/embedded/Swift.swiftmodule/wasm32-unknown-none-wasm.swiftmodule" ]
}

find_swift() {
  swiftc=$(first_that has_embedded "${SWIFTC-}" swiftc) ||
    absent "no Swift with the target wasm32-unknown-none-wasm is installed"
  resources=$(resources_of "$swiftc")
  tools=$resources/../../bin
  [ -n "$native" ] || "$tools/clang" --target=wasm32-unknown-none-wasm -O2 -Wall -ffreestanding \
    -mbulk-memory -c swift/support/support.c -o "$out/support.o"
}

# shellcheck disable=SC2086
build_swift() {
  swift_options='-O -wmo -parse-as-library -module-name program'
  if [ -n "$native" ]; then
    "$swiftc" $swift_options "$1" swift/support/Support.swift -o "$2"
    return
  fi
  "$swiftc" $swift_options -target wasm32-unknown-none-wasm \
    -enable-experimental-feature Embedded -enable-experimental-feature Extern \
    "$1" swift/support/Support.swift -c -o "$2.o"
  "$tools/wasm-ld" --entry=_start --stack-first -z stack-size=1048576 "$2.o" "$out/support.o" \
    "$resources/embedded/wasm32-unknown-none-wasm/libswiftUnicodeDataTables.a" -o "$2"
  rm "$2.o"
}

# ----

case $language in
  c | cpp | rust | go | zig | swift) ;;
  *)
    echo "build.sh: unknown language '$language'" >&2
    exit 2
    ;;
esac
case $language in rust) suffix=rs ;; *) suffix=$language ;; esac

"find_$language"
for source in "$folder"/*."$suffix"; do
  name=$(basename "$source" ".$suffix")
  if [ -z "$native" ]; then
    "build_$language" "$source" "$out/$name.wasm"
  elif ! grep -q 'Only for WebAssembly' "$source"; then
    "build_$language" "$source" "$out/$name"
  fi
done
rm -f "$out/support.o"
