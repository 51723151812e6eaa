/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fuzz_standalone: runs files and folders through a target without libFuzzer, built by any
 * compiler: corpora as ordinary tests, and what was found again.
 *
 *   fuzz_standalone --list
 *   fuzz_standalone TARGET PATH...
 *
 * A path is a file of bytes, a saved case of the target's trace, or a folder of such, searched to
 * the bottom. In folders, names that begin with a dot or end in .md are passed over, and so are
 * saved cases of other traces. Every case takes the gate's way: two runs a side. Exits 0 if
 * something ran and nothing was found, 1 for a finding, 2 for wrong use or nothing to run, 3 where
 * the machine cannot.
 */
#include "fuzz/target.h"

#include "files/input.h"
#include "model/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Longest file that is run, bytes: far longer than any target's inputs. */
#define MAX_FILE_BYTES ((uint64_t)1 << 26)

/* Folders within folders. */
#define MAX_DEPTH 16

/* What became of all paths. */
typedef struct tally {
    size_t nb_files;
    size_t nb_cases; /* saved ones */
    size_t nb_found;
    int exit_code; /* of what could not be run */
} tally;

static void print_error(const char *path, const tg_error *error)
{
    char line[4 * sizeof error->what];
    (void)fprintf(stderr, "%s: %s\n", path, tg_error_line(line, sizeof line, error));
}

/* Count what became of one input. */
static void count(tally *all, const char *path, tg_status status, const tg_error *error)
{
    if (status == TG_OK) return;
    print_error(path, error);
    if (status == TG_ERR_MISMATCH) {
        all->nb_found++;
    } else if (tg_status_exit_code(status) > all->exit_code) {
        all->exit_code = tg_status_exit_code(status);
    }
}

/* Read a file; an empty one is no bytes. */
static tg_status read_file(void **bytes, size_t *nb_bytes, const char *path, tg_error *error)
{
    FILE *stream = NULL;
    uint64_t size_bytes = 0;
    tg_status status = tg_input_open(&stream, &size_bytes, path, error);
    if (status != TG_OK) return status;
    if (size_bytes > MAX_FILE_BYTES) {
        tg_error_set(error, TG_ERR_SIZE, "%llu bytes, where at most %llu are run",
                     (unsigned long long)size_bytes, (unsigned long long)MAX_FILE_BYTES);
        tg_error_how(error, "name files that a fuzzer made");
        status = TG_ERR_SIZE;
    }
    *nb_bytes = (size_t)size_bytes;
    if (status == TG_OK) status = tg_buffer_create(bytes, *nb_bytes, 1, error);
    if (status == TG_OK) status = tg_input_read(*bytes, *nb_bytes, stream, path, error);
    (void)fclose(stream);
    return status;
}

static void run_file(tally *all, tg_fuzz_target *target, const char *path)
{
    void *bytes = NULL;
    size_t nb_bytes = 0;
    tg_error error = {0};
    tg_status status = read_file(&bytes, &nb_bytes, path, &error);
    if (status == TG_OK) {
        all->nb_files++;
        status = target->kind->run(target, bytes, nb_bytes, &error);
        if (status == TG_ERR_MISMATCH) target->kind->report(target, stdout, bytes, nb_bytes, true);
    }
    count(all, path, status, &error);
    tg_buffer_destroy(bytes);
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* A folder with a case.json is a saved case. */
static bool is_case(const char *path)
{
    char file[TG_PATH_BYTES];
    struct stat info;
    return tg_path_format(file, NULL, "%s/case.json", path) == TG_OK && stat(file, &info) == 0;
}

/* is_named: the user named the case itself, so that it must be of this target. */
static void run_case(tally *all, tg_fuzz_target *target, const char *path, bool is_named)
{
    tg_error error = {0};
    if (target->kind->run_folder == NULL) return;
    const tg_status status = target->kind->run_folder(target, path, &error);
    if (status == TG_ERR_USAGE && !is_named) return;
    all->nb_cases += status == TG_OK || status == TG_ERR_MISMATCH;
    count(all, path, status, &error);
}

static int order_names(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

/* Whether an entry of a folder is to be run: not what is hidden, and not the prose of a corpus. */
static int is_input(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && (dot == NULL || strcmp(dot, ".md") != 0);
}

static void run_path(tally *all, tg_fuzz_target *target, const char *path, int depth);

static void run_folder(tally *all, tg_fuzz_target *target, const char *path, int depth)
{
    struct dirent **entries = NULL;
    tg_error error = {0};
    const int nb = depth < MAX_DEPTH ? scandir(path, &entries, is_input, order_names) : -1;
    if (nb < 0) {
        const int reason = depth < MAX_DEPTH ? errno : ELOOP;
        count(all, path, tg_io_error(&error, "read the folder", path, reason), &error);
        return;
    }
    for (int i = 0; i < nb; i++) {
        char entry[TG_PATH_BYTES];
        const tg_status status = tg_path_format(entry, &error, "%s/%s", path, entries[i]->d_name);
        if (status == TG_OK) {
            run_path(all, target, entry, depth + 1);
        } else {
            count(all, path, status, &error);
        }
        free(entries[i]);
    }
    free(entries);
}

static void run_path(tally *all, tg_fuzz_target *target, const char *path, int depth)
{
    if (!is_folder(path)) {
        run_file(all, target, path);
    } else if (is_case(path)) {
        run_case(all, target, path, depth == 0);
    } else {
        run_folder(all, target, path, depth);
    }
}

static int list(void)
{
    for (size_t i = 0; i < tg_fuzz_nb_targets(); i++) {
        (void)printf("%-36s %s\n", tg_fuzz_target_name(i), tg_fuzz_target_kind(i)->text);
    }
    return 0;
}

static int run(const char *name, char *const *paths, size_t nb_paths)
{
    const tg_fuzz_options options = {.kernels = getenv("TG_FUZZ_KERNELS"),
                                     .findings = getenv("TG_FUZZ_FINDINGS"),
                                     .is_thorough = true};
    tg_fuzz_target target;
    tg_error error = {0};
    tally all = {.nb_files = 0};
    const tg_status status = tg_fuzz_target_open(&target, name, &options, &error);
    if (status != TG_OK) {
        print_error("fuzz_standalone", &error);
        return tg_status_exit_code(status);
    }
    for (size_t i = 0; i < nb_paths; i++) {
        run_path(&all, &target, paths[i], 0);
    }
    tg_fuzz_target_close(&target);
    (void)printf("%s: %zu files, %zu saved cases, %zu found\n", name, all.nb_files, all.nb_cases,
                 all.nb_found);
    if (all.nb_found != 0) return 1;
    if (all.exit_code != 0) return all.exit_code;
    if (all.nb_files + all.nb_cases != 0) return 0;
    (void)fputs("fuzz_standalone: there was nothing to run\n", stderr);
    return 2;
}

int main(int nb_arguments, char **arguments)
{
    if (nb_arguments == 2 && strcmp(arguments[1], "--list") == 0) return list();
    if (nb_arguments > 2 && arguments[1][0] != '-')
        return run(arguments[1], arguments + 2, (size_t)nb_arguments - 2);
    (void)fputs("usage: fuzz_standalone --list\n"
                "       fuzz_standalone TARGET PATH...\n",
                stderr);
    return 2;
}
