/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The `tracegate` program: finds the verb, parses its command line, runs it, prints its error in
 * one line.
 *
 * Exit codes: 0 all is well; 1 a mismatch; 2 wrong use, bad input, or an output that cannot be
 * written; 3 the machine cannot do it, or nothing was compared.
 */
#include "cli/chip_library.h"
#include "cli/supervise.h"
#include "cli/verbs.h"
#include "harness/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 2

static const tg_verb *const verbs[] = {
#define TG_VERB_ENTRY(name) &tg_verb_##name,
    TG_VERB_LIST(TG_VERB_ENTRY)
#undef TG_VERB_ENTRY
};

static void print_help(FILE *out)
{
    (void)fputs(TG_HELP_PROGRAM "\n"
                                "usage: tracegate VERB [CHIP[.KIND] ...] [options]\n"
                                "\n"
                                "verbs:\n",
                out);
    for (size_t i = 0; i < TG_NB_ELEMENTS(verbs); i++) {
        (void)fprintf(out, "  %-10s%s\n", verbs[i]->name, verbs[i]->summary);
    }
    (void)fputs(
        "\n"
        "'tracegate VERB --help' or 'tracegate help VERB' explains a verb; 'tracegate --version' "
        "names the version.\n"
        "Exit codes: 0 all is well; 1 a mismatch was found; 2 wrong use, bad input, or an output "
        "that cannot be written;\n"
        "3 this machine cannot do it, or nothing was compared.\n",
        out);
}

static const char *verb_name_at(const void *context, size_t index)
{
    (void)context;
    return verbs[index]->name;
}

static const tg_verb *verb_named(const char *name)
{
    for (size_t i = 0; i < TG_NB_ELEMENTS(verbs); i++) {
        if (strcmp(verbs[i]->name, name) == 0) return verbs[i];
    }
    return NULL;
}

static int unknown_verb(const char *name)
{
    const char *nearest = tg_nearest_name(name, TG_NB_ELEMENTS(verbs), verb_name_at, NULL);
    if (nearest != NULL) {
        (void)fprintf(stderr,
                      "tracegate: there is no verb '%s': did you mean '%s'? 'tracegate --help' "
                      "lists the verbs\n",
                      name, nearest);
    } else {
        (void)fprintf(
            stderr, "tracegate: there is no verb '%s': 'tracegate --help' lists the verbs\n", name);
    }
    return EXIT_USAGE;
}

/* Write out what is buffered: results that cannot be written are an error, however well the rest
 * went. */
static int finish(const char *verb, int exit_code)
{
    const int flushed = fflush(stdout);
    if (flushed == 0 && !ferror(stdout)) return exit_code;
    (void)fprintf(stderr,
                  "tracegate %s: the results cannot be written: %s (standard output): make room, "
                  "or write elsewhere\n",
                  verb, strerror(errno));
    return EXIT_USAGE;
}

/* Say why a verb failed, and write out what it printed. */
static int conclude(const tg_verb *verb, tg_status status, const tg_error *error)
{
    const int exit_code = finish(verb->name, tg_status_exit_code(status));
    if (status != TG_OK && error->what[0] != '\0') {
        char text[sizeof *error + 16];
        (void)fprintf(stderr, "tracegate %s: %s\n", verb->name,
                      tg_error_line(text, sizeof text, error));
    }
    return exit_code;
}

/* A verb and its command line. */
typedef struct verb_call {
    const tg_verb *verb;
    const tg_command_line *line;
} verb_call;

/* A tg_supervise_work; notes NULL: nobody supervises it. */
static int call_verb(void *context, tg_supervised *notes)
{
    const verb_call *call = context;
    tg_error error = {0};
    tg_chip_libraries *libraries = NULL;
    if (notes != NULL) tg_supervised_begin_call(notes);
    tg_status status = tg_verb_open_chips(&libraries, call->verb, call->line->values, &error);
    if (notes != NULL) tg_supervised_end_call(notes);
    tg_chip_libraries_count(libraries, notes != NULL ? &notes->calls : NULL);
    if (status == TG_OK)
        status = call->verb->run(call->line->values, &call->line->operands, &error);
    tg_chip_libraries_close(libraries);
    return conclude(call->verb, status, &error);
}

