/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the events of one trace come from: an events file, a record, or a seed.
 */
#ifndef TRACEGATE_CLI_SOURCE_H
#define TRACEGATE_CLI_SOURCE_H

#include "cli/options.h"
#include "files/record.h"
#include "harness/subject.h"

/* What the command line says. */
typedef struct tg_source {
    const char *events; /* path of an .npy file; NULL: none */
    const char *record; /* folder; NULL: none */
    tg_number seed;
    tg_choice profile;   /* of seeded events */
    bool valid;          /* seeded events obey the chip's constraints */
    tg_number nb_events; /* the first so many of a file or record; how many to draw */
} tg_source;

/* Events in memory. */
typedef struct tg_event_list {
    void *events; /* nb_events valid structs; NULL where the trace has none */
    size_t nb_events;
    bool has_record;
    tg_record record;             /* the open record, if there is one */
    const tg_record_trace *entry; /* of the trace in it */
} tg_event_list;

/* The lists of profiles and of backends; what is taken of them where nothing is said are the
 * gate's profile and the trusted backend. */
extern const tg_names tg_profile_names;
extern const tg_names tg_backend_names;

/* The one trace that CHIP.KIND names.
 * Errors  TG_ERR_USAGE for an unknown name, and for a chip without a kind: says what to write. */
TG_NODISCARD tg_status tg_subject_named(tg_subject *subject, const char *name, tg_error *error);

/* Fetch and check the events of a trace. A trace that has no events takes their number from
 * nb_events or from a record.
 * list  caller's; to be cleared by tg_event_list_clear after success only
 * Errors  TG_ERR_USAGE (no source, options that do not fit it, fewer events than nb_events), those
 * of files and generator, TG_ERR_EVENT
 */
TG_NODISCARD tg_status tg_event_list_load(tg_event_list *list, const tg_subject *subject,
                                          const tg_source *source, tg_error *error);
void tg_event_list_clear(tg_event_list *list);

/* Say on standard error, in a verb's name, that fewer events were drawn than asked for, if so. */
void tg_event_list_say_fewer(const char *verb, const tg_event_list *list, const tg_trace *trace,
                             const tg_source *source);

/* Refuse an output called "-", which is hardly meant as a file's name.
 * Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status tg_output_path_check(const char *path, tg_error *error);

/* Read the first events of a file, all if nb_events is not given, and check them.
 * events  NULL before; to be given back by tg_buffer_destroy after success only
 * Errors  TG_ERR_FORMAT, TG_ERR_IO, TG_ERR_MEMORY, TG_ERR_USAGE (fewer than asked for),
 *         TG_ERR_EVENT */
TG_NODISCARD tg_status tg_events_read(void **events, size_t *nb_events, const tg_trace *trace,
                                      const char *path, const tg_number *nb_asked, tg_error *error);

#endif
