/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Gate trace-generation kernels from a program of your own: from a test suite, for one.
 *
 *   const char *const traces[] = {"Select.main"};
 *   tracegate_gate_options options = {.struct_size = sizeof options,
 *                                     .traces = traces,
 *                                     .nb_traces = 1,
 *                                     .kernel = "my_select.cu:my_select_main"};
 *   tracegate_verdict verdict = {.struct_size = sizeof verdict};
 *   const tracegate_status status = tracegate_gate(&verdict, &options);
 *   fputs(verdict.text, status == TRACEGATE_MATCH ? stdout : stderr);
 *   tracegate_verdict_clear(&verdict);
 *   return status;
 *
 * It does what `tracegate gate` does, with the same events, and says the same: expected traces come
 * from the reference generators, actual ones from your kernel, and all cells are compared. Kernels
 * run in a process that is forked from this one, so that one that faults or never ends is a finding
 * and no more. For that CUDA must not have been used in this process before, and a gate is a call
 * for one thread at a time, best before the program has others.
 *
 * Nothing is printed, and nothing ends the program, but with is_in_process, which has code of yours
 * run in this process: there is no verdict where that ends it, whatever its exit code; the program
 * `tracegate` tells that from one, and so should a test suite.
 */
#ifndef TRACEGATE_TRACEGATE_H
#define TRACEGATE_TRACEGATE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when something here changes in a way that programs must follow. What is added comes behind
 * the last member of a struct, whose struct_size tells which members the program knows. */
#define TRACEGATE_API_VERSION 1

/* Version of the library: "0.1.0". */
const char *tracegate_version(void);

/* How a gate ended. The numbers are the exit codes of the program `tracegate`. */
typedef enum tracegate_status {
    TRACEGATE_MATCH = 0,      /* cells were compared, and all are right */
    TRACEGATE_MISMATCH = 1,   /* something differs, or the kernel failed: a finding */
    TRACEGATE_BAD_INPUT = 2,  /* what, where and how of the verdict say what to mend */
    TRACEGATE_UNAVAILABLE = 3 /* this machine cannot do it, or nothing was compared */
} tracegate_status;

/* Where kernels run. */
typedef enum tracegate_place {
    TRACEGATE_ANYWHERE = 0, /* on a GPU where there is one, else on the CPU: sources only */
    TRACEGATE_HOST = 1,     /* on the CPU */
    TRACEGATE_DEVICE = 2    /* on a GPU; without one TRACEGATE_UNAVAILABLE */
} tracegate_place;

/* What is gated, and how. Set struct_size, and zero for all that you do not care about. Texts and
 * arrays stay yours and are read during the call only. Paths are relative to the current folder. */
