#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Checks who includes what, below ROOT: arrows between folders, internal headers, third-party headers in their one wrapper,
# CUDA's headers where devices are used. Prints a line for each wrong include.
#
#   include_graph.sh ROOT
#
# Exits 0 if all is right, 1 if an arrow is wrong, 2 if there was nothing to look at.
set -u
root=${1:?"usage: include_graph.sh ROOT"}
cd "$root" || exit 2

# Folders that must be there; pipeline and fuzz may be.
required="include model files reference kernels gpu modules harness api cli pages"
for folder in $required; do
    if [ -z "$(find "$folder" -name '*.[ch]' 2>/dev/null | head -n 1)" ]; then
        echo "include_graph: no sources in $root/$folder" >&2
        exit 2
    fi
done

# modules/port/ and modules/device/ are no part of the program: their headers are compiled with users' sources, beside each other.
# shellcheck disable=SC2046,SC2086 # lists of words; paths of this tree have no spaces
set -- $(find $required pipeline fuzz \( -path modules/port -o -path modules/device \) -prune -o -type f \( -name '*.c' -o -name '*.h' -o -name '*.cu' -o -name '*.cuh' -o -name '*.def' \) \
    -print 2>/dev/null | LC_ALL=C sort)
awk '
function wrong(why) { printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why; nb_wrong++ }
BEGIN {
    # The arrows. A folder may include its own headers too. tracegate/ lies in include/: it is installed, and stands alone.
    may["include"] = ""
    may["model"] = ""
    may["files"] = "model"
    may["reference"] = "model"
    may["kernels"] = "model"
    may["gpu"] = "kernels model"
    may["modules"] = "files gpu kernels model"
    may["harness"] = "tracegate modules files reference gpu kernels model"
    may["api"] = "tracegate harness modules files reference gpu kernels model"
    may["pipeline"] = "harness modules files reference gpu kernels model"
    may["cli"] = "pipeline harness modules files reference gpu kernels model"
    may["pages"] = "cli pipeline harness modules files reference gpu kernels model"
    may["fuzz"] = "harness modules files reference gpu kernels model"
    # Headers that the build makes from the list of chips, and where they belong.
    made["chip_headers.h"] = "model"
    made["machine_tables.h"] = "model"
    made["chip_draws.h"] = "harness"
    made["chip_coverages.h"] = "harness"
    made["chip_jagged.h"] = "pipeline"
    made["chip_causes.h"] = "harness"
    made["chip_programs.h"] = "harness"
    made["chip_plans.h"] = "gpu"
    # Third-party headers: the one folder that wraps each, in one file.
    wrapper["jansson.h"] = "files"
    wrapper["xxhash.h"] = "files"
    wrapper["Random123/philox.h"] = "harness"
    # The C library: standard C11 and POSIX.
    n = split("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic " \
              "stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar wchar wctype dirent dlfcn ftw " \
              "elf fcntl link poll pthread sched spawn termios ucontext unistd", names, " ")
    for (i = 1; i <= n; i++) libc[names[i] ".h"] = 1
}
/^[ \t]*#[ \t]*include/ {
    folder = FILENAME
    sub(/\/.*/, "", folder)
    nb_includes++
    if (match($0, /"[^"]*"/)) {
        name = substr($0, RSTART + 1, RLENGTH - 2)
        if (name in made) {
            if (made[name] != folder) wrong("made for " made[name] "/ alone")
            next
        }
        if (name !~ /^[a-z]+\/[a-z0-9_]+\.(h|cuh|def)$/) { wrong("written from the root, as \"folder/name.h\""); next }
        target = name
        sub(/\/.*/, "", target)
        if (target != folder && index(" " may[folder] " ", " " target " ") == 0) wrong(folder "/ may not include " target "/")
        if (name ~ /_internal\.h$/ && target != folder) wrong("internal to " target "/")
    } else if (match($0, /<[^>]*>/)) {
        name = substr($0, RSTART + 1, RLENGTH - 2)
        if (name in libc || name ~ /^sys\/[a-z]+\.h$/) next
        if (name in wrapper) {
            if (wrapper[name] != folder) wrong("wrapped by " wrapper[name] "/ alone")
            if (name in wrapped_by && wrapped_by[name] != FILENAME) wrong("wrapped by " wrapped_by[name] " already")
            wrapped_by[name] = FILENAME
        } else if (name == "omp.h") {
            if (folder == "model" || folder == "files") wrong("no threads here")
        } else if (name ~ /^sanitizer\//) {
            if (folder != "kernels" && folder != "fuzz" && FILENAME != "gpu/runtime_host_memory.c") wrong("only the host grid and fuzz targets speak to sanitizers")
        } else if (name ~ /^(cuda|nvrtc|cooperative_groups|vector_types|device_launch|driver_types)/) {
            if (folder != "gpu" && FILENAME != "kernels/port.h") wrong("CUDA belongs to gpu/ and kernels/port.h")
        } else if (name ~ /^cub\//) {
            if (folder != "gpu" && folder != "harness") wrong("CUB is for reductions of gpu/ and harness/")
        } else {
            wrong("no header of the C library or of a wrapped one")
        }
    } else {
        wrong("neither \"...\" nor <...>")
    }
}
END {
    if (nb_includes < 100) { printf "include_graph: only %d includes were seen\n", nb_includes; exit 2 }
    printf "%d includes, %d wrong\n", nb_includes, nb_wrong
    exit nb_wrong != 0
}' "$@"
