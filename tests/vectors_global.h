/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events of the vectors of Global: those of global-8.json, global-scan.json, global-unit-test.json.
 * Static, so that a suite may use some of them only.
 */
#ifndef TRACEGATE_TESTS_VECTORS_GLOBAL_H
#define TRACEGATE_TESTS_VECTORS_GLOBAL_H

#include "model/global.h"
#include "vectors.h"

#include <string.h>

/* The events of global-8.json. Their flag is true or false there, which files/json.h does not read:
 * it is taken from the trace. */
#define VECTORS_WIDTH (sizeof(tg_global_main_columns) / sizeof(uint32_t))
#define VECTORS_IS_RECEIVE (offsetof(tg_global_main_columns, is_receive) / sizeof(uint32_t))
#define VECTORS_NB_EIGHT 8
static inline void vectors_eight(tg_global_event events[VECTORS_NB_EIGHT])
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "global-8");
    tg_json_value *list = vectors_array(&nb, json.root, "events");
    tg_json_value *rows = vectors_member(json.root, "trace");
    ck_assert_uint_eq(nb, VECTORS_NB_EIGHT);
    for (size_t i = 0; i < nb; i++) {
        uint32_t row[VECTORS_WIDTH];
        tg_json_value *entry = tg_json_element(list, i);
        vectors_words(row, VECTORS_WIDTH, tg_json_element(rows, i));
        events[i] = (tg_global_event){.is_receive = row[VECTORS_IS_RECEIVE] == 1,
                                      .kind = (uint8_t)vectors_u32(entry, "kind")};
        vectors_words(events[i].message, 8, vectors_member(entry, "message"));
    }
    tg_json_close(&json);
}

static inline tg_global_event vectors_opposite(tg_global_event event)
{
    event.is_receive = !event.is_receive;
    return event;
}

/* Event number i of the sequence that global-scan.json calls distinct: all within the bounds that
 * the constraints set. */
static inline tg_global_event vectors_distinct(uint32_t i)
{
    static const uint8_t kinds[] = {1, 8, 19};
    return (tg_global_event){
        .message = {0, i, i * i % 65536, 0, 0, 7 * i, 0, i},
        .is_receive = i % 3 == 0,
        .kind = kinds[i % 3],
    };
}

/* The events of a case of global-scan.json, by its name. */
static inline void vectors_scan_case(tg_global_event *events, size_t nb_events, const char *name)
{
    tg_global_event eight[VECTORS_NB_EIGHT];
    vectors_eight(eight);
    const tg_global_event e = eight[0];
    const tg_global_event f = eight[3];
    const tg_global_event of_five[] = {e, e, vectors_opposite(e), vectors_opposite(e), f};
    for (size_t i = 0; i < nb_events; i++) {
        if (strstr(name, "distinct") != NULL) {
            events[i] = vectors_distinct((uint32_t)i);
        } else if (strstr(name, "alternating") != NULL) {
            events[i] = i % 2 == 0 ? e : vectors_opposite(e);
        } else if (strstr(name, "512 copies of -E") != NULL) {
            events[i] = i < 512 ? e : vectors_opposite(e);
        } else if (strstr(name, "E,E,-E,-E,F") != NULL) {
            events[i] = of_five[i % 5];
        } else {
            events[i] = e;
        }
    }
}

/* The events of global-unit-test.json, each 8 message words, flag, kind; to be freed. */
static inline tg_global_event *vectors_unit_test(size_t *nb_events, tg_json_value *root)
{
    tg_json_value *list = vectors_array(nb_events, root, "events");
    tg_global_event *events = calloc(*nb_events, sizeof *events);
    ck_assert_ptr_nonnull(events);
    for (size_t i = 0; i < *nb_events; i++) {
        uint32_t words[10];
        vectors_words(words, 10, tg_json_element(list, i));
        events[i] = (tg_global_event){.is_receive = (uint8_t)words[8], .kind = (uint8_t)words[9]};
        memcpy(events[i].message, words, sizeof events[i].message);
    }
    return events;
}

#endif
