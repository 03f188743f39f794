/*
 * entry.S: from a site to il_gate() and back, and from there to another stack and back.
 *
 * A system call keeps every register but rax, rcx and r11; so must this. The trampoline has put the address of the system
 * call instruction in rcx. The 128 bytes below the stack pointer may be in use. Nothing of ours is left on the stack when
 * the thread goes on: what it does next may be vfork().
 */
	.text
	.globl	il_entry
	.hidden	il_entry
	.type	il_entry, @function
	.p2align 4
il_entry:
	.cfi_startproc
	.cfi_register rip, rcx
	lea	-128(%rsp), %rsp
	.cfi_adjust_cfa_offset 128
	/* struct il_regs */
	push	%rcx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rip, 0
	push	%r9
	.cfi_adjust_cfa_offset 8
	push	%r8
	.cfi_adjust_cfa_offset 8
	push	%r10
	.cfi_adjust_cfa_offset 8
	push	%rdx
	.cfi_adjust_cfa_offset 8
	push	%rsi
	.cfi_adjust_cfa_offset 8
	push	%rdi
	.cfi_adjust_cfa_offset 8
	push	%rax
	.cfi_adjust_cfa_offset 8
	mov	%rsp, %rdi
	push	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	mov	%rsp, %rbp
	.cfi_def_cfa_register rbp
	and	$-16, %rsp
	call	il_gate
	mov	%rbp, %rsp
	.cfi_def_cfa_register rsp
	pop	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp
	pop	%rax
	.cfi_adjust_cfa_offset -8
	pop	%rdi
	.cfi_adjust_cfa_offset -8
	pop	%rsi
	.cfi_adjust_cfa_offset -8
	pop	%rdx
	.cfi_adjust_cfa_offset -8
	pop	%r10
	.cfi_adjust_cfa_offset -8
	pop	%r8
	.cfi_adjust_cfa_offset -8
	pop	%r9
	.cfi_adjust_cfa_offset -8
	pop	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register rip, rcx
	lea	128(%rsp), %rsp
	.cfi_adjust_cfa_offset -128
	notrack jmp *%rcx
	.cfi_endproc
	.size	il_entry, . - il_entry

/*
 * void il_arch_call(void (*fn)(void *), void *arg, void *stack_top, void *vector)
 *
 * The floating-point control word and mxcsr are those of a fresh process while fn runs.
 */
	.globl	il_arch_call
	.hidden	il_arch_call
	.type	il_arch_call, @function
	.p2align 4
il_arch_call:
	.cfi_startproc
	push	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	mov	%rsp, %rbp
	.cfi_def_cfa_register rbp
	push	%rbx
	.cfi_offset rbx, -24
	mov	%rcx, %rbx
	mov	%rdx, %r8
	mov	%rdi, %r9
	mov	%rsi, %rdi
	mov	$-1, %eax
	mov	$-1, %edx
	cmpb	$0, il_has_xsave(%rip)
	je	1f
	cmpb	$0, il_has_xsavec(%rip)
	je	2f
	xsavec64 (%rbx)
	jmp	3f
2:	xsave64	(%rbx)
	jmp	3f
1:	fxsave64 (%rbx)
3:	fninit
	ldmxcsr	fresh_mxcsr(%rip)
	lea	-16(%r8), %rsp
	and	$-16, %rsp
	call	*%r9
	mov	$-1, %eax
	mov	$-1, %edx
	cmpb	$0, il_has_xsave(%rip)
	je	1f
	xrstor64 (%rbx)
	jmp	3f
1:	fxrstor64 (%rbx)
3:	lea	-8(%rbp), %rsp
	pop	%rbx
	.cfi_restore rbx
	pop	%rbp
	.cfi_restore rbp
	.cfi_def_cfa rsp, 8
	ret
	.cfi_endproc
	.size	il_arch_call, . - il_arch_call

	.section .rodata
	.p2align 2
fresh_mxcsr:
	.long	0x1f80

	.section .note.GNU-stack, "", @progbits
