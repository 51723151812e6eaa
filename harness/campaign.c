/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The start of a campaign: which traces, which backends, new or resumed; and its lists. */
#include "harness/campaign_internal.h"

#include "harness/clock.h"
#include "harness/report.h"
#include "model/memory.h"

#include <string.h>
#include <sys/stat.h>

/* ---- the lists ---- */

tg_status campaign_lists_take(tg_campaign *campaign, const size_t *indices, size_t nb_traces,
                              tg_error *error)
{
    void *traces = NULL;
    void *kept = NULL;
    void *signatures = NULL;
    tg_status status = tg_buffer_create(&traces, nb_traces, sizeof *campaign->traces, error);
    campaign->traces = traces;
    if (status == TG_OK) {
        memset(traces, 0, nb_traces * sizeof *campaign->traces);
        campaign->nb_traces = nb_traces;
        status = tg_buffer_create(&kept, TG_CAMPAIGN_MAX_FINDINGS, sizeof *campaign->kept, error);
    }
    campaign->kept = kept;
    if (status == TG_OK)
        status = tg_buffer_create(&signatures, TG_CAMPAIGN_MAX_SIGNATURES,
                                  sizeof *campaign->signatures, error);
    campaign->signatures = signatures;
    for (size_t i = 0; i < nb_traces && status == TG_OK; i++) {
        campaign->traces[i].index = indices[i];
        status =
            tg_event_coverage_create(&campaign->traces[i].coverage, tg_trace_at(indices[i]), error);
    }
    return status;
}

void tg_campaign_clear(tg_campaign *campaign)
{
    for (size_t i = 0; i < campaign->nb_traces; i++) {
        tg_event_coverage_destroy(campaign->traces[i].coverage);
    }
    tg_buffer_destroy(campaign->traces);
    tg_buffer_destroy(campaign->kept);
    tg_buffer_destroy(campaign->signatures);
    memset(campaign, 0, sizeof *campaign);
}

/* The traces that names choose, in the order of tg_trace_at. */
static tg_status choose_traces(size_t *indices, size_t *nb_traces,
                               const tg_campaign_options *options, tg_error *error)
{
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, tg_nb_traces(), sizeof(bool), error);
    if (status != TG_OK) return status;
    bool *is_wanted = buffer;
    status = tg_subject_choose(is_wanted, options->names, options->nb_names, error);
    *nb_traces = 0;
    for (size_t i = 0; i < tg_nb_traces() && status == TG_OK; i++) {
        if (is_wanted[i]) indices[(*nb_traces)++] = i;
    }
    tg_buffer_destroy(buffer);
    return status;
}

/* ---- the start ---- */

static tg_status refuse_other(const char *what, const char *there, const char *path,
                              tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "the campaign that is to go on has another %s: %s", what,
                 there);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "leave it out: the state file says it; or begin a new campaign, without "
                        "--resume");
    return TG_ERR_USAGE;
}

/* The kernels of a campaign are those that it began with: findings of others are not the same. */
static tg_status check_kernels(const tg_campaign *there, const tg_command *given, const char *path,
                               tg_error *error)
{
    if (strcmp(there->kernels, given->text) == 0) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "the campaign that is to go on has other kernels: %s",
                 there->kernels[0] != '\0' ? there->kernels : "the built-in ones");
    tg_error_where(error, "%s", path);
    tg_error_how(error, there->kernels[0] != '\0'
                            ? "give these options, and name its traces, or begin a new campaign, "
                              "without --resume"
                            : "leave out --kernel and --kernels, or begin a new campaign, without "
                              "--resume");
    return TG_ERR_USAGE;
}

/* What is asked for must be what the state holds. */
static tg_status check_resumed(const campaign_run *run, const size_t *indices, size_t nb_traces,
                               tg_error *error)
{
    const tg_campaign_options *options = run->options;
    const tg_campaign *there = run->result;
    char seed[32];
    (void)snprintf(seed, sizeof seed, "0x%llx", (unsigned long long)there->seed);
    if (options->has_seed && options->seed != there->seed)
        return refuse_other("seed", seed, options->resume, error);
    if (options->expected != NULL && strcmp(options->expected, there->expected->name) != 0)
        return refuse_other("expected backend", there->expected->name, options->resume, error);
    if (options->actual != NULL && strcmp(options->actual, there->actual->name) != 0)
        return refuse_other("actual backend", there->actual->name, options->resume, error);
    bool same = nb_traces == there->nb_traces;
    for (size_t i = 0; i < nb_traces && same; i++) {
        same = indices[i] == there->traces[i].index;
    }
    if (options->nb_names != 0 && !same)
        return refuse_other("list of traces",
                            there->nb_traces == 1 ? tg_trace_at(there->traces[0].index)->name
                                                  : "other ones than those that are named",
                            options->resume, error);
    return TG_OK;
}

