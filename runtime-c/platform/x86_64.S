# The assembly of the runtime for x86-64: switching stacks, entering a trap with
# the registers of the caller, and one instruction of each class to be probed.
#
# Register offsets are those of `apus_registers`.

    .text

# void apus_call_on_stack(void (*entry)(void), void *stack_top)
    .globl apus_call_on_stack
    .hidden apus_call_on_stack
    .type apus_call_on_stack, @function
apus_call_on_stack:
    push %rbp
    mov %rsp, apus_process_stack(%rip)
    mov %rsi, %rsp
    xor %ebp, %ebp
    call *%rdi
    mov apus_process_stack(%rip), %rsp
    pop %rbp
    ret
    .size apus_call_on_stack, . - apus_call_on_stack

# Reports run on the process's own stack: the guest's may have no room left. The first
# thread to come reports; others wait here for the end that is near.
    .macro report_on_process_stack function
    mov $1, %r11d
    xchg %r11d, apus_trap_begun(%rip)
    test %r11d, %r11d
    jz 2f
3:
    pause
    jmp 3b
2:
    mov %rax, 0+apus_trap_registers(%rip)
    mov %rdx, 8+apus_trap_registers(%rip)
    mov %rcx, 16+apus_trap_registers(%rip)
    mov %rbx, 24+apus_trap_registers(%rip)
    mov %rsi, 32+apus_trap_registers(%rip)
    mov %rdi, 40+apus_trap_registers(%rip)
    mov %rbp, 48+apus_trap_registers(%rip)
    lea 8(%rsp), %rax
    mov %rax, 56+apus_trap_registers(%rip)
    mov %r8, 64+apus_trap_registers(%rip)
    mov %r9, 72+apus_trap_registers(%rip)
    mov %r10, 80+apus_trap_registers(%rip)
    mov %r11, 88+apus_trap_registers(%rip)
    mov %r12, 96+apus_trap_registers(%rip)
    mov %r13, 104+apus_trap_registers(%rip)
    mov %r14, 112+apus_trap_registers(%rip)
    mov %r15, 120+apus_trap_registers(%rip)
    mov (%rsp), %rax
    mov %rax, 128+apus_trap_registers(%rip)
    mov apus_process_stack(%rip), %rax
    test %rax, %rax
    cmovnz %rax, %rsp
    and $-16, %rsp
    lea apus_trap_registers(%rip), %rsi
    call \function
    ud2
    .endm

# void apus_trap(uint32_t code). In a script program the trap may end only the call
# that the script makes; %r11 is no caller's to keep.
    .weak apus_script_trap
    .section .text.apus_trap, "ax", @progbits
    .globl apus_trap
    .hidden apus_trap
    .type apus_trap, @function
apus_trap:
    mov apus_script_trap@GOTPCREL(%rip), %r11
    test %r11, %r11
    jnz 1f
0:
    report_on_process_stack apus_report_trap
1:
    push %rdi
    call *%r11
    pop %rdi
    jmp 0b
    .size apus_trap, . - apus_trap

# The return address is that of the call through the null reference: it is the place of
# the trap. APUS_TRAP_NULL_FUNCTION_REFERENCE, asserted in core/trap.c.
    .section .text.apus_call_null, "ax", @progbits
    .globl apus_call_null
    .hidden apus_call_null
    .type apus_call_null, @function
apus_call_null:
    mov $9, %edi
    jmp apus_trap
    .size apus_call_null, . - apus_call_null

# void apus_trap_unresolved(const char *name)
    .section .text.apus_trap_unresolved, "ax", @progbits
    .globl apus_trap_unresolved
    .hidden apus_trap_unresolved
    .type apus_trap_unresolved, @function
apus_trap_unresolved:
    report_on_process_stack apus_report_unresolved
    .size apus_trap_unresolved, . - apus_trap_unresolved

    .text
    .globl apus_reset_float_control
    .hidden apus_reset_float_control
    .type apus_reset_float_control, @function
apus_reset_float_control:
    ldmxcsr float_control(%rip)
    ret
    .size apus_reset_float_control, . - apus_reset_float_control

# int64_t apus_pass_call(uint64_t number, const uint64_t arguments[6])
    .section .text.apus_pass_call, "ax", @progbits
    .globl apus_pass_call
    .hidden apus_pass_call
    .type apus_pass_call, @function
apus_pass_call:
    mov %rdi, %rax
    mov %rsi, %r11
    mov (%r11), %rdi
    mov 8(%r11), %rsi
    mov 16(%r11), %rdx
    mov 24(%r11), %r10
    mov 32(%r11), %r8
    mov 40(%r11), %r9
    syscall
    .globl apus_passed_call
    .hidden apus_passed_call
apus_passed_call:
    ret
    .size apus_pass_call, . - apus_pass_call

    .section .rodata.float_control, "a", @progbits
    .p2align 2
float_control:
    .long 0x1f80

# uint32_t probe(void): 1, or 0 by way of the handler of SIGILL. A probe moves
# neither the stack pointer nor a register that its caller keeps.
    .macro probe name
    .globl apus_probe_\name
    .hidden apus_probe_\name
    .type apus_probe_\name, @function
apus_probe_\name:
    .endm
    .macro supported
    mov $1, %eax
    ret
    .endm

    .section .text.apus_probes, "ax", @progbits
probe sse4_2
    addsubps %xmm0, %xmm0
    pshufb %xmm0, %xmm0
    ptest %xmm0, %xmm0
    pcmpgtq %xmm0, %xmm0
    supported
probe popcnt
    popcnt %eax, %eax
    supported
probe avx
    vxorps %ymm0, %ymm0, %ymm0
    vzeroupper
    supported
probe avx2
    vpaddd %ymm0, %ymm0, %ymm0
    vzeroupper
    supported
probe bmi1
    andn %eax, %eax, %eax
    supported
probe bmi2
    rorx $1, %eax, %eax
    supported
probe fma
    vfmadd132ss %xmm0, %xmm0, %xmm0
    supported
probe f16c
    vcvtph2ps %xmm0, %xmm0
    supported
# Without LZCNT the bytes decode as BSR, which gives 0 for an input of 1.
probe lzcnt
    mov $1, %eax
    lzcnt %eax, %eax
    cmp $31, %eax
    sete %al
    movzbl %al, %eax
    ret
probe movbe
    movbe -8(%rsp), %eax
    supported
probe avx512
    vpxord %zmm0, %zmm0, %zmm0
    vpaddb %zmm0, %zmm0, %zmm0
    vplzcntd %zmm0, %zmm0
    vpmullq %zmm0, %zmm0, %zmm0
    vpandd %ymm0, %ymm0, %ymm0
    vzeroupper
    supported
    .globl apus_probe_failed
    .hidden apus_probe_failed
    .type apus_probe_failed, @function
apus_probe_failed:
    xor %eax, %eax
    ret

    .bss
    .p2align 3
    .globl apus_process_stack
    .hidden apus_process_stack
    .type apus_process_stack, @object
    .size apus_process_stack, 8
apus_process_stack:
    .zero 8

    .section .bss.apus_trap_registers, "aw", @nobits
    .p2align 3
    .type apus_trap_registers, @object
    .size apus_trap_registers, 136
apus_trap_registers:
    .zero 136
apus_trap_begun:
    .zero 8

    .section .note.GNU-stack, "", @progbits
