/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A folder with a kernel's source and headers, for the suites of cli/watch_files. */
#ifndef TRACEGATE_TESTS_WATCH_MADE_H
#define TRACEGATE_TESTS_WATCH_MADE_H

#include "cli/watch_files.h"
#include "test_files.h"

#include <sys/stat.h>
#include <unistd.h>

/* The folder, and what it has: mine.cu includes near.cuh beside it, which includes far.h of far/.
 */
typedef struct made {
    char folder[256];
    char kernel[512]; /* mine.cu:f */
    char far[512];
    const char *includes[1];
    tg_user_options options;
} made;

TG_UNUSED static const char *made_path(char path[1024], const made *of, const char *name)
{
    (void)snprintf(path, 1024, "%s/%s", of->folder, name);
    return path;
}

TG_UNUSED static void made_write(const made *of, const char *name, const char *text)
{
    char path[1024];
    write_file(made_path(path, of, name), text, strlen(text));
}

TG_UNUSED static void made_init(made *of)
{
    tg_suite_make_folder(of->folder);
    (void)snprintf(of->kernel, sizeof of->kernel, "%s/mine.cu:f", of->folder);
    (void)snprintf(of->far, sizeof of->far, "%s/far", of->folder);
    ck_assert_int_eq(mkdir(of->far, 0700), 0);
    of->includes[0] = of->far;
    of->options = (tg_user_options){.kernel = of->kernel,
                                    .build = {.nb_includes = 1, .includes = of->includes}};
    made_write(of, "mine.cu", "#include \"near.cuh\"\n#include <cstdint>\n");
    made_write(of, "near.cuh", "#include <far.h>\n");
    made_write(of, "far/far.h", "#define FAR 1\n");
    made_write(of, "other.cuh", "#define OTHER 1\n");
}

#endif
