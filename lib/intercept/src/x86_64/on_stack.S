/* long arch_on_stack(void *top, long (*fn)(void *), void *arg): see arch_stack.h */
	.text
	.globl	arch_on_stack
	.hidden	arch_on_stack
	.type	arch_on_stack, @function
arch_on_stack:
	.cfi_startproc
	push	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	mov	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	mov	%rdi, %rsp
	mov	%rdx, %rdi
	call	*%rsi
	mov	%rbp, %rsp
	pop	%rbp
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size	arch_on_stack, . - arch_on_stack
	.section .note.GNU-stack, "", @progbits
