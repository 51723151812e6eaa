/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The ledger of known failures: read strictly, since a failure that is excused by a slip is one
 * that nobody sees again.
 */
#include "harness/ledger.h"

#include "files/json.h"
#include "harness/backend.h"
#include "model/memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Version of the file, its keys, and the keys of one failure. Keep in step with
 * docs/file-formats.md. */
#define VERSION 1
#define NB_KEYS 2
#define NB_ENTRY_KEYS 5 /* and "backend", which may be left away */

/* Bytes of a date, "2026-12-31", with its end. */
#define DATE_BYTES 11

/* Seconds from 1970 to the end of the year 9999: later days have no date of four digits. */
#define LAST_SECOND 253402300799

static tg_status set_error(tg_error *error, const char *what, const char *how)
{
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    tg_error_how(error, "%s", how);
    return TG_ERR_FORMAT;
}

/* ---- dates ---- */

/* Today, or the day that builds are pretended to be made on, as reproducible-builds.org defines. */
static time_t now(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    if (epoch == NULL || !isdigit((unsigned char)epoch[0])) return time(NULL);
    char *end = NULL;
    errno = 0;
    const long long seconds = strtoll(epoch, &end, 10);
    return errno == 0 && *end == '\0' && seconds <= LAST_SECOND ? (time_t)seconds : time(NULL);
}

static tg_status get_today(char date[DATE_BYTES], tg_error *error)
{
    const time_t seconds = now();
    struct tm day;
    if (gmtime_r(&seconds, &day) != NULL && strftime(date, DATE_BYTES, "%Y-%m-%d", &day) != 0)
        return TG_OK;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "the system's clock gives no date");
    tg_error_how(error, "set the clock, or SOURCE_DATE_EPOCH to the seconds since 1970");
    return TG_ERR_UNAVAILABLE;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && is_leap ? 29 : days[month - 1];
}

/* Whether text is a day that the calendar has, as "2026-12-31". Dates of this form stand in their
 * order as texts, too. */
static bool is_date(const char *text)
{
    if (strlen(text) != DATE_BYTES - 1) return false;
    for (size_t i = 0; i < DATE_BYTES - 1; i++) {
        const bool is_dash = i == 4 || i == 7;
        if (is_dash ? text[i] != '-' : !isdigit((unsigned char)text[i])) return false;
    }
    const unsigned year = (unsigned)strtoul(text, NULL, 10);
    const unsigned month = (unsigned)strtoul(text + 5, NULL, 10);
    const unsigned day = (unsigned)strtoul(text + 8, NULL, 10);
    return month >= 1 && month <= 12 && day >= 1 && day <= days_of_month(year, month);
}

/* ---- reading ---- */

/* A ledger that is being read. */
typedef struct reading {
    tg_ledger *ledger;
    tg_json_value *failures;
    char today[DATE_BYTES];
} reading;

/* The trace that chip and kind name. */
static tg_status get_trace(tg_ledger_entry *entry, tg_json_value *failure, tg_error *error)
{
    char chip[TG_NAME_BYTES];
    char kind[TG_NAME_BYTES];
    char name[2 * TG_NAME_BYTES];
    tg_status status = tg_json_get_text(chip, sizeof chip, failure, "chip", error);
    if (status == TG_OK) status = tg_json_get_text(kind, sizeof kind, failure, "kind", error);
    if (status != TG_OK) return status;
    (void)snprintf(name, sizeof name, "%s.%s", chip, kind);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, name) != 0) continue;
        (void)snprintf(entry->trace, sizeof entry->trace, "%s", tg_trace_at(i)->name);
        return TG_OK;
    }
    tg_error_set(error, TG_ERR_FORMAT, "there is no trace %s", name);
    tg_error_how(error, "write \"chip\" and \"kind\" as 'tracegate list' shows them");
    return TG_ERR_FORMAT;
}

