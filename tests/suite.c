/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Main and assertions of all suites. */
#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seconds a case may take: the slowest builds run under sanitizers on two loaded cores. */
#define CASE_TIMEOUT_S 300

tg_error *tg_suite_error;

int tg_suite_run(const char *name, const TTest *const *cases, size_t nb_cases)
{
    if (nb_cases == 0) return 1;
    Suite *suite = suite_create(name);
    TCase *group = tcase_create(name);
    tcase_set_timeout(group, CASE_TIMEOUT_S);
    for (size_t i = 0; i < nb_cases; i++) {
        tcase_add_test(group, cases[i]);
    }
    suite_add_tcase(suite, group);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const bool all_ran = srunner_ntests_run(runner) == (int)nb_cases;
    const int nb_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return nb_failed == 0 && all_ran ? 0 : 1;
}

const char *tg_suite_error_line(tg_status status)
{
    static char line[1024];
    char text[sizeof(tg_error) + 16];
    (void)snprintf(line, sizeof line, "%s: %s", tg_status_text(status),
                   tg_error_line(text, sizeof text, tg_suite_error));
    return line;
}

bool tg_suite_line_has(const char *text)
{
    char line[sizeof(tg_error) + 16];
    return strstr(tg_error_line(line, sizeof line, tg_suite_error), text) != NULL;
}

void tg_suite_make_folder(char path[256])
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(path, 256, "%s/tracegate-test-XXXXXX", base != NULL ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(path));
}

void tg_suite_remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) return;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char inner[512];
        (void)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        struct stat info;
        if (lstat(inner, &info) == 0 && S_ISDIR(info.st_mode)) {
            tg_suite_remove_folder(inner);
        } else {
            (void)unlink(inner);
        }
    }
    (void)closedir(folder);
    (void)rmdir(path);
}
