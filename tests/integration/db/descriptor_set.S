/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptor set of the tests' own messages, in the place of the contract's. */
#include "../../../api/descriptor_set.S"
