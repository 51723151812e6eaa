/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The options of verbs that take a user's kernels in the place of the program's own.
 *
 *   typedef struct gate_values {
 *       tg_kernel_values kernels;
 *   } gate_values;
 *   static const tg_option options[] = {TG_KERNEL_OPTIONS(gate_values, kernels), ...};
 */
#ifndef TRACEGATE_CLI_KERNELS_H
#define TRACEGATE_CLI_KERNELS_H

#include "cli/line.h"
#include "cli/options.h"
#include "harness/subject.h"
#include "modules/user_kernels.h"

/* What the command line says. */
typedef struct tg_kernel_values {
    const char *kernel;
    const char *manifest;
    bool host;
    bool no_sanitize;
    bool poison;
    const char *standard;
    tg_words includes;
    tg_words defines;
    tg_words flags;
    bool warnings;
} tg_kernel_values;

/* Entries of a verb's table of options. */
#define TG_KERNEL_OPTIONS(VALUES, member)                                                         \
    TG_OPTION(VALUES, member.kernel, TEXT, "kernel", "FILE:SYMBOL",                               \
              "your kernel of the one trace that is named, launched as SP1 does: a .cu, .ptx, "   \
              ".cubin, .fatbin or .so"),                                                          \
        TG_OPTION(VALUES, member.manifest, TEXT, "kernels", "FILE",                               \
                  "your kernels, as a manifest describes them (docs/manifest.md)"),               \
        TG_OPTION(VALUES, member.host, FLAG, "host", NULL,                                        \
                  "run them on the CPU, under ASan and UBSan; by default where there is no GPU"), \
        TG_OPTION(VALUES, member.no_sanitize, FLAG, "no-sanitize", NULL,                          \
                  "on the CPU: without the sanitizers, faster"),                                  \
        TG_OPTION(VALUES, member.poison, FLAG, "poison", NULL,                                    \
                  "do not zero traces first: cells that rely on it are reported apart"),          \
        TG_OPTION(VALUES, member.standard, TEXT, "std", "STD", "language of the source: c++17"),  \
        TG_OPTION(VALUES, member.includes, WORDS, "include", "DIR",                               \
                  "folder of headers of the source; may be repeated", .letter = 'I'),             \
        TG_OPTION(VALUES, member.defines, WORDS, "define", "NAME[=VALUE]",                        \
                  "macro of the source; may be repeated", .letter = 'D'),                         \
        TG_OPTION(VALUES, member.flags, WORDS, "flag", "FLAG",                                    \
                  "handed on to the compiler; may be repeated"),                                  \
        TG_OPTION(VALUES, member.warnings, FLAG, "warnings", NULL, "show the compiler's warnings")

/* Users' kernels that a command line asks for; all zero: none. */
typedef struct tg_kernel_set {
    tg_user_kernels *kernels; /* NULL: the program's own */
    const char *backend;      /* that runs them: "cuda" or "host" */
    const char **names;       /* [nb_names] traces that are named, or all that have kernels */
    size_t nb_names;
    const char **words; /* [nb_words] the options as they were given, for lines that make a finding
                           again */
    size_t nb_words;
} tg_kernel_set;

/* Compile and look up what is asked for. What a compiler says goes to standard error, as it wrote
 * it. Where the kernels are to run under sanitizers, the program starts itself anew with their
 * runtime, once: the call then does not return.
 * set       to be closed by tg_kernel_set_close after success
 * operands  the verb's: traces
 * backends  [nb_backends] that the command asks for, as --actual does; they must be able to run the
 *           kernels
 * Errors    TG_ERR_USAGE for options that exclude each other or have no effect, for a --kernel
 *           without one trace, traces that the kernels do not make; TG_ERR_UNAVAILABLE where
 *           neither a GPU nor the host grid can run them; those of tg_user_kernels_create */
TG_NODISCARD tg_status tg_kernel_set_open(tg_kernel_set *set, const tg_kernel_values *given,
                                          const tg_words *operands, const char *const *backends,
                                          size_t nb_backends, tg_error *error);
void tg_kernel_set_close(tg_kernel_set *set);

/* Put the set's plan in the place of a subject's own, if it has one. */
void tg_kernel_set_apply(const tg_kernel_set *set, tg_subject *subject);

/* Give the options to a line that is run in this command's place.
 * Errors  as tg_line_set's */
TG_NODISCARD tg_status tg_kernel_values_hand_on(tg_line *line, const tg_kernel_values *given,
                                                tg_error *error);

#endif
