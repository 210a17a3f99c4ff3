;; What generated modules import. Every value they log goes into one hash, which the
;; exports below hand out, so that two engines can be compared by one number.
(module
  (global $hash (mut i64) (i64.const 0xcbf29ce484222325))

  (func $add (param $value i64)
    (global.set $hash
      (i64.rotl
        (i64.mul (i64.xor (global.get $hash) (local.get $value)) (i64.const 0x100000001b3))
        (i64.const 23))))

  (func (export "log-i32") (param i32) (call $add (i64.extend_i32_u (local.get 0))))
  (func (export "log-i64") (param i64) (call $add (local.get 0)))
  ;; Generated modules replace NaNs, whose bits may differ, in what they compute; a NaN
  ;; that gets here all the same counts as one number.
  (func (export "log-f32") (param f32)
    (call $add
      (select (i64.const 0x7fc00000) (i64.extend_i32_u (i32.reinterpret_f32 (local.get 0)))
        (f32.ne (local.get 0) (local.get 0)))))
  (func (export "log-f64") (param f64)
    (call $add
      (select (i64.const 0x7ff8000000000000) (i64.reinterpret_f64 (local.get 0))
        (f64.ne (local.get 0) (local.get 0)))))
  (func (export "log-v128") (param v128)
    (call $add (i64x2.extract_lane 0 (local.get 0)))
    (call $add (i64x2.extract_lane 1 (local.get 0))))

  (func (export "logged") (result i64) (global.get $hash)))
