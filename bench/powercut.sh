#!/usr/bin/env bash
# Takes the power (SIGKILL of QEMU) from an updating host at seeded random moments; every boot must
# come up on the old or the new release. Usage: bench/powercut.sh [CUTS=25] [SEED]; soaks for hours if asked.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
exec "$root/keelson" vm power-cuts --count "${1:-25}" ${2:+--seed "$2"}
