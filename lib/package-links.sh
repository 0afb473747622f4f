#!/bin/sh
# package-links.sh LIST: how a build shall bring the packages' files into bin/, so that everyone who may read bin/ may use them. LIST names them, one a line.
#   symbolic  everyone may read them where they lie
#   hard      everyone may read the files, but not enter a folder above them, such as the home of the one who builds
#   copy      others may not read the files themselves
set -eu
list=$1
[ -s "$list" ] || { echo symbolic; exit; }
any() { tr '\n' '\0' | xargs -0 sh -c 'find -H "$@" -prune '"$1"' -print' sh | grep -q .; }

# Where others may not read what this user writes, they may not read bin/ either, and any link will do.
case $(umask -S) in *o=*r*) ;; *) echo symbolic; exit ;; esac

# Each folder on the way to the files: by its name, and where a folder is itself a link also by where it lies.
folders() {
  sed 's|/[^/]*$||' "$list" | sort -u | while IFS= read -r folder; do echo "$folder"; (cd "$folder" && pwd -P); done |
    awk -F/ '{ path = ""; for (i = 2; i <= NF; i++) { path = path "/" $i; print path } }' | sort -u
}

if any '! -perm -o=r' <"$list"; then echo copy
elif folders | any '! -perm -o=x'; then echo hard
else echo symbolic; fi
