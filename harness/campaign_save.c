/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where a campaign's cases go. A case is named for the key of its finding, so that the same bug has
 * the same name, whatever campaign found it: what is there already and still shows it is kept. */
#include "files/json_tree.h"
#include "harness/campaign_internal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Cases of one name that are kept beside each other: more than a key's bugs are likely to be. */
#define MAX_NAMES 100

/* Whether a name stands in JSON, and on a terminal, as it is. */
static tg_status is_plain(bool *is, const char *name, tg_error *error)
{
    tg_json_tree tree;
    tg_status status = tg_json_tree_init(&tree, error);
    if (status != TG_OK) return status;
    // What is no UTF-8 is another text there.
    tg_json_put_text(&tree, tree.root, "name", name);
    status = tg_json_tree_status(&tree, error);
    *is = status == TG_OK && strcmp(tg_json_text_of(tg_json_member(tree.root, "name")), name) == 0;
    tg_json_tree_clear(&tree);
    for (; *name != '\0'; name++) {
        if ((unsigned char)*name < ' ' || *name == '\x7f') *is = false;
    }
    return status;
}

tg_status campaign_check_kernels(const tg_command *kernels, tg_error *error)
{
    bool is = false;
    const tg_status status = is_plain(&is, kernels->text, error);
    if (status != TG_OK || (is && !kernels->is_cut)) return status;
    tg_error_set(error, TG_ERR_USAGE,
                 "the options of the kernels are too long for a state file, or no UTF-8");
    tg_error_how(error, "put them into a manifest, --kernels, or leave out --state");
    return TG_ERR_USAGE;
}

tg_status campaign_check_save(const char *folder, tg_error *error)
{
    bool is = false;
    const tg_status checked = is_plain(&is, folder, error);
    if (checked != TG_OK) return checked;
    if (!is) {
        tg_error_set(error, TG_ERR_USAGE,
                     "the name of this folder is no UTF-8, or has control characters");
        tg_error_where(error, "%s", folder);
        tg_error_how(error, "name another folder with --save: the state file, reports and command "
                            "lines have to name it");
        return TG_ERR_USAGE;
    }
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

/* Whether a case shows a key. */
static bool shows_key(campaign_run *run, const tg_case *work, const tg_key *key)
{
    tg_case_result result;
    tg_product products[2];
    tg_mismatch mismatch;
    tg_causes causes;
    tg_key own;
    if (tg_case_make(&result, &products[0], &products[1], work, &run->expected, &run->actual,
                     NULL) != TG_OK)
        return false;
    bool does = false;
    if (!result.is_match) {
        tg_triage_mismatch(&mismatch, work, &result, &products[0], &products[1], &run->actual);
        if (tg_causes_find(&causes, &mismatch, NULL) == TG_OK) {
            tg_key_make(&own, &mismatch, &causes);
            does = strcmp(own.text, key->text) == 0;
        }
    }
    tg_product_destroy(&products[0]);
    tg_product_destroy(&products[1]);
    tg_case_result_clear(&result);
    return does;
}

/* Whether the case at a path is as good as the smallest one of a triage. */
static bool is_as_good(campaign_run *run, const char *path, const tg_triage *triage, bool can_rerun)
{
    tg_case there;
    const tg_case *work = &triage->smallest;
    if (tg_case_load(&there, path, NULL) != TG_OK) return false;
    bool is = tg_case_is_same(&there, work);
    if (!is && can_rerun && there.subject.trace == work->subject.trace &&
        tg_case_is_users(&there) == tg_case_is_users(work)) {
        // With the kernels of this campaign, which may be others than the built-in ones.
        there.subject = work->subject;
        is = shows_key(run, &there, &triage->key);
    }
    tg_case_clear(&there);
    return is;
}

tg_status campaign_save(char *folder, bool *was_there, campaign_run *run, const tg_triage *triage,
                        bool can_rerun, tg_error *error)
{
    char first[TG_PATH_BYTES] = "";
    struct stat info;
    *was_there = tg_triage_is_saved(triage, run->save);
    tg_status status = tg_triage_save(first, triage, run->save, false, error);
    (void)snprintf(folder, TG_PATH_BYTES, "%s", first);
    // Only of a case that is in the way there is more to say.
    if (status != TG_ERR_IO || first[0] == '\0' || lstat(first, &info) != 0) return status;
    const tg_case_cells cells = {.expected = triage->expected.cells,
                                 .actual = triage->actual.cells};
    for (unsigned i = 1; i <= MAX_NAMES; i++) {
        status = i == 1 ? TG_OK : tg_path_format(folder, error, "%s-%u", first, i);
        if (status != TG_OK) return status;
        if (lstat(folder, &info) != 0)
            return tg_case_save_with(&triage->smallest, &cells, folder, false, error);
        *was_there = is_as_good(run, folder, triage, can_rerun);
        if (*was_there) return TG_OK;
    }
    tg_error_set(error, TG_ERR_IO, "there are %d cases of this finding already", MAX_NAMES);
    tg_error_where(error, "%s", run->save);
    tg_error_how(error, "name another folder with --save, or remove cases that are mended");
    return TG_ERR_IO;
}
