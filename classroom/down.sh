#!/usr/bin/env bash
# Ends the hub, its proxy and all students' servers and kernels. Accounts, files and what was handed in stay. As root: classroom/down.sh
set -uo pipefail
export CLASSROOM=${CLASSROOM:-/srv/classroom} PYTHONDONTWRITEBYTECODE=1
eval "$("${0%/*}/settings.py")"
if [ -d /run/systemd/system ]; then systemctl disable --now coursekit-hub.service; fi
for name in hub:jupyterhub proxy:configurable-http-proxy; do
  pid=$(cat "$CLASSROOM/hub/${name%:*}.pid" 2>/dev/null) || continue
  grep -qs "${name#*:}" "/proc/$pid/cmdline" && kill "$pid"
done
for login in $(getent group "$GROUP" | cut -d: -f4 | tr , ' '); do
  for pid in $(pgrep -u "$login"); do kill "$pid" 2>/dev/null; done
done
exit 0
