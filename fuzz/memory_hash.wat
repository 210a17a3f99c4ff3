;; Hashes the whole memory of a generated module.
(module
  (import "generated" "memory" (memory 0))
  (func (export "hash") (result i64)
    (local $at i32) (local $end i32) (local $hash i64)
    (local.set $hash (i64.const 0xcbf29ce484222325))
    (local.set $end (i32.mul (memory.size) (i32.const 0x10000)))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $hash
            (i64.mul
              (i64.xor (local.get $hash) (i64.load (local.get $at)))
              (i64.const 0x100000001b3)))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (br $next))))
    (local.get $hash)))
