# SPDX-License-Identifier: MIT OR Apache-2.0
# Holds what ran against coverage/thresholds and coverage/exclusions; called by coverage/run.sh.
#
#   awk -v root=ROOT -v filtered=FILE -v unreached=FILE -f report.awk THRESHOLDS EXCLUSIONS TRACEFILE...
#
# ROOT        the tree
# filtered    gets one tracefile of the folders in THRESHOLDS, without what is excluded, its paths in the tree: for genhtml
# unreached   gets a line for each line and branch of these folders that did not run
# TRACEFILE   lcov's, with branches; a file that many programs were made of stands in them many times, and the counts add up
#
# Prints a table of the folders. Exits 0 if all is above its threshold and every exclusion is needed, 1 if not, 2 for files of
# coverage/ that are not of their form, and for a folder that nothing is known of.

function usage_error(text) {
    printf "coverage: %s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
    has_usage_error = 1
    exit 2
}

# An empty file has no first line to count files by: they are told by their names.
FILENAME == ARGV[1] || FILENAME == ARGV[2] { if ($0 ~ /^[ \t]*(#.*)?$/) next }

# ---- thresholds: FOLDER LINES BRANCHES ----

FILENAME == ARGV[1] {
    if (NF != 3 || $2 !~ /^[0-9.]+$/ || $3 !~ /^[0-9.]+$/ || $2 > 100 || $3 > 100)
        usage_error("not of the form FOLDER LINES BRANCHES, both in percent")
    folders[++nb_folders] = $1
    least_lines[$1] = $2
    least_branches[$1] = $3
    next
}

# ---- exclusions: KIND NUMBER FILE FUNCTION: TEXT, and a reason in the lines below, which begin with blanks; those that follow each
# other share it ----

FILENAME == ARGV[2] && /^[ \t]/ {
    if (nb_exclusions == 0) usage_error("a reason without an exclusion")
    for (i = first_of_reason; i <= nb_exclusions; i++) reason[i] = reason[i] $0
    ends_in_reason = 1
    next
}
FILENAME == ARGV[2] {
    if ($0 !~ /^(lines|branches|chance) [1-9][0-9]* [a-z0-9_\/.]+ [A-Za-z0-9_]+: ./)
        usage_error("not of the form lines|branches|chance NUMBER FILE FUNCTION: TEXT")
    i = ++nb_exclusions
    if (nb_exclusions == 1 || ends_in_reason) first_of_reason = i
    ends_in_reason = 0
    place[i] = FILENAME ":" FNR
    kind[i] = $1
    number[i] = $2
    file_of[i] = $3
    function_of[i] = substr($4, 1, length($4) - 1)
    text[i] = substr($0, index($0, $4 " ") + length($4) + 1)
    next
}

# ---- tracefiles ----

# The path in the tree of a source; headers are also seen through the build folder's links, include/FOLDER/FOLDER/FILE. Empty for
# sources of no folder here.
function path_in_tree(path,   parts, nb, folder) {
    nb = split(path, parts, "/")
    folder = nb < 2 ? "" : parts[nb - 1]
    if (!(folder in least_lines)) return ""
    if (path == root "/" folder "/" parts[nb]) return folder "/" parts[nb]
    return nb > 4 && parts[nb - 2] == folder && parts[nb - 3] == "include" ? folder "/" parts[nb] : ""
}

/^SF:/ {
    file = path_in_tree(substr($0, 4))
    if (file != "" && !(file in is_known)) {
        is_known[file] = 1
        files[++nb_sources] = file
    }
    next
}
file == "" { next }
/^FN:/ {
    split(substr($0, 4), fields, ",")
    if (!((file, fields[1]) in function_at)) starts[file] = starts[file] " " fields[1]
    function_at[file, fields[1]] = fields[2]
    next
}
/^FNDA:/ {
    split(substr($0, 6), fields, ",")
    calls[file, fields[2]] += fields[1]
    next
}
/^DA:/ {
    split(substr($0, 4), fields, ",")
    if (!((file, fields[1]) in runs) && fields[1] + 0 > last_line[file] + 0) last_line[file] = fields[1]
    runs[file, fields[1]] += fields[2]
    next
}
/^BRDA:/ {
    split(substr($0, 6), fields, ",")
    if (fields[3] + 1 > nb_branches[file, fields[1]] + 0) nb_branches[file, fields[1]] = fields[3] + 1
    taken[file, fields[1], fields[3]] += fields[4] == "-" ? 0 : fields[4]
    next
}

# ---- the end ----

function nb_not_taken(file, line,   i, nb) {
    for (i = 0; i < nb_branches[file, line]; i++) {
        if (taken[file, line, i] == 0) nb++
    }
    return nb + 0
}

# Read a source, and which function each of its lines belongs to.
function read_source(file,   path, line, name, nb) {
    if (file in nb_lines) return
    path = root "/" file
    name = "-"
    while ((getline line < path) > 0) {
        nb++
        if ((file, nb) in function_at) name = function_at[file, nb]
        source[file, nb] = line
        owner[file, nb] = name
    }
    close(path)
    nb_lines[file] = nb + 0
}

function complain(i, why) {
    printf "coverage: %s: %s\n", place[i], why
    nb_complaints++
}

# The line that an exclusion names; 0 after a complaint.
function line_of(i,   file, line, found, nb) {
    file = file_of[i]
    if (!(file in is_known)) {
        complain(i, "nothing is known of " file ": is it built?")
        return 0
    }
    read_source(file)
    for (line = 1; line <= nb_lines[file]; line++) {
        if (owner[file, line] == function_of[i] && index(source[file, line], text[i]) > 0) {
            found = line
            nb++
        }
    }
    if (nb == 1) return found
    complain(i, nb + 0 " lines of " function_of[i] " in " file " have this text, where one must")
    return 0
}

# Lines that are left out must not have run, and at least the first of them must be one that could.
function exclude_lines(i, first,   line, file) {
    file = file_of[i]
    if (!((file, first) in runs)) complain(i, file ":" first " is no line that runs")
    for (line = first; line < first + number[i]; line++) {
        if (!((file, line) in runs)) continue
        if (runs[file, line] != 0) complain(i, file ":" line " runs: the exclusion is not needed")
        is_excluded[file, line] = 1
    }
}

# Branches that are left out must not have been taken; those of chance may have been, this time.
function exclude_branches(i, line,   file, nb) {
    file = file_of[i]
    nb = nb_not_taken(file, line)
    if (kind[i] == "chance" && nb_branches[file, line] == 0) complain(i, file ":" line " has no branches")
    if (kind[i] == "branches" && nb != number[i]) complain(i, file ":" line " has " nb " branches that are not taken, not " number[i])
    allowed[file, line] = number[i] < nb ? number[i] : nb
}

function apply_exclusions(   i, line) {
    for (i = 1; i <= nb_exclusions; i++) {
        if (reason[i] !~ /[a-z]/) complain(i, "the exclusion has no reason")
        nb_of_folder[substr(file_of[i], 1, index(file_of[i], "/") - 1)]++
        line = line_of(i)
        if (line == 0) continue
        if (kind[i] == "lines") exclude_lines(i, line)
        else exclude_branches(i, line)
    }
}

# Count a file for its folder, and write its part of the tracefile.
function count_file(file,   folder, line, i, nb_left, names, nb_names, name, taken_here) {
    folder = substr(file, 1, index(file, "/") - 1)
    printf "TN:\nSF:%s/%s\n", root, file > filtered
    nb_names = split(starts[file], names, " ")
    for (i = 1; i <= nb_names; i++) {
        name = function_at[file, names[i]]
        if ((file, names[i]) in is_excluded) continue
        printf "FN:%d,%s\nFNDA:%d,%s\n", names[i], name, calls[file, name], name > filtered
    }
    for (line = 1; line <= last_line[file]; line++) {
        if (!((file, line) in runs) || (file, line) in is_excluded) continue
        printf "DA:%d,%d\n", line, runs[file, line] > filtered
        lines[folder]++
        if (runs[file, line] != 0) lines_run[folder]++
        else list_unreached(file, line, "did not run")
        nb_left = allowed[file, line] + 0
        for (i = 0; i < nb_branches[file, line]; i++) {
            taken_here = taken[file, line, i]
            if (taken_here == 0 && nb_left > 0) {
                nb_left--
                continue
            }
            printf "BRDA:%d,0,%d,%s\n", line, i, runs[file, line] == 0 ? "-" : sprintf("%d", taken_here) > filtered
            branches[folder]++
            if (taken_here != 0) branches_taken[folder]++
            else if (runs[file, line] != 0) list_unreached(file, line, "branch " i " of " nb_branches[file, line] " was not taken")
        }
    }
    print "end_of_record" > filtered
}

function list_unreached(file, line, what) {
    read_source(file)
    sub(/^[ \t]+/, "", source[file, line])
    printf "%s:%d: %s in %s: %s\n", file, line, what, owner[file, line], source[file, line] > unreached
    nb_unreached[substr(file, 1, index(file, "/") - 1)]++
}

function percent(part, all) { return all == 0 ? 100 : 100 * part / all }

# A figure just below its threshold must not be rounded up to it.
function floored(value) { return sprintf("%.1f%%", int(value * 10) / 10) }

function print_folder(folder,   of_lines, of_branches, verdict) {
    of_lines = percent(lines_run[folder], lines[folder])
    of_branches = percent(branches_taken[folder], branches[folder])
    verdict = of_lines >= least_lines[folder] && of_branches >= least_branches[folder] ? "good" : "BELOW"
    if (verdict != "good") nb_below++
    printf "%-11s %7d %7s %9s %9d %7s %9s %9d   %s\n", folder, lines[folder], floored(of_lines), ">= " least_lines[folder],
        branches[folder], floored(of_branches), ">= " least_branches[folder], nb_of_folder[folder], verdict
}

END {
    if (has_usage_error) exit 2
    printf "" > unreached
    apply_exclusions()
    for (i = 1; i <= nb_sources; i++) count_file(files[i])
    printf "%-11s %7s %7s %9s %9s %7s %9s %9s\n", "folder", "lines", "ran", "wanted", "branches", "taken", "wanted", "excluded"
    for (i = 1; i <= nb_folders; i++) {
        if (lines[folders[i]] == 0) {
            printf "coverage: nothing is known of %s/\n", folders[i] > "/dev/stderr"
            exit 2
        }
        print_folder(folders[i])
    }
    for (i = 1; i <= nb_folders; i++) all_unreached += nb_unreached[folders[i]]
    if (nb_below + nb_complaints > 0) exit 1
}
