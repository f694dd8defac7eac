/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has seen of the statements and reasons there are, told at its end to the tests. */
#pragma once

/*
 * In a debug build with COVERAGE_FOLDER in the environment: at exit the process writes a file into
 * that folder, one line for each statement that ran ("statement SERVICE NAME") and each reason that
 * was answered ("reason NAME"); tests/support/coverage.sh reads them. Else it does nothing. Called
 * before the first statement runs; only the first call counts. `service` is borrowed for the
 * process's life.
 */
void coverage_begin(const char *service);
