/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Manifests: which kernels make which traces, from which files, launched how. docs/manifest.md and
 * docs/manifest.schema.json describe the file; a kernel that is named on the command line alone,
 * FILE:SYMBOL, is a manifest of one entry with SP1's launch: trace zeroed first, blocks of 64
 * threads, ceil(height / 64) of them, arguments trace, height, events, nb_events.
 */
#ifndef TRACEGATE_MODULES_MANIFEST_H
#define TRACEGATE_MODULES_MANIFEST_H

#include "gpu/user_plan.h"
#include "modules/host_build.h"

/* What a file that a manifest names is. */
typedef enum tg_source_kind {
    TG_SOURCE_CODE, /* .cu, .cpp, .cc, .cxx, .c: to be compiled */
    TG_SOURCE_PTX,
    TG_SOURCE_CUBIN,
    TG_SOURCE_FATBIN,
    TG_SOURCE_LIBRARY,
} tg_source_kind;

/* A file with kernels. */
typedef struct tg_manifest_module {
    const char *name; /* in the manifest */
    const char *file; /* path, relative to the current folder or absolute */
    tg_source_kind kind;
    tg_build_options options; /* of TG_SOURCE_CODE */
    const char *launcher;     /* of TG_SOURCE_LIBRARY; NULL: cudaLaunchKernel */
    size_t nb_kernels;
    tg_user_kernel *kernels; /* that the entries use, each once. Their module and their symbol are
                                set when the module is built or loaded; symbol is the name until
                                then */
} tg_manifest_module;

/* The user's own event struct, compared with the model's before the first launch. */
typedef struct tg_manifest_layout {
    const char *struct_name; /* C++ expression for the type; NULL: not stated */
    const char *header;      /* file that declares it; NULL: the module's source does */
    size_t nb_members;
    const struct tg_manifest_member {
        const char *field;  /* of the model: "op_a.ptr", as describe prints it; or what several
                               begin with before a "." or "[": "op_a", "cells". The longest one
                               that fits a field counts, the rest of its name stays */
        const char *member; /* of the user's struct: "a.ptr" */
    } * members;            /* those whose names differ; all others are called as in the model */
} tg_manifest_layout;

/* A trace and what makes it. */
typedef struct tg_manifest_entry {
    size_t trace;               /* index, in the order of tg_trace_at */
    tg_manifest_module *module; /* of its first step: where the layout is probed */
    tg_user_plan plan;
    tg_manifest_layout layout;
} tg_manifest_entry;

/* All of a manifest. It owns what it points to. */
typedef struct tg_manifest tg_manifest;

/* Read a manifest.
 * manifest  to be destroyed; NULL after an error
 * Errors    TG_ERR_FORMAT with file and place (key path): truncated or malformed JSON, another
 *           version, unknown keys (with the nearest), unknown chips, two entries for one trace,
 *           modules that nothing uses or that are missing, files of an unknown kind, formulas that
 *           are cyclic or malformed; TG_ERR_SIZE for a formula's number above 2^64 - 1 and for a
 *           file that is too long; TG_ERR_IO; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_manifest_read(tg_manifest **manifest, const char *path, tg_error *error);

/* Make a manifest of one entry.
 * kernel   "FILE:SYMBOL"; the last colon that is not part of "::" divides
 * trace    index of the trace
 * options  of sources
 * Errors   TG_ERR_USAGE for text of another form or a file of an unknown kind; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_manifest_of_kernel(tg_manifest **manifest, const char *kernel,
                                             size_t trace, const tg_build_options *options,
                                             tg_error *error);

void tg_manifest_destroy(tg_manifest *manifest);

size_t tg_manifest_nb_entries(const tg_manifest *manifest);
tg_manifest_entry *tg_manifest_entry_at(tg_manifest *manifest, size_t index);
size_t tg_manifest_nb_modules(const tg_manifest *manifest);
tg_manifest_module *tg_manifest_module_at(tg_manifest *manifest, size_t index);

#endif
