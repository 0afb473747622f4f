#!/usr/bin/env bash
# Brings what the image built into this checkout, so that the first cell need not wait for a build. VS Code and Codespaces mount the checkout
# from outside, and their notebooks load the library from its own lib/CourseKit/bin. Run again, it does the same again.
set -euo pipefail
image=${COURSEKIT_IMAGE:-/opt/coursekit}
cd "$(dirname "$0")/.."

# Of all that a build of the library depends on; Windows' line ends make no other program.
fingerprint() {
  (cd "$1" && find .editorconfig global.json Directory.*.props lib \( -name bin -o -name obj \) -prune -o -type f -print0 | LC_ALL=C sort -z |
    while IFS= read -r -d '' file; do echo "$file"; tr -d '\r' <"$file"; done | sha256sum)
}

# The natives are links into the image's packages; a folder of Windows or a Mac may not hold links, then they are copied. Of obj only what another
# machine left there goes, since it names that machine's folders: the image's own would make no later build shorter.
take() {
  rm -rf "$1/bin" "$1/obj"
  cp --recursive --no-dereference "$image/$1/bin" "$1/bin" 2>/dev/null && return
  rm -rf "$1/bin"
  cp --recursive --dereference "$image/$1/bin" "$1/bin"
}

if [ "$(fingerprint "$image")" = "$(fingerprint .)" ]; then
  for project in lib/CourseKit lib/CourseKit.Kernel lib/CourseKit.Cli; do take "$project"; done
  echo "The course is here as the image built it."
else
  echo "The course's source is not the image's: building it, which takes a minute or less and needs no network."
  dotnet build -c Release lib/CourseKit.Cli -nodeReuse:false
fi
