/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the program's reader says of manifests, for tests/validate/manifests.py.
 *
 *   manifest_verdicts WHOLE   writes a manifest with everything that one may hold to the file WHOLE
 *   manifest_verdicts < LIST  reads each file that a line of the list names, and prints a line for
 *                             each: "read", or the error
 */
#include "../manifest_made.h"

int main(int argc, char **argv)
{
    if (argc > 1) {
        char text[MANIFEST_BYTES];
        FILE *file = fopen(argv[1], "w");
        if (file == NULL || fputs(made_text(text, whole_manifest), file) == EOF) return 2;
        return fclose(file) != 0 ? 2 : 0;
    }
    char path[1024];
    while (fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        tg_manifest *manifest = NULL;
        tg_error error = {.what = ""};
        char line[sizeof error + 16];
        const tg_status status = tg_manifest_read(&manifest, path, &error);
        (void)puts(status == TG_OK ? "read" : tg_error_line(line, sizeof line, &error));
        tg_manifest_destroy(manifest);
    }
    return 0;
}
