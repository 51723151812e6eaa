/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plans of kernels that were not built with the program: modules that hold kernels, and
 * launch descriptions that say how kernels are launched. A plan of the program with `user` set is
 * run by one of these.
 */
#ifndef TRACEGATE_GPU_USER_PLAN_H
#define TRACEGATE_GPU_USER_PLAN_H

#include "gpu/formula.h"
#include "gpu/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Arguments of a kernel, steps of a description and launches of one run, at the most. */
#define TG_USER_MAX_ARGUMENTS 32
#define TG_USER_MAX_STEPS TG_MAX_STEPS
#define TG_USER_MAX_LAUNCHES 256

typedef enum tg_module_kind {
    TG_MODULE_PTX,     /* text of PTX; the driver compiles it */
    TG_MODULE_CUBIN,   /* code of one architecture */
    TG_MODULE_FATBIN,  /* several of both */
    TG_MODULE_LIBRARY, /* shared object with the CUDA runtime that its kernels belong to */
    TG_MODULE_HOST,    /* shared object for the host grid, made from a user's source
                          (modules/host_build.h) */
} tg_module_kind;

/* A file that holds kernels. */
typedef struct tg_module {
    tg_module_kind kind;
    const char *path;          /* of the file that is loaded */
    const char *source;        /* of the file that the user named, for messages */
    const char *launcher;      /* TG_MODULE_LIBRARY: exported function that launches, as
                                  cudaLaunchKernel does; NULL: cudaLaunchKernel as the library has it */
    const char *launcher_near; /* name like it that the library exports, for who meant that; NULL */
    void *host; /* TG_MODULE_HOST: handle once it is open, else NULL; gpu/user_host.c's */
} tg_module;

/* A kernel of a module. */
typedef struct tg_user_kernel {
    tg_module *module;
    const char *name;   /* as the user calls it: "my_select_main", "rows<kb31_t>" */
    const char *symbol; /* as the module has it */
    bool is_getter;     /* TG_MODULE_LIBRARY: the symbol is a function without arguments that
                           returns the kernel's address, SP1's convention */
} tg_user_kernel;

/* What formulas may name, in this order. block, grid and i are 0 where they are not known yet:
 * block in the formula of a block, both in that of a grid (grid), i outside of a group. */
typedef enum tg_user_variable {
    TG_USER_HEIGHT,      /* rows of the trace */
    TG_USER_NB_EVENTS,   /* events that count: min(given, the trace's most) */
    TG_USER_WIDTH,       /* columns */
    TG_USER_EVENT_BYTES, /* of one event */
    TG_USER_BLOCK,       /* threads of a block of the launch */
    TG_USER_GRID,        /* blocks of the launch */
    TG_USER_INDEX,       /* round of the group, from 0 */
    TG_USER_NB_VARIABLES
} tg_user_variable;

/* "height", "nb_events", "width", "event_bytes", "block", "grid", "i" */
extern const char *const tg_user_variable_names[TG_USER_NB_VARIABLES];

typedef enum tg_argument_kind {
    TG_ARGUMENT_TRACE,     /* uint32_t *: cells */
    TG_ARGUMENT_HEIGHT,    /* uintptr_t */
    TG_ARGUMENT_EVENTS,    /* const Event *; NULL where the trace has none */
    TG_ARGUMENT_NB_EVENTS, /* uintptr_t */
    TG_ARGUMENT_SCRATCH,   /* void *: scratch buffer `number`, `value` bytes from its start */
    TG_ARGUMENT_SIDE,      /* uint32_t *: side output `number` */
    TG_ARGUMENT_BAD_EVENT, /* uint32_t *: lowered by atomicMin to the first event that cannot be
                              made, all ones before */
    TG_ARGUMENT_VALUE,     /* integer of `bytes` bytes: `value` */
} tg_argument_kind;

typedef struct tg_user_argument {
    tg_argument_kind kind;
    size_t number;
    const tg_formula *value; /* NULL: 0 */
    size_t bytes;            /* TG_ARGUMENT_VALUE: 1, 2, 4 or 8 */
} tg_user_argument;

/* Bytes of an argument as a kernel takes it. */
size_t tg_user_argument_bytes(const tg_user_argument *argument);

/* One launch of a description. */
typedef struct tg_user_step {
    const char *name;
    const tg_user_kernel *kernel;
    const tg_formula *block;        /* NULL: TG_USER_BLOCK_DEFAULT */
    const tg_formula *grid;         /* NULL: ceil_div(height, block) */
    const tg_formula *shared_bytes; /* NULL: 0 */
    size_t nb_arguments;
    const tg_user_argument *arguments;
} tg_user_step;

/* Threads of a block where a description does not say: SP1's. */
#define TG_USER_BLOCK_DEFAULT 64u