/* Whether code of others is to run in the verb's own process, as far as its command line tells: a
 * chip library's, a kernel with --no-isolate, or what a line or file says that is run again. */
static bool runs_foreign_code(const tg_verb *verb, const void *values)
{
    for (size_t i = 0; i < verb->nb_options; i++) {
        const tg_option *option = &verb->options[i];
        const void *value = (const unsigned char *)values + option->offset;
        if (strcmp(option->name, TG_CHIP_LIBRARY) == 0 && ((const tg_words *)value)->nb_words != 0)
            return true;
        if (strcmp(option->name, "no-isolate") == 0 && *(const bool *)value) return true;
    }
    return verb == &tg_verb_replay || verb == &tg_verb_triage;
}

static int run_line(const tg_verb *verb, const tg_command_line *line)
{
    verb_call call = {.verb = verb, .line = line};
    if (!runs_foreign_code(verb, line->values)) return call_verb(&call, NULL);
    const tg_supervise_job job = {.verb = verb->name,
                                  .work = call_verb,
                                  .context = &call,
                                  .max_call_s = TG_SUPERVISED_MAX_CALL_S};
    if (!tg_supervise_is_watched()) return tg_supervise(&job);
    const int exit_code = call_verb(&call, NULL);
    (void)fflush(stderr);
    // Without what others registered for the end of the process.
    tg_process_leave_with(exit_code);
}

static int run_verb(const tg_verb *verb, int nb_words, char *const *words)
{
    tg_error error = {0};
    tg_command_line line = {0};
    const tg_status status = tg_command_line_parse(&line, verb, nb_words, words, &error);
    if (status != TG_OK) return conclude(verb, status, &error);
    int exit_code = 0;
    if (line.wants_help) {
        tg_verb_print_help(stdout, verb);
        exit_code = conclude(verb, TG_OK, &error);
    } else {
        exit_code = run_line(verb, &line);
    }
    tg_command_line_clear(&line);
    return exit_code;
}

/* `tracegate help VERB...` is `tracegate VERB --help`, and without a verb `tracegate --help`. */
static int help(int nb_words, char *const *words)
{
    if (nb_words == 0) {
        print_help(stdout);
        return finish("--help", 0);
    }
    const tg_verb *verb = verb_named(words[0]);
    if (verb == NULL) return unknown_verb(words[0]);
    tg_verb_print_help(stdout, verb);
    return finish(verb->name, 0);
}

/* Open what is closed of standard input, output and error: a file or socket that took the number of
 * one would be written to, or closed, in its stead. What is written to such an output fails, as it
 * did. */
static void open_standard_files(void)
{
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
        if (fcntl(file, F_GETFD) >= 0) continue;
        // It takes the lowest number that is free, which is this one.
        const int taken = open("/dev/null", O_RDONLY);
        (void)taken;
    }
}

int main(int argc, char **argv)
{
    open_standard_files();
    // Past a limit on file sizes a write is then an error like that of a full disk, not the end of
    // the process.
    (void)signal(SIGXFSZ, SIG_IGN);
    if (argc < 2) {
        (void)fputs("tracegate: no verb is given: 'tracegate --help' lists the verbs\n", stderr);
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) return help(0, NULL);
    if (strcmp(word, "help") == 0) return help(argc - 2, argv + 2);
    if (strcmp(word, "--version") == 0) {
        (void)puts("tracegate " TG_VERSION);
        return finish("--version", 0);
    }
    const tg_verb *verb = verb_named(word);
    return verb != NULL ? run_verb(verb, argc - 2, argv + 2) : unknown_verb(word);
}
