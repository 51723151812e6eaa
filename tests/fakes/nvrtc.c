/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A library in NVRTC's place that compiles nothing: its module has an entry for each name that is
 * asked for, and its calls give what tests want.
 *
 * TG_FAKE_NVRTC      words apart by commas: CALL=RESULT, a number, for calls of this file that fail
 *                    (compile=6); crash, leave: what compiling ends in; long: names that are too
 *                    long; no_entry: a module without them; options: the log has the options
 * TG_FAKE_NVRTC_LOG  the log
 */
#include <elf.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_NAMES 8
#define NAME_BYTES 2048
#define EM_OF_CUDA 190
#define IS_ENTRY 0x10

typedef struct program {
    int nb;
    char names[MAX_NAMES][NAME_BYTES]; /* in the module */
    char asked[MAX_NAMES][NAME_BYTES];
    char log[1 << 16];
    unsigned char cubin[1 << 16];
    size_t cubin_bytes;
} program;

/* What stands behind a word of TG_FAKE_NVRTC; NULL if it is not there. */
static const char *told(const char *word)
{
    const char *all = getenv("TG_FAKE_NVRTC");
    const size_t length = strlen(word);
    while (all != NULL && all[0] != '\0') {
        if (strncmp(all, word, length) == 0 && strchr("=,", all[length]) != NULL)
            return all + length;
        all = strchr(all, ',');
        if (all != NULL) all++;
    }
    return NULL;
}

static int result_of(const char *call)
{
    const char *value = told(call);
    return value != NULL ? atoi(value + 1) : 0;
}

const char *nvrtcGetErrorString(int result);
int nvrtcVersion(int *major, int *minor);
int nvrtcGetNumSupportedArchs(int *nb);
int nvrtcGetSupportedArchs(int *archs);
int nvrtcCreateProgram(program **made, const char *source, const char *name, int nb_headers,
                       const char *const *headers, const char *const *names);
int nvrtcDestroyProgram(program **of);
int nvrtcAddNameExpression(program *of, const char *name);
int nvrtcCompileProgram(program *of, int nb_options, const char *const *options);
int nvrtcGetProgramLogSize(program *of, size_t *nb_bytes);
int nvrtcGetProgramLog(program *of, char *log);
int nvrtcGetLoweredName(program *of, const char *name, const char **lowered);
int nvrtcGetCUBINSize(program *of, size_t *nb_bytes);
int nvrtcGetCUBIN(program *of, char *cubin);

const char *nvrtcGetErrorString(int result) { return result == 0 ? "NO_ERROR" : "FAKE_ERROR"; }

int nvrtcVersion(int *major, int *minor)
{
    *major = 13;
    *minor = 7;
    return result_of("version");
}

int nvrtcGetNumSupportedArchs(int *nb)
{
    *nb = told("archs_number") != NULL ? result_of("archs_number") : 2;
    return result_of("nb_archs");
}

int nvrtcGetSupportedArchs(int *archs)
{
    const int nb = told("archs_number") != NULL ? result_of("archs_number") : 2;
    for (int i = 0; i < nb; i++) archs[i] = 75 + 15 * i;
    return result_of("archs");
}

int nvrtcCreateProgram(program **made, const char *source, const char *name, int nb_headers,
                       const char *const *headers, const char *const *names)
{
    (void)source;
    (void)name;
    (void)nb_headers;
    (void)headers;
    (void)names;
    *made = calloc(1, sizeof **made);
    const int result = *made != NULL ? result_of("create") : 1;
    if (result != 0) free(*made);
    return result;
}

int nvrtcDestroyProgram(program **of)
{
    free(*of);
    *of = NULL;
    return 0;
}

