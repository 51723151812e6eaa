/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Options of builds, as gcc and clang write them. */
#include "modules/build_options_internal.h"

#include <string.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

bool build_standard_is_cpp(const char *standard) { return strstr(standard, "++") != NULL; }

bool build_standard_is_old(const char *standard)
{
    static const char *const older[] = {"98", "03", "0x", "11", "1y", "14"};
    const char *number = strstr(standard, "++");
    for (size_t i = 0; number != NULL && i < NB(older); i++) {
        if (strcmp(number + 2, older[i]) == 0) return true;
    }
    return false;
}

tg_status build_standard_check(const char *standard, bool is_cpp, const char *source,
                               tg_error *error)
{
    if (standard == NULL || build_standard_is_cpp(standard) == is_cpp) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "'%.40s' is no standard of %s, which this source is",
                 standard, is_cpp ? "C++" : "C");
    tg_error_where(error, "%s", source);
    tg_error_how(error, is_cpp ? "name one of C++, c++17; or name a .c file"
                               : "name one of C, c11; or name a .cu or .cpp file");
    return TG_ERR_FORMAT;
}

/* Whether a flag makes something else than an object, or puts it elsewhere. */
static bool is_refused(const char *flag)
{
    static const char *const whole[] = {"-c", "-S", "-E", "-fsyntax-only", "-v", "-###", "-r"};
    static const char *const beginnings[] = {
        "-M",          "-o",          "-dump",        "-print-",   "--print-",   "--help",
        "--version",   "--output",    "--preprocess", "--compile", "--assemble", "--syntax-only",
        "-save-temps", "--save-temps"};
    for (size_t i = 0; i < NB(whole); i++) {
        if (strcmp(flag, whole[i]) == 0) return true;
    }
    for (size_t i = 0; i < NB(beginnings); i++) {
        if (begins_with(flag, beginnings[i])) return true;
    }
    return false;
}

tg_status build_flags_check(const tg_build_options *options, const char *source, tg_error *error)
{
    for (size_t i = 0; options != NULL && i < options->nb_flags; i++) {
        if (!is_refused(options->flags[i])) continue;
        tg_error_set(error, TG_ERR_FORMAT,
                     "the flag '%.60s' has the compiler make something else than the kernels",
                     options->flags[i]);
        tg_error_where(error, "%s", source);
        tg_error_how(error, "leave it out of the flags");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

bool build_flag_is_sure(const char *flag)
{
    // Folders of headers, and what is preprocessed, are in the preprocessed text.
    static const char *const sure[] = {
        "-D",    "-U",     "-I",    "-O",        "-W",       "-g",       "-f", "-m",
        "-std=", "--std=", "-ansi", "-pedantic", "-pthread", "--param=", "-w"};
    // Of these, the words that hand something on, or name files.
    static const char *const unsure[] = {"-Wl,",    "-Wa,",  "-Wp,",   "plugin",
                                         "profile", "list",  "-mllvm", "-fuse-ld",
                                         "-fdump",  "-flto", "/"};
    bool is_sure = false;
    if (begins_with(flag, "-I") || begins_with(flag, "-D") || begins_with(flag, "-U")) return true;
    for (size_t i = 0; i < NB(sure); i++) is_sure = is_sure || begins_with(flag, sure[i]);
    for (size_t i = 0; i < NB(unsure); i++) is_sure = is_sure && strstr(flag, unsure[i]) == NULL;
    return is_sure;
}
