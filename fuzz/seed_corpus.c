/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fuzz_seed_corpus: cuts records and saved cases into seeds for all targets.
 *
 *   fuzz_seed_corpus OUT FOLDER...
 *
 * OUT/TARGET/ gets a file for each seed, named by its hash; what is there already stays. Seeds of
 * traces are cases of a few events from the records and saved cases below the folders, at the
 * records' fixed heights too; those of file formats are files from there; others are the targets'
 * own. Files that are too long for a fuzzer are left out.
 * Exits 0 if every target has a seed, 1 if one has none, 2 for wrong use, bad records or an OUT
 * that cannot be written, 3 for want of memory.
 */
#include "fuzz/target.h"

#include "files/output.h"
#include "files/record.h"
#include "harness/case.h"
#include "model/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* Longest seed, bytes: fuzzers do best with short ones. */
#define MAX_SEED_BYTES 8192

/* Cases that are cut from one trace of one record: so many events, from places that are spread over
 * all of them. */
static const size_t cuts[] = {0, 1, 1, 2, 3, 7, 17, 33};
#define NB_CUTS (sizeof cuts / sizeof cuts[0])

typedef struct output {
    const char *folder;
    size_t *nb_seeds; /* [tg_fuzz_nb_targets()] */
} output;

static tg_status make_folder(const char *path, tg_error *error)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST) return TG_OK;
    return tg_io_error(error, "make the folder", path, errno);
}

static tg_status write_seed(output *out, size_t target, const void *bytes, size_t nb_bytes,
                            tg_error *error)
{
    char path[TG_PATH_BYTES];
    struct stat info;
    tg_output file;
    tg_status status =
        tg_path_format(path, error, "%s/%s", out->folder, tg_fuzz_target_name(target));
    if (status == TG_OK) status = make_folder(path, error);
    if (status == TG_OK)
        status = tg_path_format(path, error, "%s/%s/%016" PRIx64, out->folder,
                                tg_fuzz_target_name(target), tg_fuzz_hash(bytes, nb_bytes));
    if (status != TG_OK) return status;
    out->nb_seeds[target]++;
    if (stat(path, &info) == 0) return TG_OK;
    status = tg_output_open(&file, path, error);
    if (status != TG_OK) return status;
    status = tg_output_write(&file, bytes, nb_bytes, error);
    if (status == TG_OK) return tg_output_commit(&file, error);
    tg_output_discard(&file);
    return status;
}

/* ---- traces ---- */

/* Seed a case; one that bytes cannot hold is none. */
static tg_status seed_case(output *out, size_t target, const tg_case *work, tg_error *error)
{
    uint8_t bytes[MAX_SEED_BYTES];
    size_t nb_bytes = 0;
    const tg_status status = tg_case_encode(bytes, &nb_bytes, sizeof bytes, work, NULL);
    if (status == TG_ERR_SIZE) return TG_OK;
    return status == TG_OK ? write_seed(out, target, bytes, nb_bytes, error) : status;
}

static tg_status seed_cuts(output *out, size_t target, const tg_subject *subject, void *events,
                           size_t nb_events, size_t fixed_height, tg_error *error)
{
    const size_t event_size = tg_trace_event_size(subject->trace);
    tg_status status = TG_OK;
    for (size_t i = 0; i < NB_CUTS && status == TG_OK; i++) {
        if (cuts[i] > nb_events) break;
        const size_t first = (nb_events - cuts[i]) * i / NB_CUTS;
        unsigned char *from = events != NULL ? (unsigned char *)events + first * event_size : NULL;
        tg_case work = {.subject = *subject, .events = from, .nb_events = cuts[i]};
        status = seed_case(out, target, &work, error);
        const bool is_high_enough = fixed_height >= tg_trace_nb_rows(subject->trace, cuts[i]);
        if (fixed_height == 0 || !is_high_enough || status != TG_OK) continue;
        work.fixed_height = fixed_height;
        status = seed_case(out, target, &work, error);
    }
    return status;
}

static tg_status seed_trace(output *out, const tg_record *record, const tg_record_trace *entry,
                            tg_error *error)
{
    size_t target = 0;
    while (target < tg_nb_traces() && strcmp(tg_trace_at(target)->name, entry->name) != 0) {
        target++;
    }
    if (target == tg_nb_traces()) return TG_OK;
    const tg_subject subject = tg_subject_at(target);
    void *events = NULL;
    tg_status status = tg_record_check_events(record, entry, subject.trace, error);
    if (status == TG_OK && subject.trace->event != NULL)
        status = tg_buffer_create(&events, entry->nb_events, subject.trace->event->size, error);
    if (status == TG_OK)
        status = tg_record_read_events(events, record, entry, subject.trace, error);
    if (status == TG_OK)
        status =
            seed_cuts(out, target, &subject, events, entry->nb_events, record->fixed_height, error);
    tg_buffer_destroy(events);
    return status;
}

/* ---- files ---- */

