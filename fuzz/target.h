/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Fuzz targets: what any bytes are tried on. One for every trace of every chip (fuzz/trace.c), one
 * for each file format (fuzz/files.c), one for the field and curve code of both sides
 * (fuzz/arithmetic.c).
 *
 * A target is driven by libFuzzer (fuzz/entry.c) or by a program that runs files and folders
 * through it (fuzz/standalone.c). Between executions it keeps memory and nothing else: what an
 * execution finds depends on its bytes alone.
 */
#ifndef TRACEGATE_FUZZ_TARGET_H
#define TRACEGATE_FUZZ_TARGET_H

#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Name of the file that keeps room for findings (fuzz/campaign.sh writes it). */
#define TG_FUZZ_RESERVE ".reserve"

typedef struct tg_fuzz_options {
    const char *kernels;  /* shared object with kernels in the place of the built-in ones; NULL: the
                             built-in ones */
    const char *findings; /* folder where what is found is saved; NULL: nowhere */
    uint32_t block;       /* threads of a block in every case, for measurements; 0: the case's */
    bool is_thorough;     /* traces: every case takes the way of the gate, two runs a side over two
                             poisons within guard zones, instead of the quick one */
} tg_fuzz_options;

typedef struct tg_fuzz_target tg_fuzz_target;

/* One kind of target. */
typedef struct tg_fuzz_kind {
    const char *name; /* "npy"; NULL: one target a trace, with the trace's name */
    const char *text; /* what it tries, for lists */
    /* Take what is kept between executions; to be closed after success only. */
    tg_status (*open)(tg_fuzz_target *target, tg_error *error);
    void (*close)(tg_fuzz_target *target);
    /* One execution. Errors  TG_ERR_MISMATCH for a finding, which says what it is; others are the
     * machine's: no memory, no room. */
    tg_status (*run)(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                     tg_error *error);
    /* Print what the bytes mean, save them if that is asked for, and print the line that runs them
     * again.
     * is_safe  false: nothing that the bytes are tried on is to run, for it would fail once more */
    void (*report)(tg_fuzz_target *target, FILE *out, const uint8_t *bytes, size_t nb_bytes,
                   bool is_safe);
    /* Change bytes in place, at most max_bytes of them after it. Returns how many there are. NULL:
     * bytes are changed as bytes. */
    size_t (*mutate)(tg_fuzz_target *target, uint8_t *bytes, size_t nb_bytes, size_t max_bytes,
                     uint64_t seed);
    /* Make bytes of two others. out: max_bytes of them. Returns how many there are. */
    size_t (*cross)(tg_fuzz_target *target, uint8_t *out, size_t max_bytes, const uint8_t *first,
                    size_t nb_first, const uint8_t *second, size_t nb_second, uint64_t seed);
    /* Run a folder of the target's own (traces: a saved case). NULL: there is none. Errors  as
     * run's; those of the folder. */
    tg_status (*run_folder)(tg_fuzz_target *target, const char *path, tg_error *error);
    /* Bytes to begin with, number index of them: for targets without a corpus. Returns how many
     * there are, 0 behind the last. NULL: none. */
    size_t (*seed)(uint8_t *bytes, size_t max_bytes, size_t index);
} tg_fuzz_kind;

struct tg_fuzz_target {
    const tg_fuzz_kind *kind;
    const char *name; /* "Select.main", "npy" */
    tg_fuzz_options options;
    void *state; /* the kind's */
};

/* All targets: those of traces first, in the order of tg_trace_at. */
size_t tg_fuzz_nb_targets(void);
const char *tg_fuzz_target_name(size_t index);
const tg_fuzz_kind *tg_fuzz_target_kind(size_t index);

/* Open a target by name.
 * target  caller's; to be closed after success only
 * name    must outlive it, and so must what options point to
 * Errors  TG_ERR_USAGE for an unknown name; those of the kind */
TG_NODISCARD tg_status tg_fuzz_target_open(tg_fuzz_target *target, const char *name,
                                           const tg_fuzz_options *options, tg_error *error);
void tg_fuzz_target_close(tg_fuzz_target *target);

/* Path of what is to be saved of the bytes: "FINDINGS/NAME-<their hash>SUFFIX". path:
 * TG_PATH_BYTES, caller's. Errors  TG_ERR_IO if it is too long */
TG_NODISCARD tg_status tg_fuzz_finding_path(char *path, const tg_fuzz_target *target,
                                            const uint8_t *bytes, size_t nb_bytes,
                                            const char *suffix, tg_error *error);

/* Make room for what has been found, once: remove the file TG_FUZZ_RESERVE of the folder for
 * findings, which whoever started the target put there to this end. True if it was there: what
 * could not be saved is then worth another try. */
bool tg_fuzz_make_room(const tg_fuzz_target *target);

/* As kind->report, for kinds whose bytes are a file: saves the bytes and prints the lines. about: a
 * line on what they are. */
void tg_fuzz_report_bytes(tg_fuzz_target *target, FILE *out, const char *about,
                          const uint8_t *bytes, size_t nb_bytes);

/* FNV-1a with 64 bits: names what is saved. */
uint64_t tg_fuzz_hash(const uint8_t *bytes, size_t nb_bytes);

#endif
