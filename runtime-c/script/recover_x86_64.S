# Guarded calls for x86-64. See recover.h.
#
# Saves what the System V convention says a function preserves; the rest is the
# caller's own concern, whichever way the call ends.

# uint32_t apus_call_guarded(recovery, thunk, code, values)
    .section .text.apus_call_guarded, "ax", @progbits
    .globl apus_call_guarded
    .hidden apus_call_guarded
    .type apus_call_guarded, @function
apus_call_guarded:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    sub $8, %rsp
    mov %rsp, (%rdi)
    mov %rsi, %rax
    mov %rdx, %rdi
    mov %rcx, %rsi
    call *%rax
    mov $-1, %eax
return:
    add $8, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .size apus_call_guarded, . - apus_call_guarded

# void apus_recover(recovery, trap)
    .globl apus_recover
    .hidden apus_recover
    .type apus_recover, @function
apus_recover:
    mov (%rdi), %rsp
    mov %esi, %eax
    jmp return
    .size apus_recover, . - apus_recover

    .section .note.GNU-stack, "", @progbits