/* The two backends of a new campaign. */
static tg_status find_backends(campaign_run *run, tg_error *error)
{
    const tg_campaign_options *options = run->options;
    tg_campaign *campaign = run->result;
    tg_status status = tg_backend_find(
        &campaign->expected, options->expected != NULL ? options->expected : "reference", error);
    if (status == TG_OK)
        status = tg_backend_find(&campaign->actual,
                                 options->actual != NULL ? options->actual : "host", error);
    if (status != TG_OK) return status;
    if (campaign->expected == campaign->actual) {
        tg_error_set(error, TG_ERR_USAGE,
                     "%s is on both sides, and would only be compared with itself",
                     campaign->actual->name);
        tg_error_how(error, "name another backend, as the expected or as the actual one");
        return TG_ERR_USAGE;
    }
    if (!campaign->expected->generates || !campaign->actual->generates) {
        tg_error_set(error, TG_ERR_USAGE, "%s has no traces for drawn events",
                     campaign->expected->generates ? campaign->actual->name
                                                   : campaign->expected->name);
        tg_error_how(error, "name a backend that makes traces: reference, host, cuda");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

/* A new campaign, or the one of a state file. */
static tg_status begin(campaign_run *run, const size_t *indices, size_t nb_traces, tg_error *error)
{
    const tg_campaign_options *options = run->options;
    tg_campaign *campaign = run->result;
    tg_command kernels;
    tg_command_begin(&kernels);
    tg_command_add_words(&kernels, options->plan_words, options->nb_plan_words);
    if (options->resume == NULL) {
        campaign->seed = options->seed;
        (void)snprintf(campaign->kernels, sizeof campaign->kernels, "%s", kernels.text);
        tg_status status = options->state != NULL ? campaign_check_kernels(&kernels, error) : TG_OK;
        if (status == TG_OK) status = find_backends(run, error);
        if (status == TG_OK) status = campaign_lists_take(campaign, indices, nb_traces, error);
        return status;
    }
    tg_status status = campaign_state_read(campaign, options->resume, error);
    if (status == TG_OK) status = check_kernels(campaign, &kernels, options->resume, error);
    if (status == TG_OK) status = check_resumed(run, indices, nb_traces, error);
    campaign->nb_resumed = campaign->nb_batches;
    campaign->nb_resumed_events = campaign->nb_events;
    campaign->nb_resumed_findings = campaign->nb_findings;
    return status;
}

static tg_status check_options(const tg_campaign_options *options, size_t nb_traces,
                               tg_error *error)
{
    if (!options->has_only_batch) return TG_OK;
    if (options->resume != NULL || options->state != NULL) {
        tg_error_set(error, TG_ERR_USAGE, "one batch is no campaign to be resumed");
        tg_error_how(error, "leave out --batch, or --state and --resume");
        return TG_ERR_USAGE;
    }
    if (nb_traces == 1) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "a batch is one of one trace, and %zu are named", nb_traces);
    tg_error_how(error, "name one trace, as CHIP.KIND");
    return TG_ERR_USAGE;
}

static void print_start(const campaign_run *run)
{
    const tg_campaign *campaign = run->result;
    if (run->out == NULL) return;
    (void)fprintf(run->out, "expected  %s\nactual    %s\ncampaign  seed 0x%llx, %zu trace%s",
                  campaign->expected->name, campaign->actual->name,
                  (unsigned long long)campaign->seed, campaign->nb_traces,
                  tg_plural(campaign->nb_traces));
    if (run->options->resume != NULL)
        (void)fprintf(run->out, ", resumed behind %llu batches of %llu events",
                      (unsigned long long)campaign->nb_resumed,
                      (unsigned long long)campaign->nb_resumed_events);
    (void)fprintf(run->out, "\ncases     %s\n", run->save);
    if (run->state_path != NULL) (void)fprintf(run->out, "state     %s\n", run->state_path);
    (void)fputc('\n', run->out);
    (void)fflush(run->out);
}

/* A new campaign never takes the place of a file, least of all of another campaign's state. */
static tg_status check_state_is_new(const char *path, tg_error *error)
{
    struct stat info;
    if (path == NULL || lstat(path, &info) != 0 || !S_ISREG(info.st_mode)) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "there is a file of this name already");
    tg_error_where(error, "%s", path);
    tg_error_how(error, "go on with its campaign by --resume, name another file, or remove it");
    return TG_ERR_USAGE;
}

tg_status campaign_run_init(campaign_run *run, tg_error *error)
{
    const tg_campaign_options *options = run->options;
    tg_campaign *campaign = run->result;
    run->save = options->save != NULL ? options->save : TG_CAMPAIGN_SAVE;
    run->state_path = options->state != NULL ? options->state : options->resume;
    size_t nb_traces = 0;
    void *indices = NULL;
    tg_status status = tg_buffer_create(&indices, tg_nb_traces(), sizeof(size_t), error);
    if (status == TG_OK) status = choose_traces(indices, &nb_traces, options, error);
    if (status == TG_OK) status = check_options(options, nb_traces, error);
    if (status == TG_OK) status = check_state_is_new(options->state, error);
    if (status == TG_OK) status = begin(run, indices, nb_traces, error);
    tg_buffer_destroy(indices);
    if (status == TG_OK) status = campaign_check_save(run->save, error);
    if (status == TG_OK)
        status = tg_isolation_open(&run->expected, campaign->expected, &options->isolation, false,
                                   error);
    if (status == TG_OK)
        status =
            tg_isolation_open(&run->actual, campaign->actual, &options->isolation, true, error);
    campaign->isolation = options->isolation;
    campaign->plan_of = options->plan_of;
    campaign->plan_of_context = options->plan_of_context;
    campaign->plan_words = options->plan_words;
    campaign->nb_plan_words = options->nb_plan_words;
    campaign->is_isolated = run->actual.is_isolated;
    // Before anything runs: a file that cannot be written would be found out too late.
    if (status == TG_OK && run->state_path != NULL)
        status = campaign_state_write(campaign, run->state_path, error);
    run->state_written_s = tg_now_s();
    run->line_written_s = tg_now_s();
    if (status == TG_OK) print_start(run);
    return status;
}
