#!/usr/bin/env bash
# Copies the image's build into this checkout, so that the first cell need not wait for a build. VS Code and Codespaces mount the checkout
# from outside the image. The notebooks load the library from the checkout's own lib/CourseKit/bin. A second run does the same again.
set -euo pipefail
image=${COURSEKIT_IMAGE:-/opt/coursekit}
cd "$(dirname "$0")/.."

# The fingerprint of all files that a build of the library depends on. Windows' line ends do not change the program, so they do not count.
fingerprint() {
  (cd "$1" && find .editorconfig global.json Directory.*.props lib \( -name bin -o -name obj \) -prune -o -type f -print0 | LC_ALL=C sort -z |
    while IFS= read -r -d '' file; do echo "$file"; tr -d '\r' <"$file"; done | sha256sum)
}

# The native libraries are links into the image's packages. A folder of Windows or a Mac may not hold links; then the files are copied.
# An obj that another machine left here is deleted, because it names that machine's folders. The image's own obj is not copied, because it would
# make no later build shorter.
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
