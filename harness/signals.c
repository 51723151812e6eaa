/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Names of signals. */
#include "harness/signals.h"

#include <signal.h>
#include <stddef.h>

static const struct {
    int number;
    const char *name;
} names[] = {
    {SIGSEGV, ", SIGSEGV"}, {SIGBUS, ", SIGBUS"},   {SIGFPE, ", SIGFPE"},   {SIGILL, ", SIGILL"},
    {SIGTRAP, ", SIGTRAP"}, {SIGABRT, ", SIGABRT"}, {SIGKILL, ", SIGKILL"}, {SIGTERM, ", SIGTERM"},
    {SIGSYS, ", SIGSYS"},   {SIGINT, ", SIGINT"},   {SIGHUP, ", SIGHUP"},   {SIGPIPE, ", SIGPIPE"},
};

const char *tg_signal_name(int number)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].number == number) return names[i].name;
    }
    return "";
}

bool tg_signal_is_from_outside(int number)
{
    return number == SIGKILL || number == SIGTERM || number == SIGINT || number == SIGHUP;
}
