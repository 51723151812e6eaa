/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What completes a value: the tables say it in the words that help shows, such as DIR and
 * FILE.json. */
#include "pages/pages.h"

#include "model/machine.h"
#include "model/trace.h"

#include <string.h>

static const tg_verb *const verbs[] = {
#define PAGES_VERB_ENTRY(name) &tg_verb_##name,
    TG_VERB_LIST(PAGES_VERB_ENTRY)
#undef PAGES_VERB_ENTRY
};

const tg_verb *pages_verb_at(size_t index) { return verbs[index]; }

static bool has(const char *text, const char *part) { return strstr(text, part) != NULL; }

static pages_value value_named(const char *name)
{
    if (has(name, "CHIP")) return PAGES_TRACES;
    if (strcmp(name, "DIR") == 0) return PAGES_FOLDER;
    if (strcmp(name, "ID") == 0) return PAGES_MACHINES;
    // FILE, FILE:SYMBOL, OUT.npy, EVENTS.npy, SHARD.json, CASE, which is a folder as files are
    // completed.
    if (has(name, "FILE") || has(name, ".npy") || has(name, ".json") || has(name, "CASE"))
        return PAGES_FILE;
    return PAGES_TEXT;
}

pages_value pages_value_of(const tg_option *option)
{
    if (option->names != NULL) return PAGES_NAMES;
    return option->value_name != NULL ? value_named(option->value_name) : PAGES_TEXT;
}

pages_value pages_operand_of(const tg_verb *verb)
{
    // REPORT.json | CASE | CHIP[.KIND]: shells complete files where no name fits.
    return value_named(verb->operands);
}

void pages_put_traces(FILE *out)
{
    const char *between = "";
    const tg_chip *chip = NULL;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (trace->chip != chip) {
            (void)fprintf(out, "%s%s", between, trace->chip->name);
            between = " ";
        }
        chip = trace->chip;
        (void)fprintf(out, "%s%s", between, trace->name);
    }
}

void pages_put_machines(FILE *out)
{
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        (void)fprintf(out, "%s%s", i != 0 ? " " : "", tg_machine_at(i)->id);
    }
}

void pages_put_names(FILE *out, const tg_names *names)
{
    for (size_t i = 0; i < names->nb_names(); i++) {
        (void)fprintf(out, "%s%s", i != 0 ? " " : "", names->name_at(i));
    }
}
