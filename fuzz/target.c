/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The list of targets, and what all of them share. */
#include "fuzz/target.h"

#include "files/output.h"
#include "harness/command.h"
#include "model/fnv.h"
#include "model/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const tg_fuzz_kind tg_fuzz_trace;
#define TG_FUZZ_KIND(name) extern const tg_fuzz_kind tg_fuzz_##name;
#include "fuzz/kinds.def"
#undef TG_FUZZ_KIND

static const tg_fuzz_kind *const kinds[] = {
#define TG_FUZZ_KIND(name) &tg_fuzz_##name,
#include "fuzz/kinds.def"
#undef TG_FUZZ_KIND
};

#define NB_KINDS (sizeof kinds / sizeof kinds[0])

size_t tg_fuzz_nb_targets(void) { return tg_nb_traces() + NB_KINDS; }

const tg_fuzz_kind *tg_fuzz_target_kind(size_t index)
{
    return index < tg_nb_traces() ? &tg_fuzz_trace : kinds[index - tg_nb_traces()];
}

const char *tg_fuzz_target_name(size_t index)
{
    return index < tg_nb_traces() ? tg_trace_at(index)->name : kinds[index - tg_nb_traces()]->name;
}

tg_status tg_fuzz_target_open(tg_fuzz_target *target, const char *name,
                              const tg_fuzz_options *options, tg_error *error)
{
    for (size_t i = 0; i < tg_fuzz_nb_targets(); i++) {
        if (strcmp(tg_fuzz_target_name(i), name) != 0) continue;
        *target = (tg_fuzz_target){.kind = tg_fuzz_target_kind(i),
                                   .name = name,
                                   .options = *options,
                                   .state = NULL};
        return target->kind->open(target, error);
    }
    tg_error_set(error, TG_ERR_USAGE, "no fuzz target is called '%s'", name);
    tg_error_how(error, "name a trace as 'tracegate list' does, or a file format");
    return TG_ERR_USAGE;
}

void tg_fuzz_target_close(tg_fuzz_target *target)
{
    target->kind->close(target);
    target->state = NULL;
}

uint64_t tg_fuzz_hash(const uint8_t *bytes, size_t nb_bytes)
{
    return tg_fnv(TG_FNV_START, bytes, nb_bytes);
}

tg_status tg_fuzz_finding_path(char *path, const tg_fuzz_target *target, const uint8_t *bytes,
                               size_t nb_bytes, const char *suffix, tg_error *error)
{
    return tg_path_format(path, error, "%s/%s-%016" PRIx64 "%s", target->options.findings,
                          target->name, tg_fuzz_hash(bytes, nb_bytes), suffix);
}

bool tg_fuzz_make_room(const tg_fuzz_target *target)
{
    char path[TG_PATH_BYTES];
    return tg_path_format(path, NULL, "%s/" TG_FUZZ_RESERVE, target->options.findings) == TG_OK &&
           unlink(path) == 0;
}

static tg_status save_bytes(char *path, const tg_fuzz_target *target, const uint8_t *bytes,
                            size_t nb_bytes, tg_error *error)
{
    tg_output output;
    if (mkdir(target->options.findings, 0777) != 0 && errno != EEXIST)
        return tg_io_error(error, "make the folder", target->options.findings, errno);
    tg_status status = tg_fuzz_finding_path(path, target, bytes, nb_bytes, ".bytes", error);
    if (status == TG_OK) status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    status = tg_output_write(&output, bytes, nb_bytes, error);
    if (status == TG_OK) return tg_output_commit(&output, error);
    tg_output_discard(&output);
    return status;
}

void tg_fuzz_report_bytes(tg_fuzz_target *target, FILE *out, const char *about,
                          const uint8_t *bytes, size_t nb_bytes)
{
    char path[TG_PATH_BYTES] = "";
    tg_error error = {0};
    (void)fprintf(out, "%s: %zu bytes, %s\n", target->name, nb_bytes, about);
    if (target->options.findings == NULL) {
        (void)fprintf(out, "  again: fuzz_standalone %s FILE, FILE being these bytes\n",
                      target->name);
        return;
    }
    tg_status status = save_bytes(path, target, bytes, nb_bytes, &error);
    if (status != TG_OK && tg_fuzz_make_room(target))
        status = save_bytes(path, target, bytes, nb_bytes, &error);
    if (status == TG_OK) {
        tg_command again;
        tg_command_begin(&again);
        tg_command_add(&again, "fuzz_standalone");
        tg_command_add(&again, target->name);
        tg_command_add(&again, path);
        (void)fprintf(out, "  again: %s\n", again.text);
    } else {
        char line[3 * sizeof error.what];
        (void)fprintf(out, "  not saved: %s\n", tg_error_line(line, sizeof line, &error));
    }
}
