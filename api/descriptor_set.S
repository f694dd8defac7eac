/* SPDX-License-Identifier: Apache-2.0 */
/* The contract's descriptor set as bytes: options for the runtime, reflection for callers. */
	.section .rodata
	.global entremise_descriptor_set
	.global entremise_descriptor_set_end
	.balign 16
entremise_descriptor_set:
	.incbin DESCRIPTOR_SET
entremise_descriptor_set_end:
	.byte 0
	.section .note.GNU-stack,"",@progbits
