/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases as folders: saved and loaded again, whole or not at all, and what is refused. */
#include "case_wrong.h"
#include "test_files.h"

#include "gpu/user_plan.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[256];

static void set_up(void) { tg_suite_make_folder(folder); }

static void tear_down(void) { tg_suite_remove_folder(folder); }

/* A path below the suite's folder; good until the next but three. */
static const char *in(const char *name)
{
    static char paths[4][512];
    static size_t next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void assert_same(const tg_case *first, const tg_case *second)
{
    const size_t size = tg_trace_event_size(first->subject.trace);
    ck_assert_ptr_eq(first->subject.trace, second->subject.trace);
    ck_assert_uint_eq(first->nb_events, second->nb_events);
    ck_assert_uint_eq(first->fixed_height, second->fixed_height);
    ck_assert_uint_eq(first->max_candidates, second->max_candidates);
    ck_assert_uint_eq(first->launch.grid, second->launch.grid);
    ck_assert_uint_eq(first->launch.block, second->launch.block);
    ck_assert_str_eq(first->source, second->source);
    ck_assert_str_eq(first->why, second->why);
    if (size != 0 && first->nb_events != 0)
        ck_assert_mem_eq(first->events, second->events, first->nb_events * size);
}

START_TEST(case_folder_holds_the_case)
{
    set_up();
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        for (size_t nb_events = 0; nb_events < 4; nb_events += 3) {
            char name[64];
            const tg_subject subject = tg_subject_at(i);
            tg_case work = wrong_case(&subject, nb_events);
            work.launch = (tg_launch){.grid = 7, .block = 33};
            work.fixed_height = i % 2 == 0 ? 0 : 1000;
            work.max_candidates = subject.trace->max_candidates / 2;
            (void)snprintf(work.source, sizeof work.source, "number %zu", i);
            (void)snprintf(work.why, sizeof work.why, "\"%zu\" events, \\ and /", nb_events);
            (void)snprintf(name, sizeof name, "case-%zu-%zu", i, nb_events);
            tg_case again;
            tg_assert_ok(tg_case_save(&work, in(name), tg_suite_error));
            ck_assert_uint_eq(nb_entries(in(name)), subject.trace->event != NULL ? 3 : 2);
            tg_assert_ok(tg_case_load(&again, in(name), tg_suite_error));
            assert_same(&work, &again);
            tg_case_clear(&again);
            tg_case_clear(&work);
        }
    }
    tear_down();
}
END_TEST

/* A case is a record, which every reader of records takes. */
START_TEST(case_folder_is_a_record)
{
    set_up();
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 3);
    work.fixed_height = 77;
    tg_record record;
    tg_assert_ok(tg_case_save(&work, in("case"), tg_suite_error));
    tg_assert_ok(tg_record_open(&record, in("case"), tg_suite_error));
    ck_assert_uint_eq(record.nb_traces, 1);
    ck_assert_uint_eq(record.fixed_height, 77);
    const tg_record_trace *entry = tg_record_find(&record, WRONG_TRACE);
    ck_assert_ptr_nonnull(entry);
    ck_assert_uint_eq(entry->nb_events, 3);
    ck_assert_uint_eq(entry->height, 77);
    uint32_t events[3 * WRONG_WIDTH];
    tg_assert_ok(tg_record_read_events(events, &record, entry, subject.trace, tg_suite_error));
    ck_assert_mem_eq(events, work.events, sizeof events);
    tg_record_clear(&record);
    tg_case_clear(&work);
    tear_down();
}
END_TEST

START_TEST(case_folder_has_its_keys)
{
    set_up();
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = {.subject = subject, .launch = {.grid = 2, .block = 3}};
    (void)snprintf(work.why, sizeof work.why, "tab\tand \xc3\xa4");
    tg_assert_ok(tg_case_save(&work, in("case"), tg_suite_error));
    assert_file_holds(in("case/case.json"), "{\n"
                                            "    \"version\": 1,\n"
                                            "    \"trace\": \"Select.main\",\n"
                                            "    \"grid\": 2,\n"
                                            "    \"block\": 3,\n"
                                            "    \"max_candidates\": 0,\n"
                                            "    \"why\": \"tab?and ??\"\n"
                                            "}\n");
    tear_down();
}
END_TEST

