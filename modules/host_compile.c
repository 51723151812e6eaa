/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Starting compilers, waiting for them, and what they get of the environment: no sanitizer that the
 * program itself was started with, and messages in plain English. A compiler runs below a child
 * process that leads a process group and ends all of it when this process ends, however it does. */
#include "modules/host_compile_internal.h"

#include "model/memory.h"
#include "modules/child_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds that a compiler may take: templates can go on for ever. */
#define MAX_S 300

extern char **environ;

void command_clear(command *of)
{
    text_clear(&of->words);
    of->nb = 0;
}

void command_add(command *of, const char *format, ...)
{
    char word[2 * TG_PATH_BYTES];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(word, sizeof word, format, arguments);
    va_end(arguments);
    if (length < 0) return;
    text_append(&of->words, word, strlen(word) + 1);
    of->nb++;
}

/* Whether a program of that name is in PATH, or at that path. */
static bool is_there(const char *name)
{
    if (strchr(name, '/') != NULL) return access(name, X_OK) == 0;
    const char *paths = getenv("PATH");
    while (paths != NULL && paths[0] != '\0') {
        const size_t length = strcspn(paths, ":");
        char path[TG_PATH_BYTES];
        if (tg_path_format(path, NULL, "%.*s/%s", (int)length, paths, name) == TG_OK &&
            access(path, X_OK) == 0)
            return true;
        paths += length + (paths[length] == ':' ? 1 : 0);
    }
    return false;
}

static tg_status no_compiler(bool is_cpp, tg_error *error)
{
    tg_error_set(error, TG_ERR_UNAVAILABLE, "there is no %s compiler on this machine",
                 is_cpp ? "C++" : "C");
    tg_error_how(error, is_cpp ? "apt-get install g++, or set CXX to one"
                               : "apt-get install gcc, or set CC to one");
    return TG_ERR_UNAVAILABLE;
}

tg_status command_begin(command *of, bool is_cpp, tg_error *error)
{
    static const char *const usual[2][3] = {{"cc", "gcc", "clang"}, {"c++", "g++", "clang++"}};
    const char *named = getenv(is_cpp ? "CXX" : "CC");
    *of = (command){.nb = 0};
    if (named != NULL) {
        for (named += strspn(named, " "); named[0] != '\0'; named += strspn(named, " ")) {
            const size_t length = strcspn(named, " ");
            command_add(of, "%.*s", (int)length, named);
            named += length;
        }
    }
    for (size_t i = 0; i < 3 && of->nb == 0; i++) {
        if (is_there(usual[is_cpp][i])) command_add(of, "%s", usual[is_cpp][i]);
    }
    const tg_status status = text_status(&of->words, error);
    if (status != TG_OK) return status;
    if (of->nb != 0 && is_there(of->words.bytes)) return TG_OK;
    command_clear(of);
    return no_compiler(is_cpp, error);
}

static bool is_kept(const char *variable)
{
    static const char *const dropped[] = {
        "LD_PRELOAD=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LC_ALL=", "LANG=", "GCC_COLORS="};
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
        if (strncmp(variable, dropped[i], strlen(dropped[i])) == 0) return false;
    }
    return true;
}

/* Words and environment as posix_spawn wants them, in one buffer; *words is to be destroyed. */
static tg_status make_tables(char ***words, char ***variables, const command *of, tg_error *error)
{
    static char plain[] = "LC_ALL=C";
    size_t nb_variables = 0;
    while (environ[nb_variables] != NULL) nb_variables++;
    void *buffer = NULL;
    const tg_status status =
        tg_buffer_create(&buffer, of->nb + nb_variables + 3, sizeof(char *), error);
    if (status != TG_OK) return status;
    *words = buffer;
    char *word = of->words.bytes;
    for (size_t i = 0; i < of->nb; i++) {
        (*words)[i] = word;
        word += strlen(word) + 1;
    }
    (*words)[of->nb] = NULL;
    *variables = *words + of->nb + 1;
    size_t nb = 0;
    for (size_t i = 0; i < nb_variables; i++) {
        if (is_kept(environ[i])) (*variables)[nb++] = environ[i];
    }
    (*variables)[nb++] = plain;
    (*variables)[nb] = NULL;
    return TG_OK;
}

/* Start it; errno's number of what failed. */
static int start(pid_t *pid, char **words, char **variables, const char *log)
{
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed != 0) return failed;
    failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log,
                                                  O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    if (failed == 0) failed = posix_spawnp(pid, words[0], &actions, NULL, words, variables);
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* A run of a compiler, and what comes of it. */
typedef struct asked {
    char **words;
    char **variables;
    const char *log;
} asked;

typedef struct ending {
    int failed; /* errno's number of what kept it from starting */
    int exit_code;
} ending;

static void end_group(int number)
{
    (void)number;
    (void)kill(0, SIGKILL);
}

/* Lead a group of processes, and end it with the process that waits: compilers start others, which
 * would go on. */
static int lead_group(void)
{
    const struct sigaction action = {.sa_handler = end_group};
    sigset_t ending_signals;
    (void)sigemptyset(&ending_signals);
    (void)sigaddset(&ending_signals, SIGTERM);
    if (setpgid(0, 0) != 0 || sigaction(SIGTERM, &action, NULL) != 0 ||
        sigprocmask(SIG_UNBLOCK, &ending_signals, NULL) != 0 ||
        prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
        return errno;
    return 0;
}

/* In the child process. */
static tg_status work(void *answer, void *context, tg_error *error)
{
    ending *end = answer;
    const asked *of = context;
    pid_t pid = 0;
    int status = 0;
    end->failed = lead_group();
    if (end->failed == 0) end->failed = start(&pid, of->words, of->variables, of->log);
    if (end->failed != 0) return TG_OK;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return tg_io_error(error, "wait for", of->words[0], errno);
    }
    end->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return TG_OK;
}

tg_status command_run(int *exit_code, const command *of, const char *log, tg_error *error)
{
    char **words = NULL;
    char **variables = NULL;
    tg_status status = text_status(&of->words, error);
    if (status == TG_OK) status = make_tables(&words, &variables, of, error);
    if (status != TG_OK) return status;
    asked run = {.words = words, .variables = variables, .log = log};
    ending end = {.failed = 0};
    const child_terms terms = {.name = "the compiler",
                               .max_s = MAX_S,
                               .died = TG_ERR_UNAVAILABLE,
                               .died_how = "run it again; nothing may end the compiler's processes",
                               .hung = TG_ERR_KERNEL,
                               .hung_how =
                                   "look for templates or constant expressions without an end"};
    status = child_run(&end, sizeof end, work, &run, &terms, error);
    if (status != TG_OK) {
        tg_error_where(error, "%s", words[0]);
    } else if (end.failed != 0) {
        status = tg_error_set(error, TG_ERR_UNAVAILABLE, "the compiler %s cannot be started: %s",
                              words[0], strerror(end.failed));
        tg_error_how(error, "apt-get install g++, or set CXX (CC for C) to a compiler");
    }
    *exit_code = end.exit_code;
    tg_buffer_destroy(words);
    return status;
}
