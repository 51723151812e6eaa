/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The trace that a kernel makes where no manifest says it. */
#include "cli/kernels_internal.h"

#include "harness/command.h"
#include "harness/user_traces.h"

#include <ctype.h>
#include <string.h>

/* A name's letters and digits, small: "my_select_main" and "Select.main" then have a part in
 * common. */
static const char *plain(char text[TG_NAME_BYTES], const char *name)
{
    size_t nb = 0;
    for (; *name != '\0' && nb + 1 < TG_NAME_BYTES; name++) {
        if (isalnum((unsigned char)*name)) text[nb++] = (char)tolower((unsigned char)*name);
    }
    text[nb] = '\0';
    return text;
}

/* The trace whose name, or whose chip's, is the longest that the kernel's has in it; NULL: none. */
static const tg_trace *named_like(const char *kernel)
{
    char of_kernel[TG_NAME_BYTES];
    const tg_trace *found = NULL;
    size_t longest = 0;
    // Folders say nothing of it.
    const char *slash = strrchr(kernel, '/');
    (void)plain(of_kernel, slash != NULL ? slash + 1 : kernel);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        const char *const names[] = {trace->name, trace->chip->name};
        for (size_t k = 0; k < 2; k++) {
            char name[TG_NAME_BYTES];
            const size_t length = strlen(plain(name, names[k]));
            if (length <= longest || strstr(of_kernel, name) == NULL) continue;
            longest = length;
            found = trace;
        }
    }
    return found;
}

tg_status kernels_find_trace(size_t *trace, const char *kernel, const tg_words *operands,
                             tg_error *error)
{
    const tg_status status = tg_user_trace_find(trace, operands->words, operands->nb_words, error);
    if (status == TG_OK || operands->nb_words != 0) return status;
    const tg_trace *like = named_like(kernel);
    tg_command line;
    tg_command_begin(&line);
    tg_command_add(&line, like != NULL ? like->name : "CHIP.KIND");
    tg_command_add_option(&line, "kernel", "%s", kernel);
    tg_error_set(error, status,
                 "--kernel wants the trace that the kernel makes, and none is named");
    tg_error_how(error,
                 "name it behind the verb, as in: tracegate gate %s ('tracegate list' names all)",
                 line.text);
    return status;
}
