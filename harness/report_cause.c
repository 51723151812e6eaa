/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes as text. */
#include "harness/report.h"

#include <string.h>

/* Causes that are told, and how sure one behind the first has to be: what explains less than half
 * is in documents only. */
#define MAX_TOLD ((size_t)3)
#define LEAST_TOLD 50u

/* Whether evidence is a sentence that was told, as far as there was room for it. */
static bool is_told(const char *evidence, const tg_error *told)
{
    return told != NULL && strncmp(evidence, told->what, strlen(evidence)) == 0;
}

void tg_report_causes(FILE *out, const tg_causes *causes, const tg_error *told)
{
    for (size_t i = 0; i < causes->nb && i < MAX_TOLD; i++) {
        const tg_cause_found *found = &causes->list[i];
        if (i != 0 && found->confidence < LEAST_TOLD) break;
        char sure[32];
        (void)snprintf(sure, sizeof sure, "(%u%%)", found->confidence);
        tg_flow line = tg_flow_begin(out, i == 0 ? "  looks like   " : "  or           ");
        tg_flow_put_words(&line, tg_cause_title(found->cause));
        tg_flow_put(&line, sure);
        if (found->evidence[0] != '\0' && !is_told(found->evidence, told)) {
            tg_flow_put(&line, "-");
            tg_flow_put_words(&line, found->evidence);
        }
        (void)fputc('\n', out);
    }
}
