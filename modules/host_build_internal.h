/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One build for the host grid, for the files host_build*.c only. */
#ifndef TRACEGATE_MODULES_HOST_BUILD_INTERNAL_H
#define TRACEGATE_MODULES_HOST_BUILD_INTERNAL_H

#include "modules/host_build.h"
#include "modules/host_compile_internal.h"
#include "modules/host_rewrite_internal.h"

/* All of one build. */
typedef struct job {
    const tg_host_build *build;
    bool is_cpp;
    bool is_raised; /* to C++17, from an older standard */
    char port[TG_PATH_BYTES];
    char cache[TG_PATH_BYTES];
    char work[TG_PATH_BYTES]; /* "": none yet */
    char work_log[TG_PATH_BYTES];
    char preprocessed[TG_PATH_BYTES];
    char rewritten[TG_PATH_BYTES];
    char object[TG_PATH_BYTES];
    text source;  /* preprocessed */
    text content; /* rewritten, with entries */
    rewrite changes;
} job;

/* Preprocess the source; what the compiler says goes to the work's log.
 * Errors  those of command_begin and command_run */
TG_NODISCARD tg_status job_preprocess(int *exit_code, const job *of, tg_error *error);

/* The command that compiles, without names of files and the user's flags: a part of what builds are
 * known by. run: to be cleared after success.  Errors  those of command_begin */
TG_NODISCARD tg_status job_compile_command(command *run, const job *of, tg_error *error);

/* Write what was rewritten, and compile it. flags: of job_compile_command
 * Errors  TG_ERR_IO, those of command_run */
TG_NODISCARD tg_status job_compile(int *exit_code, const job *of, const command *flags,
                                   tg_error *error);

#endif