/* Whether a user's kernel was run is kept, and is part of what a case is; which one, is text. */
START_TEST(case_folder_names_a_users_kernel)
{
    set_up();
    tg_module module = {.source = "my \"kernels\"/a.cu"};
    const tg_user_kernel kernel = {.module = &module, .name = "rows<kb31_t>"};
    const tg_user_step step = {.kernel = &kernel};
    const tg_user_group group = {.nb_steps = 1, .steps = &step};
    const struct tg_user_plan user = {.nb_groups = 1, .groups = &group};
    const tg_plan plan = {.user = &user};
    tg_case own = {.subject = wrong_subject_of(WRONG_TRACE)};
    tg_case work = own;
    work.subject.plan = &plan;
    tg_case again;
    ck_assert(tg_case_is_users(&work));
    ck_assert(!tg_case_is_users(&own));
    ck_assert(!tg_case_is_same(&work, &own));
    tg_assert_ok(tg_case_save(&work, in("case"), tg_suite_error));
    tg_assert_ok(tg_case_load(&again, in("case"), tg_suite_error));
    ck_assert_str_eq(again.kernel, "my \"kernels\"/a.cu:rows<kb31_t>");
    ck_assert(tg_case_is_users(&again));
    ck_assert(tg_case_is_same(&again, &work));
    ck_assert(!tg_case_is_same(&again, &own));
    // Saved again without a plan of the user's, it stays one.
    tg_assert_ok(tg_case_save(&again, in("copy"), tg_suite_error));
    tg_assert_ok(tg_case_load(&own, in("copy"), tg_suite_error));
    ck_assert_str_eq(own.kernel, again.kernel);
    tg_case_clear(&own);
    tg_case_clear(&again);
    // A path that does not fit says all the same that there is a kernel.
    static char path[TG_PATH_BYTES];
    memset(path, '"', sizeof path - 1);
    module.source = path;
    tg_assert_ok(tg_case_save(&work, in("long"), tg_suite_error));
    tg_assert_ok(tg_case_load(&again, in("long"), tg_suite_error));
    ck_assert_uint_eq(strspn(again.kernel, "\""), TG_CASE_TEXT_BYTES - 2);
    tg_case_clear(&again);
    tear_down();
}
END_TEST

/* What is there stays, be it a folder, an empty one, a file or a link to nothing. */
START_TEST(case_folder_overwrites_nothing)
{
    set_up();
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    const tg_case work = {.subject = subject};
    tg_assert_ok(tg_case_save(&work, in("case"), tg_suite_error));
    write_file(in("file"), "text", 4);
    ck_assert_int_eq(mkdir(in("empty"), 0777), 0);
    ck_assert_int_eq(symlink("nowhere", in("link")), 0);
    static const char *const names[] = {"case", "case/", "file", "empty", "link"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tg_assert_fails(TG_ERR_IO, "there is something of this name",
                        tg_case_save(&work, in(names[i]), tg_suite_error));
    }
    assert_file_holds(in("file"), "text");
    ck_assert_uint_eq(nb_entries(in("empty")), 0);
    ck_assert_uint_eq(nb_entries(in("case")), 3);
    tg_assert_fails(TG_ERR_IO, "no/such", tg_case_save(&work, in("no/such"), tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "cannot", tg_case_save(&work, "", tg_suite_error));
    // Nothing was left beside them.
    ck_assert_uint_eq(nb_entries(folder), 4);
    tear_down();
}
END_TEST

START_TEST(case_folder_refuses_impossible_cases)
{
    set_up();
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 5);
    work.fixed_height = 4;
    tg_assert_fails(TG_ERR_HEIGHT, "height 4", tg_case_save(&work, in("case"), tg_suite_error));
    ck_assert_uint_eq(nb_entries(folder), 0);
    tg_case_clear(&work);
    tear_down();
}
END_TEST

/* ---- loading ---- */

#define RIGHT_JSON                                                             \
    "{\"version\": 1, \"trace\": \"Select.main\", \"grid\": 0, \"block\": 0, " \
    "\"max_candidates\": 0, \"why\": \"\"}"
#define RIGHT_RECORD \
    "{\"traces\": [{\"trace\": \"Select.main\", \"events\": 3, \"height\": 32, \"width\": 5}]}"

/* Load the case of three events with this case.json and record.json. */
static void assert_refused(tg_status status, const char *words, const char *json,
                           const char *record)
{
    tg_case again;
    write_file(in("case/case.json"), json, strlen(json));
    write_file(in("case/record.json"), record, strlen(record));
    tg_assert_fails(status, words, tg_case_load(&again, in("case"), tg_suite_error));
    ck_assert_ptr_null(again.events);
}

