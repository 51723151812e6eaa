/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A campaign at work, for the files campaign*.c only. */
#ifndef TRACEGATE_HARNESS_CAMPAIGN_INTERNAL_H
#define TRACEGATE_HARNESS_CAMPAIGN_INTERNAL_H

#include "harness/campaign.h"
#include "model/fnv.h"
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
    bool is_told;          /* to stop */
    bool has_cut;          /* shrinking was stopped for the campaign's sake */
} campaign_run;

/* What a batch showed when it was compared. */
typedef struct campaign_sight {
    bool is_match;    /* cells, side outputs, and conduct of both sides; false also where the
                         backend failed */
    tg_status failed; /* TG_OK, or how it failed: a finding, with why */
    tg_error why;
    tg_key key;        /* of no match: by part and place as they were seen, in case it does not show
                          again */
    tg_key unseen_key; /* the same, in case it cannot be run again */
} campaign_sight;

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

/* Whether the campaign is told to stop. Once told, it stays so. */
bool campaign_is_told(campaign_run *run);

/* Whether its time is over. */
bool campaign_is_late(const campaign_run *run);

/* Make a slot's batch with the actual backend and compare.
 * Errors  that say nothing of the kernels */
TG_NODISCARD tg_status campaign_compare(campaign_sight *seen, campaign_run *run,
                                        campaign_slot *slot, tg_error *error);

/* Tell whoever wants to know that a batch is being run, in case it never returns; slot NULL: that
 * it is over. */
void campaign_announce(const campaign_run *run, const campaign_slot *slot);

/* Begin the command line that runs one batch alone. */
void campaign_batch_again(tg_command *again, const tg_campaign *campaign, const tg_trace *trace,
                          uint64_t number);

/* ---- findings ---- */

/* Find out what a batch that is not as it should be shows, and whether that is known; if not,
 * shrink, save and report it.
 * Errors  of the machine; of shrinking and saving, after the report */
TG_NODISCARD tg_status campaign_find(campaign_run *run, const campaign_slot *slot,
                                     const campaign_sight *seen, tg_error *error);

/* What is to be said of a finding: the whole batch, what both sides make of it, and the triage. */
typedef struct campaign_story {
    const campaign_run *run;
    tg_campaign_finding *finding;
    const tg_case *whole;
    const tg_case_result *result;
    const tg_product *expected; /* what both sides made of the whole; NULL: nothing */
    const tg_product *actual;
    const tg_triage *triage;
    bool is_shrunk; /* triage was run to its end; else it has causes and key only */
    bool is_unseen; /* the batch could not be run again: there is no triage, and an empty result */
} campaign_story;

/* Print it, as a gate prints a mismatch. */
void campaign_tell(FILE *out, const campaign_story *story);

/* Add it to the campaign's document, if there is one and it does not have it.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status campaign_document_add(const campaign_story *story, tg_error *error);

/* Save the smallest case of a triage below the campaign's folder as tg_triage_save does. Another
 * case of its name that is there stays: one that still shows the key is as good, and beside others
 * a number behind the name sets the new one apart.
 * folder     TG_PATH_BYTES bytes
 * was_there  whether nothing had to be written
 * can_rerun  a case that is there may be run to see what it shows */
TG_NODISCARD tg_status campaign_save(char *folder, bool *was_there, campaign_run *run,
                                     const tg_triage *triage, bool can_rerun, tg_error *error);

/* Refuse options of kernels that a state file cannot hold. Errors  TG_ERR_USAGE, TG_ERR_MEMORY */
TG_NODISCARD tg_status campaign_check_kernels(const tg_command *kernels, tg_error *error);

/* Make the folder of cases, if there is none, and see that cases can be put there. */
TG_NODISCARD tg_status campaign_check_save(const char *folder, tg_error *error);

/* ---- state ---- */

/* Version of the file, and of the batches: one that draws others must not go on with it. */
#define CAMPAIGN_VERSION 2

/* The state as text, and the hash of all that comes before its member "hash".
 * text  to be freed after success
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status campaign_state_render(char **text, size_t *nb_bytes, uint64_t *hash,
                                             const tg_campaign *campaign, tg_error *error);

/* Write the state. Errors  TG_ERR_IO, TG_ERR_MEMORY; the file is then as it was */
TG_NODISCARD tg_status campaign_state_write(const tg_campaign *campaign, const char *path,
                                            tg_error *error);

/* Read a state into a campaign that is all zero: seed, backends, traces, counts, findings. The
 * campaign is to be cleared, whatever the result. */
TG_NODISCARD tg_status campaign_state_read(tg_campaign *campaign, const char *path,
                                           tg_error *error);

/* Take the lists of a campaign: nb_traces traces, room for all findings and signatures.
 * indices  [nb_traces] */
TG_NODISCARD tg_status campaign_lists_take(tg_campaign *campaign, const size_t *indices,
                                           size_t nb_traces, tg_error *error);

#endif
