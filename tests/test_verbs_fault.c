/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Verbs whose memory, input or output fails: each call in turn; a clean error, nothing leaked,
 * nothing half-written. */
#include "cli/verbs.h"
#include "fault.h"
#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_WORDS 12

static const tg_verb *const verbs[] = {
#define TG_VERB_ENTRY(name) &tg_verb_##name,
    TG_VERB_LIST(TG_VERB_ENTRY)
#undef TG_VERB_ENTRY
};

static char folder[256];

static void go_to_folder(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(chdir(folder), 0);
    // What verbs print is not looked at here.
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

static void leave_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    tg_suite_remove_folder(folder);
}

static size_t nb_files(void)
{
    size_t nb = 0;
    DIR *here = opendir(".");
    ck_assert_ptr_nonnull(here);
    for (struct dirent *entry = readdir(here); entry != NULL; entry = readdir(here)) {
        nb += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    }
    (void)closedir(here);
    return nb;
}

/* Run a command line: its words apart by one space. */
static tg_status run(const char *command, tg_error *error)
{
    char text[256];
    char *words[MAX_WORDS];
    int nb_words = 0;
    (void)snprintf(text, sizeof text, "%s", command);
    for (char *word = strtok(text, " "); word != NULL && nb_words < MAX_WORDS;
         word = strtok(NULL, " ")) {
        words[nb_words++] = word;
    }
    for (size_t i = 0; i < TG_NB_ELEMENTS(verbs); i++) {
        if (strcmp(verbs[i]->name, words[0]) != 0) continue;
        tg_command_line line;
        tg_status status = tg_command_line_parse(&line, verbs[i], nb_words - 1, words + 1, error);
        if (status != TG_OK) return status;
        status = verbs[i]->run(line.values, &line.operands, error);
        tg_command_line_clear(&line);
        return status;
    }
    ck_abort_msg("no verb %s", words[0]);
    return TG_ERR_USAGE;
}

/* Inputs of a command, at the most. That one cannot be closed after it was read whole is no
 * error. */
#define MAX_INPUTS 3

/* Fail each call of one kind in turn; returns how many there were. output: what the command
 * writes, or NULL; sound: what it ends with if nothing fails. */
static long fail_each_of(tg_fault_kind kind, const char *command, const char *output,
                         tg_status expected, tg_status sound)
{
    // OpenMP's threads start here: without memory for them libgomp ends the process.
    ck_assert_int_eq(run(command, NULL), sound);
    if (output != NULL) ck_assert_int_eq(unlink(output), 0);
    const size_t nb_before = nb_files();
    size_t nb_harmless = 0;
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = run(command, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, sound);
            return nth - 1;
        }
        if (kind == TG_FAULT_IO && status == sound && nb_harmless++ < MAX_INPUTS) {
            if (output != NULL) ck_assert_int_eq(unlink(output), 0);
            continue;
        }
        ck_assert_msg(status == expected, "%s, failure %ld: status %d", command, nth, (int)status);
        ck_assert_int_eq(error.status, expected);
        ck_assert_msg(error.how[0] != '\0', "%s, failure %ld: no way to mend it", command, nth);
        ck_assert_uint_eq(nb_files(), nb_before);
    }
}

static long fail_each(tg_fault_kind kind, const char *command, const char *output,
                      tg_status expected)
{
    return fail_each_of(kind, command, output, expected, TG_OK);
}

START_TEST(verbs_fault_of_memory_is_an_error)
{
    go_to_folder();
    ck_assert_int_gt(fail_each(TG_FAULT_MEMORY, "gen Select.main --nb-events 3 -o e.npy", "e.npy",
                               TG_ERR_MEMORY),
                     3);
    tg_assert_ok(run("gen Select.main --nb-events 3 -o events.npy", tg_suite_error));
    ck_assert_int_gt(fail_each(TG_FAULT_MEMORY,
                               "trace Select.main --events events.npy --nb-events 2 -o t.npy",
                               "t.npy", TG_ERR_MEMORY),
                     5);
    ck_assert_int_gt(
        fail_each(TG_FAULT_MEMORY,
                  "trace MemoryVar.main --seed 1 --nb-events 3 --backend host --canonical -o t.npy",
                  "t.npy", TG_ERR_MEMORY),
        5);
    tg_assert_ok(run("trace Select.main --events events.npy -o trace.npy", tg_suite_error));
    ck_assert_int_gt(fail_each(TG_FAULT_MEMORY,
                               "diff trace.npy trace.npy --chip Select.main --events events.npy",
                               NULL, TG_ERR_MEMORY),
                     5);
    ck_assert_int_gt(fail_each(TG_FAULT_MEMORY,
                               "diff trace.npy trace.npy --chip Select.main --json r --no-times",
                               "r", TG_ERR_MEMORY),
                     5);
    tg_assert_ok(run("trace Select.main --seed 1 --nb-events 3 -o other.npy", tg_suite_error));
    ck_assert_int_gt(
        fail_each_of(TG_FAULT_MEMORY,
                     "diff trace.npy other.npy --chip Select.main --events events.npy --html r",
                     "r", TG_ERR_MEMORY, TG_ERR_MISMATCH),
        10);
    ck_assert_int_gt(fail_each(TG_FAULT_MEMORY, "describe Select --json", NULL, TG_ERR_MEMORY), 2);
    leave_folder();
}
END_TEST

START_TEST(verbs_fault_of_input_and_output_is_an_error)
{
    go_to_folder();
    ck_assert_int_gt(
        fail_each(TG_FAULT_IO, "gen Select.main --nb-events 3 -o e.npy", "e.npy", TG_ERR_IO), 3);
    tg_assert_ok(run("gen Select.main --nb-events 3 -o events.npy", tg_suite_error));
    ck_assert_int_gt(fail_each(TG_FAULT_IO, "trace Select.main --events events.npy -o t.npy",
                               "t.npy", TG_ERR_IO),
                     5);
    tg_assert_ok(run("trace Select.main --events events.npy -o trace.npy", tg_suite_error));
    ck_assert_int_gt(fail_each(TG_FAULT_IO,
                               "diff trace.npy trace.npy --chip Select.main --events events.npy",
                               NULL, TG_ERR_IO),
                     5);
    leave_folder();
}
END_TEST

TG_SUITE("verbs_fault", verbs_fault_of_memory_is_an_error,
         verbs_fault_of_input_and_output_is_an_error)