START_TEST(case_folder_refuses_bad_json)
{
    set_up();
    static const struct {
        const char *words;
        const char *json;
    } bad[] = {
        {"malformed", "{"},
        {"no object", "[]"},
        {"\"version\" is missing", "{}"},
        {"\"version\" is 2", "{\"version\": 2}"},
        {"\"trace\" is missing", "{\"version\": 1}"},
        {"which no chip here has", "{\"version\": 1, \"trace\": \"No.main\"}"},
        {"\"grid\" is missing", "{\"version\": 1, \"trace\": \"Select.main\"}"},
        {"\"grid\" is 16777217",
         "{\"version\": 1, \"trace\": \"Select.main\", \"grid\": 16777217}"},
        {"\"block\" is 1025",
         "{\"version\": 1, \"trace\": \"Select.main\", \"grid\": 0, \"block\": 1025}"},
        {"\"max_candidates\" is 1",
         "{\"version\": 1, \"trace\": \"Select.main\", \"grid\": 0, \"block\": 0, "
         "\"max_candidates\": 1}"},
        {"\"why\" is missing",
         "{\"version\": 1, \"trace\": \"Select.main\", \"grid\": 0, \"block\": 0, "
         "\"max_candidates\": 0}"},
        {"\"kernel\" is empty", "{\"version\": 1, \"trace\": \"Select.main\", \"kernel\": \"\", "
                                "\"grid\": 0, \"block\": 0, \"max_candidates\": 0, \"why\": "
                                "\"\"}"},
        {"\"kernel\" is no", "{\"version\": 1, \"trace\": \"Select.main\", \"kernel\": 1, "
                             "\"grid\": 0, \"block\": 0, \"max_candidates\": 0, \"why\": \"\"}"},
        {"other keys", "{\"version\": 1, \"trace\": \"Select.main\", \"kernel\": \"a\", \"grid\": "
                       "0, \"block\": 0, \"max_candidates\": 0, \"why\": \"\", \"seed\": 7}"},
        {"other keys", "{\"version\": 1, \"trace\": \"Select.main\", \"grid\": 0, \"block\": 0, "
                       "\"max_candidates\": 0, \"why\": \"\", \"seed\": 7}"},
    };
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 3);
    tg_case again;
    tg_assert_ok(tg_case_save(&work, in("case"), tg_suite_error));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_refused(TG_ERR_FORMAT, bad[i].words, bad[i].json, RIGHT_RECORD);
    }
    ck_assert_int_eq(unlink(in("case/case.json")), 0);
    tg_assert_fails(TG_ERR_IO, "case.json", tg_case_load(&again, in("case"), tg_suite_error));
    write_file(in("case/case.json"), RIGHT_JSON, strlen(RIGHT_JSON));
    tg_assert_ok(tg_case_load(&again, in("case"), tg_suite_error));
    ck_assert_uint_eq(again.nb_events, 3);
    tg_case_clear(&again);
    tg_case_clear(&work);
    tear_down();
}
END_TEST

START_TEST(case_folder_refuses_bad_records)
{
    set_up();
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 3);
    tg_assert_ok(tg_case_save(&work, in("case"), tg_suite_error));
    assert_refused(TG_ERR_FORMAT, "the same one trace", RIGHT_JSON, "{\"traces\": []}");
    assert_refused(TG_ERR_FORMAT, "the same one trace", RIGHT_JSON,
                   "{\"traces\": [{\"trace\": \"Select.main\", \"events\": 3, \"height\": 32, "
                   "\"width\": 5}, {\"trace\": \"No.main\", \"events\": 0, \"height\": 16, "
                   "\"width\": 1}]}");
    assert_refused(TG_ERR_FORMAT, "\"height\" and \"width\" are 64 and 5", RIGHT_JSON,
                   "{\"traces\": [{\"trace\": \"Select.main\", \"events\": 3, \"height\": 64, "
                   "\"width\": 5}]}");
    assert_refused(TG_ERR_HEIGHT, "height 2", RIGHT_JSON,
                   "{\"fixed_height\": 2, \"traces\": [{\"trace\": \"Select.main\", \"events\": 3, "
                   "\"height\": 2, \"width\": 5}]}");
    assert_refused(TG_ERR_FORMAT, "an array [3, 20]", RIGHT_JSON,
                   "{\"traces\": [{\"trace\": \"Select.main\", \"events\": 4, \"height\": 32, "
                   "\"width\": 5}]}");
    // A count that nothing stands behind takes no memory.
    assert_refused(TG_ERR_SIZE, "need more than", RIGHT_JSON,
                   "{\"traces\": [{\"trace\": \"Select.main\", \"events\": 134217728, "
                   "\"height\": 67108864, \"width\": 5}]}");
    ck_assert_int_eq(unlink(in("case/Select.main.events.npy")), 0);
    assert_refused(TG_ERR_IO, "events.npy", RIGHT_JSON, RIGHT_RECORD);
    tg_case_clear(&work);
    tear_down();
}
END_TEST

START_TEST(case_folder_refuses_invalid_events)
{
    set_up();
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    tg_case work = wrong_case(&subject, 3);
    const uint32_t too_large = TG_P;
    memcpy((unsigned char *)work.events + 20, &too_large, sizeof too_large);
    tg_case again;
    tg_assert_ok(tg_case_save(&work, in("case"), tg_suite_error));
    tg_assert_fails(TG_ERR_EVENT, "event 1 of Select.main",
                    tg_case_load(&again, in("case"), tg_suite_error));
    tg_case_clear(&work);
    // An event that contradicts itself.
    const tg_subject checked = wrong_subject_of("Poseidon2WideDeg3.main");
    work = wrong_case(&checked, 2);
    ((uint32_t *)work.events)[0] ^= 1;
    tg_assert_ok(tg_case_save(&work, in("other"), tg_suite_error));
    tg_assert_fails(TG_ERR_EVENT, "event 0 of Poseidon2WideDeg3.main",
                    tg_case_load(&again, in("other"), tg_suite_error));
    tg_case_clear(&work);
    tear_down();
}
END_TEST

TG_SUITE("case_folder", case_folder_holds_the_case, case_folder_is_a_record,
         case_folder_has_its_keys, case_folder_names_a_users_kernel, case_folder_overwrites_nothing,
         case_folder_refuses_impossible_cases, case_folder_refuses_bad_json,
         case_folder_refuses_bad_records, case_folder_refuses_invalid_events)
