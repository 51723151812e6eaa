/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Manifests written by hand, for the suites of modules/: texts with ' for ", @ for the name of a
 * trace with events and no side outputs, # for another trace, $ for one with side outputs.
 */
#ifndef TRACEGATE_TESTS_MANIFEST_MADE_H
#define TRACEGATE_TESTS_MANIFEST_MADE_H

#include "model/trace.h"
#include "modules/manifest.h"
#include "test_files.h"

/* Bytes of a text once names stand in it. */
#define MANIFEST_BYTES 8192

TG_UNUSED static size_t trace_with(bool has_sides, size_t other_than)
{
    size_t i = 0;
    while (i < tg_nb_traces() && (i == other_than || tg_trace_at(i)->event == NULL ||
                                  (tg_trace_at(i)->nb_sides != 0) != has_sides))
        i++;
    // Without one, a manifest names a trace twice, and what takes it to be right fails.
    return i < tg_nb_traces() ? i : 0;
}

TG_UNUSED static const tg_trace *first_trace(void)
{
    return tg_trace_at(trace_with(false, SIZE_MAX));
}
TG_UNUSED static const tg_trace *second_trace(void)
{
    return tg_trace_at(trace_with(false, trace_with(false, SIZE_MAX)));
}
TG_UNUSED static const tg_trace *side_trace(void)
{
    return tg_trace_at(trace_with(true, SIZE_MAX));
}

/* Put names and quotes into a text. */
TG_UNUSED static const char *made_text(char made[MANIFEST_BYTES], const char *text)
{
    size_t used = 0;
    for (; *text != '\0'; text++) {
        const char quote[2] = {*text == '\'' ? '"' : *text, '\0'};
        const char *piece = *text == '@'   ? first_trace()->name
                            : *text == '#' ? second_trace()->name
                            : *text == '$' ? side_trace()->name
                                           : quote;
        // What does not fit leaves a manifest that is none.
        if (used + strlen(piece) >= MANIFEST_BYTES) break;
        memcpy(made + used, piece, strlen(piece));
        used += strlen(piece);
    }
    made[used] = '\0';
    return made;
}

/* Everything that a manifest may hold. */
TG_UNUSED static const char whole_manifest[] =
    "{'version': 1,"
    " 'modules': {"
    "  'mine': {'file': 'k.cu', 'std': 'c++20', 'includes': ['inc', '/abs/inc'],"
    "   'defines': ['N=1', '_F(x)=x'], 'flags': ['-O2', '-g'], 'warnings': true},"
    "  'theirs': {'file': '/opt/libsp1.so.6.2', 'launcher': 'sp1_launch'},"
    "  'odd': {'file': 'bin/kernels', 'kind': 'cubin'}},"
    " 'values': {'twice': 'half * 4', 'half': 'height / 2', 'seven': 7},"
    " 'kernels': ["
    "  {'trace': '@', 'module': 'mine', 'symbol': 'rows<kb31_t>', 'zero_trace': false,"
    "   'event': {'struct': 'ns::Event', 'header': 'inc/f.h', 'members': {}}},"
    "  {'trace': '#', 'module': 'theirs', 'symbol': 'get_rows', 'getter': true, 'block': 128,"
    "   'grid': 'ceil_div(twice, block)', 'shared_bytes': 'block * seven',"
    "   'arguments': ['nb_events', 'events', 'height', 'trace', {'u8': 1}, {'u16': 'seven'},"
    "    {'u32': 'grid'}, {'u64': 'event_bytes * width'}]},"
    "  {'trace': '$', 'module': 'odd',"
    "   'scratch': {'a': {'bytes': 'height * 4'}, 'b': {'bytes': 8, 'fill': 'zero'},"
    "    'c': {'bytes': '0x10', 'fill': 'poison'}, 'd': {'bytes': 1, 'fill': 255}},"
    "   'steps': ["
    "    {'symbol': 'one', 'name': 'first', 'arguments': [{'scratch': 'b'}, 'bad_event']},"
    "    {'symbol': 'two', 'module': 'mine'},"
    "    {'repeat': 'seven', 'reverse': true, 'steps': [{'symbol': 'one', 'grid': 'i + 1',"
    "     'arguments': [{'scratch': 'a', 'offset': 'i * 4'}, {'scratch': 'c'}, {'scratch': 'd'}]},"
    "     {'symbol': 'three'}]},"
    "    {'symbol': 'get_rows', 'module': 'theirs', 'getter': true}]}]}";

#endif
