/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where a campaign's cases go. A case is named for the key of its finding, so that the same bug has
 * the same name, whatever campaign found it: what is there already and still shows it is kept. */
#include "harness/campaign_internal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Cases of one name that are kept beside each other: more than a key's bugs are likely to be. */
#define MAX_NAMES 100

/* Letters of a cause in a name. */
#define CAUSE_BYTES 32

tg_status campaign_check_save(const char *folder, tg_error *error)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        const tg_status status = tg_io_error(error, "make the folder of cases", folder, errno);
        tg_error_how(error, "name another folder with --save: one that can be made or written");
        return status;
    }
    struct stat info;
    if (stat(folder, &info) != 0) return tg_io_error(error, "look up", folder, errno);
    const bool is_folder = S_ISDIR(info.st_mode);
    if (is_folder && access(folder, W_OK | X_OK) == 0) return TG_OK;
    tg_error_set(error, TG_ERR_IO,
                 is_folder ? "no cases can be put into this folder"
                           : "this is no folder, and no cases can be put there");
    tg_error_where(error, "%s", folder);
    tg_error_how(error, "name another folder with --save, or let this user write there");
    return TG_ERR_IO;
}

/* Whether there is a case of this trace at a path that still shows the cause. */
static bool is_as_good(campaign_run *run, const char *path, const tg_case *work,
                       tg_campaign_cause cause)
{
    tg_case there;
    tg_case_result result;
    if (tg_case_load(&there, path, NULL) != TG_OK) return false;
    const tg_subject own = there.subject;
    bool is = own.trace == work->subject.trace;
    // With the kernels of this campaign, which may be others than the built-in ones.
    there.subject = work->subject;
    if (is && tg_case_run(&result, &there, &run->expected, &run->actual, NULL) == TG_OK) {
        is = !result.is_match && campaign_cause(&result) == cause;
        tg_case_result_clear(&result);
    } else {
        is = false;
    }
    tg_case_clear(&there);
    return is;
}

tg_status campaign_save(char *folder, campaign_run *run, const tg_case *work,
                        const tg_campaign_finding *finding, tg_error *error)
{
    char cause[CAUSE_BYTES];
    (void)snprintf(cause, sizeof cause, "%s", tg_campaign_cause_name(finding->cause));
    for (char *at = cause; *at != '\0'; at++) {
        if (*at == ' ') *at = '-';
    }
    const uint64_t hash = tg_fnv(TG_FNV_START, finding->key, strlen(finding->key));
    // What fails is not run again: it may take the device with it.
    const bool is_runnable = finding->cause != TG_FOUND_FAILED;
    for (unsigned i = 1; i <= MAX_NAMES; i++) {
        char number[16] = "";
        if (i > 1) (void)snprintf(number, sizeof number, "-%u", i);
        tg_status status =
            tg_path_format(folder, error, "%s/%s-%s-%08lx%s", run->save, work->subject.trace->name,
                           cause, (unsigned long)(hash >> 32), number);
        if (status != TG_OK) return status;
        struct stat info;
        if (lstat(folder, &info) != 0) return tg_case_save(work, folder, error);
        if (is_runnable && is_as_good(run, folder, work, finding->cause)) return TG_OK;
    }
    tg_error_set(error, TG_ERR_IO, "there are %d cases of this finding already", MAX_NAMES);
    tg_error_where(error, "%s", run->save);
    tg_error_how(error, "name another folder with --save, or remove cases that are mended");
    return TG_ERR_IO;
}
