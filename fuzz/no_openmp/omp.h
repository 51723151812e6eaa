/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the project uses of OpenMP's header, for builds whose pragmas are ignored: one thread.
 *
 * Fuzzing wants it so: an execution is over in microseconds, coverage counters are not atomic, and
 * the sanitizers' runtime knows clang's OpenMP only, which a machine may lack.
 */
#ifndef TRACEGATE_FUZZ_NO_OPENMP_H
#define TRACEGATE_FUZZ_NO_OPENMP_H

static inline int omp_get_max_threads(void) { return 1; }

static inline int omp_get_num_procs(void) { return 1; }

static inline int omp_get_level(void) { return 0; }

static inline int omp_get_thread_num(void) { return 0; }

static inline void omp_set_num_threads(int nb_threads) { (void)nb_threads; }

#endif
