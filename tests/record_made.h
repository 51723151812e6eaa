/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records of the corpus and their machines, for suites. */
#ifndef TRACEGATE_TESTS_RECORD_MADE_H
#define TRACEGATE_TESTS_RECORD_MADE_H

#include "files/record.h"
#include "machine_sets.h"
#include "test_files.h"

/* A machine and a record of it. */
typedef struct record_pair {
    const char *machine; /* id or short id */
    const char *record;  /* folder below corpus/records */
} record_pair;

/* Open a record of the corpus; to be cleared. */
TG_UNUSED static void record_from_corpus(tg_record *record, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", TG_CORPUS, name);
    tg_assert_ok(tg_record_open(record, path, tg_suite_error));
}

#endif
