/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The `tracegate` program: finds the verb, parses its command line, runs it, prints its error in
 * one line.
 *
 * Exit codes: 0 all is well; 1 a mismatch; 2 wrong use, bad input, or an output that cannot be
 * written; 3 the machine cannot do it, or nothing was compared.
 */
#include "cli/verbs.h"

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
    (void)fputs("tracegate gates GPU trace-generation kernels: it makes the same trace with "
                "several backends from the same\n"
                "events and reports every cell that differs.\n"
                "\n"
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

static int run_verb(const tg_verb *verb, int nb_words, char *const *words)
{
    tg_error error = {0};
    tg_command_line line = {0};
    tg_status status = tg_command_line_parse(&line, verb, nb_words, words, &error);
    if (status == TG_OK) {
        if (line.wants_help) {
            tg_verb_print_help(stdout, verb);
        } else {
            status = verb->run(line.values, &line.operands, &error);
        }
        tg_command_line_clear(&line);
    }
    const int exit_code = finish(verb->name, tg_status_exit_code(status));
    if (status != TG_OK && error.what[0] != '\0') {
        char text[sizeof error + 16];
        (void)fprintf(stderr, "tracegate %s: %s\n", verb->name,
                      tg_error_line(text, sizeof text, &error));
    }
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