/* Steps that are done one after the other, so many rounds. */
typedef struct tg_user_group {
    const tg_formula *count; /* rounds; NULL: 1 */
    bool is_reversed;        /* i counts down to 0 */
    size_t nb_steps;
    const tg_user_step *steps;
} tg_user_group;

/* A scratch buffer. */
typedef struct tg_user_scratch {
    const char *name;
    const tg_formula *bytes;
    bool is_filled; /* before the first step of every run, with `fill` in every byte; false: with
                       poison where the runner poisons scratch, else with whatever was there */
    unsigned char fill;
} tg_user_scratch;

/* How the struct that a user's kernel takes for an event differs from the model's: found before the
 * first launch, of which there is then none. */
typedef struct tg_user_layout {
    const char *file;    /* that the kernel, or a header for it, stands in */
    const char *summary; /* one line: "Event has 24 bytes, not 20, and out1 lies at 8, not at 4" */
    const char *table;   /* lines of a report: field, theirs, ours */
} tg_user_layout;

/* A launch description. */
struct tg_user_plan {
    size_t nb_groups;
    const tg_user_group *groups;
    size_t nb_scratch; /* TG_MAX_SCRATCH at the most */
    const tg_user_scratch *scratch;
    bool zeroes_trace;     /* trace and side outputs are filled with zeros before the first step, as
                              SP1's kernels want it: cells that they do not write cannot be seen */
    const tg_plan *zeroed; /* where the user asked for poison in place of the zeros: the plan that
                              zeroes. NULL elsewhere */
    const tg_user_layout *layout; /* NULL: as the model's, or not stated */
    const tg_error *unmade; /* why its kernels cannot be run: what they stand in did not compile, or
                               has no such symbol; NULL: they can */
    const char *source;     /* file with the first kernel; NULL: not known */
    size_t line;            /* of that kernel, from 1; 0: not known */
};

/* One launch with all that its formulas give. */
typedef struct tg_user_launch {
    const tg_user_step *step;
    tg_launch shape;
    size_t shared_bytes;
    uint64_t values[TG_USER_MAX_ARGUMENTS]; /* [step->nb_arguments]; what each argument's formula
                                               gives */
} tg_user_launch;

/* All launches of a run and the sizes of its scratch. */
typedef struct tg_user_call {
    size_t nb_launches;
    tg_user_launch *launches;
    size_t scratch_bytes[TG_MAX_SCRATCH];
} tg_user_call;

/* Evaluate a description for one request.
 * launch  shape that the caller asks for: its block stands in the place of every step's, its grid
 *         too; zeros or NULL: the description's
 * call    to be destroyed after success
 * Errors  TG_ERR_SIZE for formulas that do not fit, shapes out of range, more than
 *         TG_USER_MAX_LAUNCHES launches, an offset beyond its buffer: names step and formula;
 *         TG_ERR_KERNEL for a run without any launch; those of tg_user_plan_check;
 *         TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_user_call_create(tg_user_call *call, const tg_user_plan *plan,
                                           const tg_launch *launch, const tg_request *request,
                                           tg_error *error);
void tg_user_call_destroy(tg_user_call *call);

/* Refuse to run a plan whose kernels could not be made, or take events of another layout.
 * Errors  that of plan->unmade; TG_ERR_KERNEL with TG_FAILURE_LAYOUT */
TG_NODISCARD tg_status tg_user_plan_check(const tg_user_plan *plan, tg_error *error);

/* The shape of one step outside of groups; errors as tg_user_call_create's. */
TG_NODISCARD tg_status tg_user_step_launch(tg_launch *shape, const tg_user_step *step,
                                           const tg_launch *launch, const tg_request *request,
                                           tg_error *error);

/* The arguments of one launch as a launch takes them: pointers[i] is the address of argument i,
 * which lies in words[i].
 * extra  scratch, side outputs and bad_event of the run */
void tg_user_launch_arguments(void *pointers[TG_USER_MAX_ARGUMENTS],
                              uint64_t words[TG_USER_MAX_ARGUMENTS], const tg_user_launch *launch,
                              uint32_t *cells, const tg_request *request,
                              const tg_krn_extra *extra);

/* Run a description on the host grid; arguments as tg_plan_run_host, whose errors are also: what a
 * module that cannot be opened says. All modules are TG_MODULE_HOST. */
TG_NODISCARD tg_status tg_user_plan_run_host(const tg_plan *plan, const tg_launch *launch,
                                             const tg_product *out, const tg_request *request,
                                             tg_error *error);

/* Close a module's handle on the host grid, if it is open. No plan may run it any more. */
void tg_user_host_close(tg_module *module);

#ifdef __cplusplus
}
#endif

#endif
