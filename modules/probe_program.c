/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The program of the layout probe: the user's source, and a function that knows their struct.
 *
 * NVRTC has no offsetof: offsets are differences of addresses that nothing reads from. A compiler
 * makes constants of them.
 */
#include "modules/probe_internal.h"

#include "model/memory.h"

#include <stdio.h>
#include <string.h>

/* The member that a field is called by: the longest of the manifest's names that fits gives the
 * beginning, the rest stays. */
static void name_member(probe_member *of, const tg_manifest_layout *layout)
{
    size_t nb_known = 0;
    const char *beginning = "";
    for (size_t i = 0; i < layout->nb_members; i++) {
        const char *field = layout->members[i].field;
        const size_t length = strlen(field);
        if (length <= nb_known || strncmp(of->field, field, length) != 0) continue;
        if (of->field[length] != '\0' && strchr(".[", of->field[length]) == NULL) continue;
        nb_known = length;
        beginning = layout->members[i].member;
    }
    (void)snprintf(of->member, sizeof of->member, "%.1023s%s", beginning, of->field + nb_known);
}

/* Length of a field's name without the indices at its end. */
static size_t name_length(const char *field)
{
    size_t length = strlen(field);
    while (length > 0 && field[length - 1] == ']') {
        while (length > 0 && field[length - 1] != '[') length--;
        if (length > 0) length--;
    }
    return length;
}

static bool is_same_group(const probe_member *one, const probe_member *other)
{
    const size_t length = name_length(one->field);
    return length == name_length(other->field) && memcmp(one->field, other->field, length) == 0;
}

tg_status probe_members_create(probe_members *members, const tg_manifest_entry *entry,
                               tg_error *error)
{
    const tg_type *event = tg_trace_at(entry->trace)->event;
    const size_t nb_leaves = tg_type_nb_leaves(event);
    void *list = NULL;
    *members = (probe_members){.nb = 0};
    const tg_status status = tg_buffer_create(&list, nb_leaves, sizeof *members->of, error);
    if (status != TG_OK) return status;
    members->of = list;
    for (size_t i = 0; i < nb_leaves; i++) {
        probe_member *made = &members->of[members->nb];
        *made = (probe_member){.leaf = tg_type_leaf_at(event, i),
                               .offset_there = PROBE_ABSENT,
                               .size_there = PROBE_ABSENT};
        if (made->leaf.type->form == TG_FORM_PAD) continue;
        made->size = made->leaf.type->size;
        (void)tg_type_leaf_name(made->field, sizeof made->field, event, i);
        name_member(made, &entry->layout);
        if (members->nb == 0 || !is_same_group(made - 1, made)) members->nb_groups++;
        made->group = members->nb_groups - 1;
        members->nb++;
    }
    return TG_OK;
}

void probe_members_clear(probe_members *members)
{
    tg_buffer_destroy(members->of);
    *members = (probe_members){.nb = 0};
}

size_t probe_nb_words(const probe_members *members) { return 1 + 2 * members->nb; }

void probe_take(probe_members *members, const uint64_t *words)
{
    members->size_there = words[0];
    for (size_t i = 0; i < members->nb; i++) {
        members->of[i].offset_there = words[1 + 2 * i];
        members->of[i].size_there = words[2 + 2 * i];
    }
}

/* What tells of one member where a compiler may find that there is none: the second template is
 * taken away by what it does not find. A member of bits has no size, and is none. */
static void write_detector(text *program, const char *member, size_t number)
{
    text_print(program,
               "template <class T, class = void> struct tracegate_member_%zu {\n"
               "static __device__ unsigned long long at(char *) { return ~0ull; }\n"
               "static __device__ unsigned long long size() { return ~0ull; } };\n",
               number);
    text_print(program,
               "template <class T> struct tracegate_member_%zu"
               "<T, decltype((void)sizeof(((T *)0)->%s))> {\n"
               "static __device__ unsigned long long at(char *from) { return "
               "(unsigned long long)((char *)&(const volatile char &)((T *)from)->%s - from); }\n"
               "static __device__ unsigned long long size() { return sizeof(((T *)0)->%s); } };\n",
               number, member, member, member);
}

static void write_answers(text *program, const probe_members *members, bool is_cpp)
{
    text_print(program, "out[0] = sizeof(tracegate_event);\n");
    for (size_t i = 0; i < members->nb; i++) {
        const char *member = members->of[i].member;
        if (members->of[i].is_left_out) {
            text_print(program, "out[%zu] = out[%zu] = ~0ull;\n", 1 + 2 * i, 2 + 2 * i);
        } else if (is_cpp) {
            text_print(program,
                       "out[%zu] = tracegate_member_%zu<tracegate_event>::at((char *)out);\n"
                       "out[%zu] = tracegate_member_%zu<tracegate_event>::size();\n",
                       1 + 2 * i, i, 2 + 2 * i, i);
        } else {
            text_print(program,
                       "out[%zu] = (unsigned long long)"
                       "((char *)&((tracegate_event *)(void *)out)->%s - (char *)out);\n"
                       "out[%zu] = sizeof(((tracegate_event *)0)->%s);\n",
                       1 + 2 * i, member, 2 + 2 * i, member);
        }
    }
}

void probe_write(text *program, const char *file, const tg_manifest_entry *entry,
                 const probe_members *members, bool on_device, bool is_cpp)
{
    // Messages about the struct's name have where it stands for their file.
    text_print(program,
               "#include \"%s\"\n#line 1 \"event of %s\"\ntypedef %s tracegate_event;\n"
               "#line 1 \"members of the event\"\n",
               file, tg_trace_at(entry->trace)->name, entry->layout.struct_name);
    for (size_t i = 0; i < members->nb && is_cpp; i++) {
        if (!members->of[i].is_left_out) write_detector(program, members->of[i].member, i);
    }
    text_print(program, "%s%s void " PROBE_FUNCTION "(unsigned long long *out)\n{\n",
               is_cpp ? "extern \"C\" " : "",
               on_device ? "__global__" : "__attribute__((visibility(\"default\")))");
    write_answers(program, members, is_cpp);
    text_print(program, "}\n");
}
