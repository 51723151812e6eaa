/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A campaign at work, for the files campaign*.c only. */
#ifndef TRACEGATE_HARNESS_CAMPAIGN_INTERNAL_H
#define TRACEGATE_HARNESS_CAMPAIGN_INTERNAL_H

#include "harness/campaign.h"
#include "harness/fnv.h"
#include "harness/progress.h"

#include <pthread.h>

/* Batches that are made ahead: one is compared while another one is made. */
#define CAMPAIGN_NB_SLOTS 2

/* Memory that is used again: batches of one campaign are much alike, and fresh memory costs more
 * than what is done with it. */
typedef struct campaign_room {
    void *buffer;
    size_t len_bytes;
} campaign_room;

/* At least so many bytes. What was there is lost; new memory is filled with TG_GUARD_WORD. */
TG_NODISCARD tg_status campaign_room_take(campaign_room *room, size_t len_bytes, tg_error *error);
void campaign_room_clear(campaign_room *room);

/* Rooms of a product: cells, then side outputs. */
#define CAMPAIGN_NB_ROOMS (1 + TG_MAX_SIDES)

/* A batch, its events and its expected trace. */
typedef struct campaign_slot {
    tg_campaign_batch batch;
    size_t turn; /* of its trace among the campaign's */
    tg_subject subject;
    size_t height;
    campaign_room events;
    campaign_room rooms[CAMPAIGN_NB_ROOMS];
    tg_product expected;
    tg_conduct conduct; /* of the expected side */
    tg_status status;   /* of making it */
    tg_error error;
    bool is_ready; /* made, and not yet taken; guarded by the line's mutex */
} campaign_slot;

/* What makes batches ahead. */
typedef struct campaign_line {
    const struct campaign_run *run;
    tg_backend expected; /* the thread's own: a device is used by the thread that opened it */
    int nb_threads;      /* OpenMP threads, as the caller's */
    uint64_t first_turn; /* number of the campaign's first batch that is made */
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t mutex; /* guards is_ready, is_open, is_over */
    pthread_cond_t changes;
    bool is_open; /* the thread has opened its backend, or failed */
    bool is_over; /* no more batches are wanted */
    tg_status open_status;
    tg_error open_error;
    campaign_slot slots[CAMPAIGN_NB_SLOTS];
} campaign_line;

typedef struct campaign_run {
    const tg_campaign_options *options;
    FILE *out; /* NULL: nowhere */
    FILE *progress_out;
    tg_progress *progress;
    tg_campaign *result;
    const char *save;
    const char *state_path; /* NULL: none */
    tg_backend expected;
    tg_backend actual;
    campaign_room rooms[CAMPAIGN_NB_ROOMS]; /* of the actual product */
    double start_s;
    double state_written_s;
    double line_written_s; /* of progress where there is no terminal */
} campaign_run;

/* ---- batches ---- */

/* Draw the events of a slot's batch and make its expected trace, whose status it leaves there. */
void campaign_slot_make(campaign_slot *slot, const tg_backend *expected);
void campaign_slot_clear(campaign_slot *slot);

/* The job of a slot. */
tg_job campaign_slot_job(const campaign_slot *slot);

/* A product in rooms: zones of TG_GUARD_WORDS words lie around cells and side outputs. */
TG_NODISCARD tg_status campaign_rooms_take(tg_product *product, campaign_room *rooms,
                                           const tg_trace *trace, size_t height, tg_error *error);

/* ---- batches ahead ---- */

/* Start to make the campaign's batches from the next one on. To be stopped by campaign_line_stop,
 * whatever the result.
 * Errors  those of opening the expected backend; TG_ERR_MEMORY */
TG_NODISCARD tg_status campaign_line_start(campaign_line *line, const campaign_run *run,
                                           tg_error *error);
void campaign_line_stop(campaign_line *line);

/* Wait for batch number `turn` of the campaign; turns follow each other. The slot is to be given
 * back. */
campaign_slot *campaign_line_take(campaign_line *line, uint64_t turn);
void campaign_line_give(campaign_line *line, campaign_slot *slot);

/* Batches of the campaign that there are to run. */
uint64_t campaign_nb_turns(const campaign_run *run);

/* ---- the whole ---- */

/* Choose traces and backends, read the state of a campaign that is to go on, check that cases and
 * state can be written, and print what runs. What was taken is to be given back whatever the
 * result. */
TG_NODISCARD tg_status campaign_run_init(campaign_run *run, tg_error *error);

/* Make a slot's batch with the actual backend and compare.
 * is_match  cells, side outputs, and conduct of both sides; false also where the backend failed
 * failed    TG_OK, or how it failed: a finding, with why
 * Errors    that say nothing of the kernels */
TG_NODISCARD tg_status campaign_compare(bool *is_match, tg_status *failed, tg_error *why,
                                        campaign_run *run, campaign_slot *slot, tg_error *error);

/* Tell whoever wants to know that a batch is being run, in case it never returns; slot NULL: that
 * it is over. */
void campaign_announce(const campaign_run *run, const campaign_slot *slot);

/* Begin the command line that runs one batch alone. */
void campaign_batch_again(tg_command *again, const tg_campaign *campaign, const tg_trace *trace,
                          uint64_t number);

/* ---- findings ---- */

/* Look closely at a batch that is not as it should be: what is it, was it found before; if not,
 * reduce, save and report it.
 * status  TG_OK: it differs; else how the actual backend failed, with why
 * Errors  of the machine; of saving, after the report */
TG_NODISCARD tg_status campaign_find(campaign_run *run, const campaign_slot *slot, tg_status status,
                                     const tg_error *why, tg_error *error);

/* The finding of a case, reduced: fewer events, no fixed height, the plan's shape, as far as it
 * still shows the same cause. case_of's events are not owned by it. */
tg_campaign_cause campaign_cause(const tg_case_result *result);
TG_NODISCARD tg_status campaign_reduce(tg_case *reduced, const tg_case *whole,
                                       const tg_case_result *result, const tg_backend *expected,
                                       const tg_backend *actual, tg_error *error);

/* Save a case below the campaign's folder, under a name of the finding's key; one that is there
 * already and still shows the cause is as good.
 * folder  TG_PATH_BYTES bytes */
TG_NODISCARD tg_status campaign_save(char *folder, campaign_run *run, const tg_case *work,
                                     const tg_campaign_finding *finding, tg_error *error);

/* Make the folder of cases, if there is none, and see that cases can be put there. */
TG_NODISCARD tg_status campaign_check_save(const char *folder, tg_error *error);

/* ---- state ---- */

/* Write the state. Errors  TG_ERR_IO, TG_ERR_MEMORY; the file is then as it was */
TG_NODISCARD tg_status campaign_state_write(const tg_campaign *campaign, const char *path,
                                            tg_error *error);

/* Read a state into a campaign that is all zero: seed, backends, traces, counts, findings. The
 * campaign is to be cleared, whatever the result. */
TG_NODISCARD tg_status campaign_state_read(tg_campaign *campaign, const char *path,
                                           tg_error *error);

/* Take the lists of a campaign: nb_traces traces, room for all findings.
 * indices  [nb_traces] */
TG_NODISCARD tg_status campaign_lists_take(tg_campaign *campaign, const size_t *indices,
                                           size_t nb_traces, tg_error *error);

#endif
