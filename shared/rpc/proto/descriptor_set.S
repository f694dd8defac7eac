/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptors of health and reflection themselves, for reflection. */
	.section .rodata
	.global rpc_descriptor_set
	.global rpc_descriptor_set_end
	.balign 16
rpc_descriptor_set:
	.incbin DESCRIPTOR_SET
rpc_descriptor_set_end:
	.byte 0
	.section .note.GNU-stack,"",@progbits
