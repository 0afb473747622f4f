#!/usr/bin/env bash
# A student's seat: what the hub starts, as the student. CLASSROOM and the server's command come from jupyterhub_config.py.
umask 077
eval "$("$CLASSROOM/course/classroom/settings.py")"
cd || exit 1
# Sockets and keys of the kernels. The path is short, because the path of a socket may have 107 characters.
export JUPYTER_RUNTIME_DIR=$HOME/.run COURSEKIT_THREADS=$THREADS
if [ -n "$DEVICE_MEMORY" ]; then export COURSEKIT_DEVICE_MEMORY=$DEVICE_MEMORY; fi
mkdir -p "$JUPYTER_RUNTIME_DIR"
# On a full disk the server starts nevertheless, so that the student can delete something.
if : >"$JUPYTER_RUNTIME_DIR/seat.log"; then exec >"$JUPYTER_RUNTIME_DIR/seat.log" 2>&1; fi
"$CLASSROOM/course/classroom/update.py" || echo "The notebooks could not be brought up to date."
exec nice -n 5 prlimit --data=$((MEMORY_MB * 1048576)) --nproc="$PROCESSES" -- "$@"