typedef struct tracegate_gate_options {
    size_t struct_size; /* sizeof(tracegate_gate_options) */

    /* ---- the kernels: one of kernel and manifest; neither for chips of a library that names its
     * manifest (chip.h), whose traces are then to be named ---- */
    const char *const *traces; /* [nb_traces] "Select.main"; "Select" is all traces of the chip.
                                  With kernel one trace; with manifest none is all that it has */
    size_t nb_traces;
    const char *kernel;   /* "FILE:SYMBOL", launched as SP1 does: a .cu, .cpp, .c, .ptx, .cubin,
                             .fatbin or .so */
    const char *manifest; /* file that describes kernels and launches (manifest.md) */

    /* [nb_chip_libraries] files: chips of your own (chip.h). The whole gate then runs in a process
     * that is forked from this one, where they are loaded and their constructors and `complete`
     * run: what these print is printed, and where they exit, end their thread, fault or do not
     * return within a minute, there is TRACEGATE_BAD_INPUT and no report. Nothing of them is left
     * in this process. Its handlers of signals, and its mask, are not in force there: Ctrl-C ends
     * that process, and the gate with TRACEGATE_BAD_INPUT, unless this one ignores SIGINT.
     * With is_in_process all of that runs here, and they stay loaded: their destructors and
     * handlers of exit run when the program ends, and could change its exit code */
    const char *const *chip_libraries;
    size_t nb_chip_libraries;

    /* ---- how the source of `kernel` is compiled; a manifest says it itself ---- */
    const char *standard;        /* "c++17" */
    const char *const *includes; /* [nb_includes] folders of headers; the source's own is there */
    size_t nb_includes;
    const char *const *defines; /* [nb_defines] "NAME" or "NAME=VALUE" */
    size_t nb_defines;
    const char *const *flags; /* [nb_flags] handed on to the compiler */
    size_t nb_flags;
    const char *event_struct; /* the source's struct of events, whose layout is compared with the
                                 chip's before any launch; NULL: it is not */

    /* ---- where and how kernels run ---- */
    tracegate_place place;
    int sanitize; /* not 0, on the CPU: under ASan and UBSan. Their runtime must be in this program
                     from its start: build it with -fsanitize=address, or set LD_PRELOAD */
    int poison;   /* not 0: traces are not zeroed first, whatever the description says */
    /* not 0: no process for the kernel, nor for code of chip libraries, as a debugger wants it.
     * What they print is printed, and exit, a fault or an endless loop of theirs is the program's,
     * which then has no verdict */
    int is_in_process;
    /* a run that takes longer is a finding; 0: 60, more if large. Of a trace with three runs that
     * crashed, hung or failed the other cases are left out, which is said */
    unsigned max_run_seconds;

    /* ---- events: drawn ones always, and recorded ones where they are named ---- */
    uint64_t seed;              /* 0: the program's own, 0xdeadbeef */
    size_t nb_events;           /* of a trace; 0: 1000, and small counts besides */
    const char *profile;        /* how they are drawn; NULL: mixed, and scripts besides */
    size_t height;              /* exactly so many rows; 0: the chip's rule, and one besides */
    const char *const *records; /* [nb_records] folders of records */
    size_t nb_records;
    const char *corpus; /* folder of records; NULL: none. pkg-config and the CMake package tell
                           where the recorded traces of SP1 are */
    const char *cases;  /* folder of saved cases; NULL: none */

    /* ---- how much ---- */
    size_t nb_repeats; /* make each trace so often: they must not differ; 0 and 1: once */
    int sweep;         /* not 0: in other launch shapes than the one that is described, too */
    size_t max_cells;  /* wrong cells that are listed for each mismatch; 0: 3 */

    /* ---- what is written beside the verdict; NULL: not ---- */
    const char *json;  /* file: the report, as report.schema.json describes it */
    const char *junit; /* file: JUnit XML */
    const char *sarif; /* file: SARIF 2.1.0 */
    const char *html;  /* file: one page with pictures */
    const char *save;  /* folder: the shrunk case of each mismatch */
    int no_times;      /* not 0: leave times and machine out of report files */
    FILE *progress;    /* where a gate that takes long says how far it is; NULL: nowhere. With
                          chip_libraries one that has no file, as open_memstream's, stays empty */
} tracegate_gate_options;

/* A mismatch that the report tells in full. Its texts belong to the verdict. */
typedef struct tracegate_finding {
    const char *trace; /* "Select.main" */
    const char *key;   /* the same for the same bug: part, cause, column */
    const char *again; /* the command line that makes it again */
    const char *text;  /* what the report says of it */
    size_t nb_cells;   /* cells compared */
    size_t nb_wrong_cells;
    size_t nb_wrong_rows;
} tracegate_finding;

/* What came of it. */
typedef struct tracegate_verdict {
    size_t struct_size; /* sizeof(tracegate_verdict), set before the call */
    void *memory;       /* tracegate's; for tracegate_verdict_clear */
    tracegate_status status;
    size_t nb_traces;      /* traces that were gated */
    size_t nb_comparisons; /* pairs of traces compared */
    size_t nb_cells;       /* cells compared: 0 is never a match */
    size_t nb_mismatches;  /* comparisons with a finding */
    size_t nb_not_run;     /* comparisons that the machine could not do */
    size_t nb_findings;    /* told in full: tracegate_verdict_finding */
    size_t nb_wrong_cells; /* of those findings */
    const char *text;      /* the report as `tracegate gate` prints it, behind what compilers said;
                              never NULL */
    char what[256];        /* what is wrong, where that is not in the report: always for
                              TRACEGATE_BAD_INPUT; else "" */
    char where[256];       /* file, option, trace; "" if what says it all */
    char how[256];         /* how to mend it */
} tracegate_verdict;

/* Gate.
 * verdict  yours, with struct_size set; overwritten, also after an error; to be cleared
 * options  with struct_size set
 * Returns  verdict->status. TRACEGATE_BAD_INPUT also for a struct_size that is not set; of the
 *          verdict's nothing else can then be set, and its text is not to be read */
tracegate_status tracegate_gate(tracegate_verdict *verdict, const tracegate_gate_options *options);

/* A finding, index from 0; NULL behind the last one. It lives until the verdict is cleared. */
const tracegate_finding *tracegate_verdict_finding(const tracegate_verdict *verdict, size_t index);

/* Give back what a verdict holds. One that is all zero but for its size is taken, and so is one
 * that was cleared. */
void tracegate_verdict_clear(tracegate_verdict *verdict);

#ifdef __cplusplus
}
#endif

#endif
