// The smallest useful program. From the directory above:
//
//   clang-19 --target=wasm32-wasi -O2 -Wl,-S hello/hello.c -o hello.wasm

#include <unistd.h>

int main(void) {
  static const char text[] = "Hello from WebAssembly\n";
  return write(1, text, sizeof text - 1) == sizeof text - 1 ? 0 : 1;
}