static tg_status get_key(tg_ledger_entry *entry, tg_json_value *failure, tg_error *error)
{
    const tg_status status = tg_json_get_text(entry->key, sizeof entry->key, failure, "key", error);
    if (status != TG_OK) return status;
    tg_key key;
    if (!tg_key_read(&key, entry->key)) {
        tg_error_set(error, TG_ERR_FORMAT, "\"key\" is no key of a failure: %.100s", entry->key);
        tg_error_how(error, "copy it from a report: TRACE/PART/CAUSE/COLUMN");
        return TG_ERR_FORMAT;
    }
    const size_t length = strlen(entry->trace);
    if (strncmp(entry->key, entry->trace, length) == 0 && entry->key[length] == '/') return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"key\" is of another trace than %s: %.100s", entry->trace,
                 entry->key);
    tg_error_how(error, "name in \"chip\" and \"kind\" the trace that the key begins with");
    return TG_ERR_FORMAT;
}

/* The backend that an entry is about, where it is about one only. */
static tg_status get_backend(tg_ledger_entry *entry, tg_json_value *failure, tg_error *error)
{
    if (tg_json_member(failure, "backend") == NULL) return TG_OK;
    const tg_status status =
        tg_json_get_text(entry->backend, sizeof entry->backend, failure, "backend", error);
    if (status != TG_OK) return status;
    const tg_backend_ops *ops = NULL;
    if (tg_backend_find(&ops, entry->backend, NULL) == TG_OK) return TG_OK;
    tg_json_clean(entry->backend);
    tg_error_set(error, TG_ERR_FORMAT, "\"backend\" is none that there is: %s", entry->backend);
    tg_error_how(error, "write one as 'tracegate list' shows them, or leave out \"backend\": the "
                        "failure is then expected of all");
    return TG_ERR_FORMAT;
}

static tg_status get_until(tg_ledger_entry *entry, const reading *from, tg_json_value *failure,
                           tg_error *error)
{
    char text[TG_NAME_BYTES];
    const tg_status status = tg_json_get_text(text, sizeof text, failure, "until", error);
    if (status != TG_OK) return status;
    if (!is_date(text)) {
        tg_error_set(error, TG_ERR_FORMAT, "\"until\" is no date: %s", text);
        tg_error_how(error, "write the last day on which the failure is expected: YYYY-MM-DD");
        return TG_ERR_FORMAT;
    }
    memcpy(entry->until, text, DATE_BYTES);
    entry->is_over = strcmp(from->today, entry->until) > 0;
    return TG_OK;
}

static tg_status get_why(tg_ledger_entry *entry, tg_json_value *failure, tg_error *error)
{
    tg_status status = tg_json_get_text(entry->why, sizeof entry->why, failure, "why", error);
    if (status == TG_OK && entry->why[strspn(entry->why, " \t\r\n")] == '\0')
        return set_error(error, "\"why\" is empty", "say why the failure is expected");
    // Again, for a text without control characters: reports print it.
    if (status == TG_OK)
        status = tg_json_get_prose(entry->why, sizeof entry->why, failure, "why", error);
    return status;
}

static tg_status get_entry(tg_ledger_entry *entry, const reading *from, tg_json_value *failure,
                           tg_error *error)
{
    tg_status status = get_trace(entry, failure, error);
    if (status == TG_OK) status = get_key(entry, failure, error);
    if (status == TG_OK) status = get_backend(entry, failure, error);
    if (status == TG_OK) status = get_until(entry, from, failure, error);
    if (status == TG_OK) status = get_why(entry, failure, error);
    const size_t nb_keys = NB_ENTRY_KEYS + (entry->backend[0] != '\0');
    if (status == TG_OK && tg_json_nb_keys(failure) != nb_keys)
        return set_error(error, "there are other keys than those of a failure",
                         "leave only chip, kind, key, until and why, and backend where the failure "
                         "is one backend's");
    if (status == TG_OK && tg_ledger_find(from->ledger, entry->key, entry->backend) != NULL) {
        tg_error_set(error, TG_ERR_FORMAT, "the same key is listed twice: %.100s", entry->key);
        tg_error_how(error, "leave one of both, or give each another \"backend\"");
        return TG_ERR_FORMAT;
    }
    return status;
}

