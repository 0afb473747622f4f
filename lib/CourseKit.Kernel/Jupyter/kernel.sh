#!/bin/sh
# Starts the kernel, and starts it again when it has crashed. So the front end keeps its connection, and the new process tells what happened.
# usage: kernel.sh PROGRAM ARGUMENT...
folder=$(mktemp -d) && mkfifo "$folder/stdout" "$folder/stderr" || exec "$@"
# This shell keeps the pipes and the files open. So what the process wrote last is not lost with it, and they need no names any more.
exec 6<>"$folder/words" 7<>"$folder/stdout" 8<>"$folder/stderr" 9<>"$folder/record"
rm -r "$folder"
trap : INT # Ctrl+C is for the kernel.
COURSEKIT_ENDED=0
export COURSEKIT_ENDED
while :; do
  "$@"
  COURSEKIT_ENDED=$?
  # 129, 130 and 143: somebody asked the process to end. The record is empty before the first cell: a kernel that cannot start is not started again.
  case $COURSEKIT_ENDED in 129 | 130 | 143) break ;; esac
  [ $COURSEKIT_ENDED -gt 128 ] && [ -s /dev/fd/9 ] || break
done
exit $COURSEKIT_ENDED