int nvrtcAddNameExpression(program *of, const char *name)
{
    char *made = of->names[of->nb];
    (void)snprintf(of->asked[of->nb], NAME_BYTES, "%s", name);
    (void)snprintf(made, NAME_BYTES, "_Z%s", name);
    for (char *byte = made; *byte != '\0'; byte++) {
        if (strchr("<>:, ", *byte) != NULL) *byte = '_';
    }
    if (told("long") != NULL) {
        memset(made, 'x', NAME_BYTES - 1);
        made[NAME_BYTES - 1] = '\0';
    }
    of->nb++;
    return result_of("add_name");
}

/* A cubin of nothing but its table of symbols. */
static void make_cubin(program *of)
{
    const size_t nb = told("no_entry") != NULL ? 0 : (size_t)of->nb;
    Elf64_Ehdr header = {.e_machine = EM_OF_CUDA,
                         .e_type = ET_EXEC,
                         .e_ehsize = sizeof header,
                         .e_shentsize = sizeof(Elf64_Shdr),
                         .e_shnum = 3};
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    Elf64_Sym symbols[MAX_NAMES + 1] = {{.st_name = 0}};
    char strings[MAX_NAMES * NAME_BYTES] = "";
    size_t length = 1;
    for (size_t i = 0; i < nb; i++) {
        symbols[i + 1] = (Elf64_Sym){.st_name = (Elf64_Word)length,
                                     .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                                     .st_other = IS_ENTRY,
                                     .st_shndx = 1};
        memcpy(strings + length, of->names[i], strlen(of->names[i]) + 1);
        length += strlen(of->names[i]) + 1;
    }
    const size_t symbol_bytes = (nb + 1) * sizeof symbols[0];
    const Elf64_Shdr sections[3] = {
        {.sh_type = SHT_NULL},
        {.sh_type = SHT_STRTAB, .sh_offset = sizeof header, .sh_size = length},
        {.sh_type = SHT_SYMTAB,
         .sh_offset = sizeof header + length,
         .sh_size = symbol_bytes,
         .sh_link = 1,
         .sh_entsize = sizeof symbols[0]}};
    header.e_shoff = sizeof header + length + symbol_bytes;
    memcpy(of->cubin, &header, sizeof header);
    memcpy(of->cubin + sizeof header, strings, length);
    memcpy(of->cubin + sizeof header + length, symbols, symbol_bytes);
    memcpy(of->cubin + header.e_shoff, sections, sizeof sections);
    of->cubin_bytes = header.e_shoff + sizeof sections;
}

int nvrtcCompileProgram(program *of, int nb_options, const char *const *options)
{
    const char *log = getenv("TG_FAKE_NVRTC_LOG");
    size_t length = (size_t)snprintf(of->log, sizeof of->log, "%s", log != NULL ? log : "");
    if (told("crash") != NULL) (void)raise(SIGKILL);
    if (told("leave") != NULL) _exit(0);
    for (int i = 0; told("options") != NULL && i < nb_options; i++)
        length += (size_t)snprintf(of->log + length, sizeof of->log - length, "[%s]\n", options[i]);
    make_cubin(of);
    return result_of("compile");
}

int nvrtcGetProgramLogSize(program *of, size_t *nb_bytes)
{
    *nb_bytes = strlen(of->log) + 1;
    return result_of("log_size");
}

int nvrtcGetProgramLog(program *of, char *log)
{
    memcpy(log, of->log, strlen(of->log) + 1);
    return result_of("log");
}

int nvrtcGetLoweredName(program *of, const char *name, const char **lowered)
{
    for (int i = 0; i < of->nb; i++) {
        if (strcmp(of->asked[i], name) == 0) *lowered = of->names[i];
    }
    return result_of("lowered_name");
}

int nvrtcGetCUBINSize(program *of, size_t *nb_bytes)
{
    *nb_bytes = of->cubin_bytes;
    return result_of("cubin_size");
}

int nvrtcGetCUBIN(program *of, char *cubin)
{
    memcpy(cubin, of->cubin, of->cubin_bytes);
    return result_of("cubin");
}
