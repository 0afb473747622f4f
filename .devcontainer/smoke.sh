#!/usr/bin/env bash
# Checks whether this seat is ready. The kernel that VS Code will find must make the first picture of lecture 1 with this checkout's library.
set -uo pipefail
cd "$(dirname "$0")/.."
kernel=${COURSEKIT_PREFIX:-/usr/local}/share/jupyter/kernels/coursekit/bin/CourseKit.Cli
coursekit=lib/CourseKit.Cli/bin/Release/net10.0/CourseKit.Cli

broken() {
  echo
  echo "THIS SEAT IS NOT READY: $1" >&2
  echo "What to do: $2" >&2
  exit 1
}

[ -x "$kernel" ] || broken "the kernel is not in ${kernel%/bin/*}" "rebuild the container (VS Code: Dev Containers: Rebuild Container)"
[ -x "$coursekit" ] || broken "the course is not built" "run .devcontainer/take-build.sh"
# Exit code 0: all is well. 1: the seat works with a limit. 2: something is broken.
"$coursekit" doctor || [ $? -eq 1 ] || broken "of the checks above one is broken" "as the table says beside it"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$kernel" run .devcontainer/smoke.ipynb --out "$out/run" >"$out/log" 2>&1 ||
  { cat "$out/log"; broken "the first cell of lecture 1 fails, as shown above" "run .devcontainer/take-build.sh; if that does not help, rebuild the container"; }
grep -q '"image/png"' "$out/run/smoke.ipynb" || broken "the first cell of lecture 1 makes no picture" "rebuild the container"

echo
echo "This seat is ready. Open notebooks/01-generation-and-discrimination.ipynb and run its first cell."
