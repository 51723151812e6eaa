/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The page of the program. */
#include "pages/pages.h"

#include <string.h>

/* A name and what it means. */
typedef struct entry {
    const char *name;
    const char *text;
} entry;

static const entry variables[] = {
    {"CXX, CC", "the compilers of kernels that are gated from source on the CPU"},
    {"TRACEGATE_CACHE", "folder of what was compiled; else $XDG_CACHE_HOME/tracegate, else "
                        "~/.cache/tracegate; it may be removed at any time"},
    {"TG_CUDA_DEVICE", "number of the GPU to use, the first is 0"},
    {"TG_SHARD_INDEX, TG_SHARD_TOTAL", "which part of a gate over several jobs this one is"},
};

static const entry codes[] = {
    {"0", "all is well, and something was compared"},
    {"1", "a mismatch was found, or a kernel failed"},
    {"2", "wrong use, bad input, or an output that cannot be written"},
    {"3", "this machine cannot do it, or nothing was compared"},
};

static void put(FILE *out, const char *text) { pages_put_roff(out, text, strlen(text)); }

static void put_entries(FILE *out, const entry *entries, size_t nb)
{
    for (size_t i = 0; i < nb; i++) {
        (void)fputs(".TP\n.B ", out);
        put(out, entries[i].name);
        (void)fputc('\n', out);
        put(out, entries[i].text);
        (void)fputc('\n', out);
    }
}

static void put_verbs(FILE *out)
{
    for (size_t i = 0; i < PAGES_NB_VERBS; i++) {
        (void)fputs(".TP\n.BR tracegate\\-", out);
        put(out, pages_verb_at(i)->name);
        (void)fputs(" (1)\n", out);
        put(out, pages_verb_at(i)->summary);
        (void)fputc('\n', out);
    }
}

void pages_put_program(FILE *out)
{
    (void)fputs(".\\\" Made from the program's tables of options: not to be edited.\n"
                ".TH TRACEGATE 1 \"\" \"tracegate " TG_VERSION "\" \"tracegate\"\n"
                ".SH NAME\ntracegate \\- gate GPU trace\\-generation kernels\n"
                ".SH SYNOPSIS\n.B tracegate\n.I VERB\n[CHIP[.KIND] ...] [options]\n.br\n"
                ".B tracegate help\n[\\fIVERB\\fR]\n.br\n.B tracegate \\-\\-version\n"
                ".SH DESCRIPTION\n",
                out);
    put(out, TG_HELP_PROGRAM);
    (void)fputs(".SH VERBS\n", out);
    put_verbs(out);
    (void)fputs(".SH EXIT STATUS\n", out);
    put_entries(out, codes, TG_NB_ELEMENTS(codes));
    (void)fputs(".SH ENVIRONMENT\n", out);
    put_entries(out, variables, TG_NB_ELEMENTS(variables));
    (void)fputs(".SH EXAMPLES\n", out);
    pages_put_examples(out, tg_verb_gate.examples);
}
