#!/bin/sh
# package-links.sh LIST: prints how a build must bring the packages' files into bin/, so that everyone who may read bin/ can use them.
# LIST is a file that names the packages' files, one per line. The answer is one of:
#   symbolic  everyone may read the files where they lie
#   hard      everyone may read the files, but not enter a folder above them, such as the home of the user who builds
#   copy      other users may not read the files themselves
set -eu
list=$1
[ -s "$list" ] || { echo symbolic; exit; }
any() { tr '\n' '\0' | xargs -0 sh -c 'find -H "$@" -prune '"$1"' -print' sh | grep -q .; }

# If other users may not read the files that this user writes, they may not read bin/ either. Then any link will do.
case $(umask -S) in *o=*r*) ;; *) echo symbolic; exit ;; esac

# Lists each folder on the way to the files by its name. If a folder is a link, the folders on the way to its target are listed too.
folders() {
  sed 's|/[^/]*$||' "$list" | sort -u | while IFS= read -r folder; do echo "$folder"; (cd "$folder" && pwd -P); done |
    awk -F/ '{ path = ""; for (i = 2; i <= NF; i++) { path = path "/" $i; print path } }' | sort -u
}

if any '! -perm -o=r' <"$list"; then echo copy
elif folders | any '! -perm -o=x'; then echo hard
else echo symbolic; fi
