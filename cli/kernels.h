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

#include "cli/chip_library.h"
#include "cli/line.h"
#include "cli/options.h"
#include "harness/case.h"
#include "harness/subject.h"
#include "harness/user_set.h"

/* What the command line says. */
typedef struct tg_kernel_values {
    const char *kernel;
    const char *manifest;
    bool host;
    bool no_sanitize;
    bool poison;
    const char *standard;
    const char *event_struct;
    tg_words includes;
    tg_words defines;
    tg_words flags;
    bool warnings;
    tg_words chip_libraries; /* opened by the program's main (cli/chip_library.h) */
    bool keeps_going; /* no option: the verb says itself of which traces a manifest's kernels could
                         not be made, and goes on with the others */
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
                  "poison in place of the zeros: gate tells what relies on these apart"),         \
        TG_OPTION(VALUES, member.standard, TEXT, "std", "STD", "language of the source: c++17"),  \
        TG_OPTION(VALUES, member.event_struct, TEXT, "event-struct", "NAME",                      \
                  "the source's struct of events: compared with the model's before any launch"),  \
        TG_OPTION(VALUES, member.includes, WORDS, "include", "DIR",                               \
                  "folder of headers of the source; may be repeated", .letter = 'I'),             \
        TG_OPTION(VALUES, member.defines, WORDS, "define", "NAME[=VALUE]",                        \
                  "macro of the source; may be repeated", .letter = 'D'),                         \
        TG_OPTION(VALUES, member.flags, WORDS, "flag", "FLAG",                                    \
                  "handed on to the compiler; may be repeated"),                                  \
        TG_OPTION(VALUES, member.warnings, FLAG, "warnings", NULL,                                \
                  "show the compiler's warnings"),                                                \
        TG_CHIP_LIBRARY_OPTION(VALUES, member.chip_libraries)

/* The manifest that is given, or that the library of all chips that are named has; NULL: none. */
const char *tg_kernel_values_manifest(const tg_kernel_values *given, const tg_words *operands);

/* Whether a command line asks for users' kernels at all. */
bool tg_kernel_values_given(const tg_kernel_values *given, const tg_words *operands);

/* Refuse what tg_kernel_set_open refuses before it opens any file: options that exclude each other
 * or have no effect, a --kernel without one trace.
 * operands  the verb's: traces
 * Errors    TG_ERR_USAGE */
TG_NODISCARD tg_status tg_kernel_values_check(const tg_kernel_values *given,
                                              const tg_words *operands, tg_error *error);

/* Start the program anew with the sanitizers' runtime, where kernels are given that need it: for
 * verbs that print before they know which trace is run, since all of it would be printed twice.
 * What is wrong with the options is left to tg_kernel_set_open.
 * asked  backend that is to run them; NULL: not said */
void tg_kernel_values_start(const tg_kernel_values *given, const char *asked);

/* Compile and look up what is asked for, or what the chip library of the operands names. What a
 * compiler says goes to standard error, as it wrote it. Where the kernels are to run under
 * sanitizers, the program starts itself anew with their runtime, once: the call then does not
 * return.
 *
 * set       to be closed by tg_user_set_close after success
 * operands  the verb's: traces
 * expected  backend that the kernels are held against, which must not run them itself; NULL: none
 * backends  [nb_backends] that the command asks for, as --actual does: each is the one that runs
 *           the kernels. NULL among them: not said
 * Errors    TG_ERR_USAGE for options that exclude each other or have no effect, for a --kernel
 *           without one trace, traces that the kernels do not make, backends as said above;
 *           TG_ERR_UNAVAILABLE where neither a GPU nor the host grid can run them; those of
 *           tg_user_kernels_create */
TG_NODISCARD tg_status tg_kernel_set_open(tg_user_set *set, const tg_kernel_values *given,
                                          const tg_words *operands, const char *expected,
                                          const char *const *backends, size_t nb_backends,
                                          tg_error *error);

/* A file that is read, and that no output may replace.
 * Errors  TG_ERR_USAGE if one would */
typedef tg_status tg_keep_file(void *context, const char *path, tg_error *error);

/* Call keep for each file that the set's kernels are made from, headers too, until one call fails.
 * Errors  keep's, those of tg_user_files_visit */
TG_NODISCARD tg_status tg_kernel_set_keep(const tg_user_set *set, tg_keep_file *keep, void *context,
                                          tg_error *error);

/* Put the set's plan in the place of a subject's own, if it has one. */
void tg_kernel_set_apply(const tg_user_set *set, tg_subject *subject);

/* Refuse to run what a user's kernel showed without one: the program's own kernel would pass for
 * it. The second one looks at a case that was read from folder.
 * trace   that is run
 * Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status tg_kernel_values_need_of_line(const tg_kernel_values *given,
                                                     const char *trace, const tg_line *line,
                                                     tg_error *error);
TG_NODISCARD tg_status tg_kernel_values_need_of_case(const tg_kernel_values *given,
                                                     const tg_case *work, const char *folder,
                                                     tg_error *error);

/* Give the options to a line that is run in this command's place, instead of its own.
 * trace   that the line is about
 * Errors  as tg_line_set's; those of tg_kernel_values_need_of_line */
TG_NODISCARD tg_status tg_kernel_values_hand_on(tg_line *line, const tg_kernel_values *given,
                                                const char *trace, tg_error *error);

#endif
