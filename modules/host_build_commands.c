/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the compiler of this machine is called with, to preprocess a source and to compile what the
 * rewriter made of it. */
#include "modules/host_build_internal.h"

#include "model/names.h"

#include <stdio.h>
#include <string.h>

/* Flags of both runs of the compiler, all but the user's, which come last. */
static void add_flags(command *to, const job *of)
{
    const tg_build_options *options = of->build->options;
    const char *standard = options != NULL ? options->standard : NULL;
    // Entries of kernels are C++17.
    if (standard == NULL || of->is_raised) standard = of->is_cpp ? "c++17" : "c11";
    command_add(to, "-std=%s", standard);
    command_add(to, "-fdiagnostics-color=never");
    if (options == NULL || !options->shows_warnings) {
        command_add(to, "-w");
    } else {
        command_add(to, "-Wall");
        command_add(to, "-Wextra");
        command_add(to, "-Wno-unknown-pragmas");
    }
}

/* Whether a flag is a file for the linker, of which the preprocessor says that it has no use. */
static bool is_linked(const char *flag)
{
    return flag[0] != '-' &&
           (tg_ends_with(flag, ".o") || tg_ends_with(flag, ".a") || tg_ends_with(flag, ".so"));
}

/* The source, then the user's flags: of two that say other things the last holds, and a library
 * stands behind what needs it. What is no flag among them is no source. */
static void add_source(command *to, const job *of, const char *language, const char *source,
                       bool links)
{
    const tg_build_options *options = of->build->options;
    command_add(to, "-x");
    command_add(to, "%s", language);
    // A name that begins with '-' is no flag.
    command_add(to, source[0] == '-' ? "./%s" : "%s", source);
    command_add(to, "-x");
    command_add(to, "none");
    for (size_t i = 0; options != NULL && i < options->nb_flags; i++) {
        if (links || !is_linked(options->flags[i])) command_add(to, "%s", options->flags[i]);
    }
}

tg_status job_preprocess(int *exit_code, const job *of, tg_error *error)
{
    const tg_build_options *options = of->build->options;
    const char *slash = strrchr(of->build->source, '/');
    command run;
    tg_status status = command_begin(&run, of->is_cpp, error);
    if (status != TG_OK) return status;
    add_flags(&run, of);
    command_add(&run, "-E");
    command_add(&run, "-I%s", of->port);
    if (slash != NULL) {
        command_add(&run, "-I%.*s", (int)(slash - of->build->source + 1), of->build->source);
    } else {
        command_add(&run, "-I.");
    }
    for (size_t i = 0; options != NULL && i < options->nb_includes; i++)
        command_add(&run, "-I%s", options->includes[i]);
    for (size_t i = 0; options != NULL && i < options->nb_defines; i++)
        command_add(&run, "-D%s", options->defines[i]);
    if (of->build->sanitizes) command_add(&run, "-DTG_PORT_SANITIZED");
    command_add(&run, "-include");
    command_add(&run, "%s/tracegate_port.h", of->port);
    command_add(&run, "-o");
    command_add(&run, "%s", of->preprocessed);
    add_source(&run, of, of->is_cpp ? "c++" : "c", of->build->source, false);
    status = command_run(exit_code, &run, of->work_log, error);
    command_clear(&run);
    return status;
}

static bool is_clang(const job *of)
{
    static const char mark[] = "tg_port_compiler[] __attribute__((unused)) = \"clang ";
    const size_t nb = sizeof mark - 1;
    for (size_t i = 0; i + nb < of->source.length; i++) {
        if (of->source.bytes[i] == 't' && memcmp(of->source.bytes + i, mark, nb) == 0) return true;
    }
    return false;
}

tg_status job_compile_command(command *run, const job *of, tg_error *error)
{
    const tg_status status = command_begin(run, of->is_cpp, error);
    if (status != TG_OK) return status;
    add_flags(run, of);
    command_add(run, "-fPIC");
    command_add(run, "-shared");
    command_add(run, "-g");
    command_add(run, "-fvisibility=hidden");
    // Kernels read words as vectors and back.
    command_add(run, "-fno-strict-aliasing");
    command_add(run, "-fmax-errors=20");
    if (of->build->sanitizes) {
        command_add(run, "-O1");
        command_add(run, "-fsanitize=address,undefined");
        command_add(run, "-fno-sanitize-recover=all");
        command_add(run, "-fno-omit-frame-pointer");
        // Loads are functions, some of which the stand-in headers have in their places.
        if (is_clang(of)) {
            command_add(run, "-shared-libasan");
            command_add(run, "-mllvm");
            command_add(run, "-asan-instrumentation-with-call-threshold=0");
        } else {
            command_add(run, "--param=asan-instrumentation-with-call-threshold=0");
        }
    } else {
        command_add(run, "-O2");
        // Signed numbers overflow on a device as they do here.
        command_add(run, "-fwrapv");
        command_add(run, "-Wl,-z,defs");
    }
    return text_status(&run->words, error);
}

tg_status job_compile(int *exit_code, const job *of, const command *flags, tg_error *error)
{
    command run = {.nb = flags->nb};
    text_append(&run.words, flags->words.bytes, flags->words.length);
    command_add(&run, "-o");
    command_add(&run, "%s", of->object);
    add_source(&run, of, of->is_cpp ? "c++-cpp-output" : "cpp-output", of->rewritten, true);
    tg_status status = text_write(&of->content, of->rewritten, error);
    if (status == TG_OK) status = command_run(exit_code, &run, of->work_log, error);
    command_clear(&run);
    return status;
}
