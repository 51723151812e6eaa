#!/bin/bash -eu
# SPDX-License-Identifier: MIT OR Apache-2.0
# As OSS-Fuzz builds it.
exec bash "$SRC/tracegate/fuzz/oss-fuzz/build.sh"