/* Index of a target that is no trace's. */
static size_t find_kind(const char *name)
{
    size_t index = tg_nb_traces();
    while (strcmp(tg_fuzz_target_name(index), name) != 0) {
        index++;
    }
    return index;
}

/* Seed a file of a record, if it is there and not too long. */
static tg_status seed_file(output *out, const char *kind, const tg_record *record, const char *name,
                           const char *suffix, tg_error *error)
{
    char path[TG_PATH_BYTES];
    struct stat info;
    uint8_t bytes[MAX_SEED_BYTES];
    FILE *stream = NULL;
    uint64_t size_bytes = 0;
    tg_status status = tg_path_format(path, error, "%s/%s%s", record->path, name, suffix);
    if (status != TG_OK || stat(path, &info) != 0) return status;
    status = tg_input_open(&stream, &size_bytes, path, error);
    if (status != TG_OK) return status;
    if (size_bytes <= sizeof bytes) {
        status = tg_input_read(bytes, (size_t)size_bytes, stream, path, error);
        if (status == TG_OK)
            status = write_seed(out, find_kind(kind), bytes, (size_t)size_bytes, error);
    }
    (void)fclose(stream);
    return status;
}

static tg_status seed_record(output *out, const char *path, tg_error *error)
{
    tg_record record;
    tg_status status = tg_record_open(&record, path, error);
    if (status != TG_OK) return status;
    status = seed_file(out, "record", &record, "record.json", "", error);
    if (status == TG_OK) status = seed_file(out, "case", &record, "case.json", "", error);
    for (size_t i = 0; i < record.nb_traces && status == TG_OK; i++) {
        const char *name = record.traces[i].name;
        status = seed_trace(out, &record, &record.traces[i], error);
        if (status == TG_OK) status = seed_file(out, "npy", &record, name, ".events.npy", error);
        if (status == TG_OK) status = seed_file(out, "npy", &record, name, ".trace.npy", error);
        if (status == TG_OK)
            status = seed_file(out, "lookups", &record, name, ".lookups.npy", error);
    }
    tg_record_clear(&record);
    return status;
}

static tg_status seed_folder(output *out, const char *folder, tg_error *error)
{
    char **paths = NULL;
    size_t nb_paths = 0;
    tg_status status = tg_record_list(&paths, &nb_paths, folder, error);
    for (size_t i = 0; i < nb_paths && status == TG_OK; i++) {
        status = seed_record(out, paths[i], error);
    }
    tg_record_list_clear(paths, nb_paths);
    return status;
}

/* Seeds that targets bring themselves. */
static tg_status seed_own(output *out, tg_error *error)
{
    uint8_t bytes[MAX_SEED_BYTES];
    tg_status status = TG_OK;
    for (size_t target = 0; target < tg_fuzz_nb_targets(); target++) {
        const tg_fuzz_kind *kind = tg_fuzz_target_kind(target);
        for (size_t i = 0; kind->seed != NULL && status == TG_OK; i++) {
            const size_t nb_bytes = kind->seed(bytes, sizeof bytes, i);
            if (nb_bytes == 0) break;
            status = write_seed(out, target, bytes, nb_bytes, error);
        }
    }
    return status;
}

static int say(const output *out)
{
    size_t nb_all = 0;
    int exit_code = 0;
    for (size_t i = 0; i < tg_fuzz_nb_targets(); i++) {
        nb_all += out->nb_seeds[i];
        if (out->nb_seeds[i] != 0) continue;
        (void)fprintf(stderr, "fuzz_seed_corpus: nothing for %s\n", tg_fuzz_target_name(i));
        exit_code = 1;
    }
    (void)printf("%zu seeds in %s\n", nb_all, out->folder);
    return exit_code;
}

int main(int nb_arguments, char **arguments)
{
    tg_error error = {0};
    void *counts = NULL;
    if (nb_arguments < 3) {
        (void)fputs("usage: fuzz_seed_corpus OUT FOLDER...\n", stderr);
        return 2;
    }
    tg_status status = tg_buffer_create(&counts, tg_fuzz_nb_targets(), sizeof(size_t), &error);
    output out = {.folder = arguments[1], .nb_seeds = counts};
    if (status == TG_OK) {
        memset(counts, 0, tg_fuzz_nb_targets() * sizeof(size_t));
        status = make_folder(out.folder, &error);
    }
    for (int i = 2; i < nb_arguments && status == TG_OK; i++) {
        status = seed_folder(&out, arguments[i], &error);
    }
    if (status == TG_OK) status = seed_own(&out, &error);
    int exit_code = tg_status_exit_code(status);
    if (status == TG_OK) {
        exit_code = say(&out);
    } else {
        char line[4 * sizeof error.what];
        (void)fprintf(stderr, "fuzz_seed_corpus: %s\n", tg_error_line(line, sizeof line, &error));
    }
    tg_buffer_destroy(counts);
    return exit_code;
}