static tg_status get_entries(const reading *from, size_t nb_entries, tg_error *error)
{
    tg_ledger *ledger = from->ledger;
    void *entries = NULL;
    const tg_status status =
        tg_buffer_create(&entries, nb_entries, sizeof ledger->entries[0], error);
    if (status != TG_OK) return status;
    ledger->entries = entries;
    for (size_t i = 0; i < nb_entries; i++) {
        ledger->entries[i] = (tg_ledger_entry){.nb_seen = 0};
        const tg_status got =
            get_entry(&ledger->entries[i], from, tg_json_element(from->failures, i), error);
        if (got != TG_OK) {
            tg_error_where(error, "failure %zu", i + 1);
            return got;
        }
        // Only now, so that the entry is not its own double.
        ledger->nb_entries = i + 1;
    }
    return TG_OK;
}

static tg_status check_version(tg_json_value *root, tg_error *error)
{
    size_t version = 0;
    const tg_status status = tg_json_get_size(&version, root, "version", 0, UINT32_MAX, error);
    if (status != TG_OK || version == VERSION) return status;
    tg_error_set(error, TG_ERR_FORMAT, "\"version\" is %zu, and this program reads %d", version,
                 VERSION);
    tg_error_how(error, "use the version of tracegate that the ledger was written for");
    return TG_ERR_FORMAT;
}

static tg_status get_ledger(tg_ledger *ledger, tg_json_value *root, tg_error *error)
{
    reading from = {.ledger = ledger};
    size_t nb_entries = 0;
    tg_status status = check_version(root, error);
    if (status == TG_OK)
        status = tg_json_get_array(&from.failures, &nb_entries, root, "failures", error);
    if (status == TG_OK && tg_json_nb_keys(root) != NB_KEYS)
        return set_error(error, "there are other keys than those of a ledger",
                         "leave only version and failures");
    if (status == TG_OK && nb_entries > TG_LEDGER_MAX_ENTRIES) {
        tg_error_set(error, TG_ERR_SIZE, "%zu failures, where at most %d are known", nb_entries,
                     TG_LEDGER_MAX_ENTRIES);
        tg_error_how(error, "mend some of them first");
        return TG_ERR_SIZE;
    }
    if (status == TG_OK) status = get_today(from.today, error);
    if (status == TG_OK) status = get_entries(&from, nb_entries, error);
    return status;
}

tg_status tg_ledger_read(tg_ledger *ledger, const char *path, tg_error *error)
{
    *ledger = (tg_ledger){.nb_entries = 0, .entries = NULL};
    tg_json json;
    tg_status status = tg_json_open(&json, path, error);
    if (status != TG_OK) return status;
    status = get_ledger(ledger, json.root, error);
    tg_json_close(&json);
    if (status == TG_OK) return TG_OK;
    tg_ledger_clear(ledger);
    tg_error_where(error, "%s", path);
    return status;
}

void tg_ledger_clear(tg_ledger *ledger)
{
    tg_buffer_destroy(ledger->entries);
    *ledger = (tg_ledger){.nb_entries = 0, .entries = NULL};
}

tg_ledger_entry *tg_ledger_find(const tg_ledger *ledger, const char *key, const char *backend)
{
    for (size_t i = 0; i < ledger->nb_entries; i++) {
        tg_ledger_entry *entry = &ledger->entries[i];
        if (strcmp(entry->key, key) != 0) continue;
        if (backend[0] == '\0' || entry->backend[0] == '\0' || strcmp(entry->backend, backend) == 0)
            return entry;
    }
    return NULL;
}
