#!/usr/bin/env bash
# Makes this machine a classroom, on Debian 12, as root: classroom/up.sh CLASS.csv
# It installs JupyterHub, publishes the course without its solutions, closes this folder to the students, makes an account for each name of the list,
# prints the first passwords, and starts the hub. Run it again after a change of the course, the list or the settings; without a change it changes nothing.
# CLASSROOM says where all of it lives, by default /srv/classroom. The course must be built, or the .NET SDK be there to build it.
set -euo pipefail
umask 022
CLASSROOM=$(realpath --canonicalize-missing "${CLASSROOM:-/srv/classroom}")
list=$(realpath --canonicalize-missing "${1:-}")
cd "$(dirname "$0")/.."
export CLASSROOM PYTHONDONTWRITEBYTECODE=1
fail() { echo "up.sh: $1" >&2; exit 1; }

[ $# -eq 1 ] && [ "${1#-}" = "$1" ] || { sed -n '2,5p' "$0" | cut -c3-; exit 2; }
[ -f "$list" ] || fail "$1: no such file. It is the class list, a CSV with one name a line."
[ "$(id -u)" -eq 0 ] || fail "it makes accounts and installs packages, so it must run as root: sudo $0 $1"

# The solutions are in this folder, in the folder of its history and perhaps among its outputs. A student may have no part of it.
case $CLASSROOM/ in "$PWD"/*) fail "$CLASSROOM is in the course's folder, which is closed to students. Give another: CLASSROOM=FOLDER" ;; esac
if [ $((0$(stat --format %a .) & 7)) -ne 0 ]; then
  chmod o= .
  echo "Closed to students: $PWD, because the solutions are in it. They use $CLASSROOM/course."
fi

# Debian starts a hub of its own when it is installed, for all of the network and without TLS.
systemd() { [ -d /run/systemd/system ]; }
packages=(jupyterhub python3-nbclassic bubblewrap libicu72 procps)
if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
  echo "Installing ${packages[*]}"
  if systemd; then systemctl mask jupyterhub.service; fi
  apt-get update >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}" >/dev/null
fi

program=lib/CourseKit.Cli/bin/Release/net10.0/CourseKit.Cli
if [ ! -x $program ] || [ ! -f lib/CourseKit/bin/Release/net10.0/CourseKit.dll ]; then
  command -v dotnet >/dev/null || fail "the course is not built, and there is no .NET SDK to build it. Install the SDK (https://dot.net) for all users, or copy a built checkout."
  dotnet build -c Release lib/CourseKit.Cli
fi

classroom/settings.py --check
eval "$(classroom/settings.py)"
mkdir -p "$CLASSROOM/hub" && chmod 700 "$CLASSROOM/hub"
changed=$(classroom/publish.py "$PWD")
[ -z "$changed" ] || echo "Published: $(wc -l <<<"$changed") files in $CLASSROOM/course"

# Students run the published program and the kernel, so .NET must be where they can read it.
setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/nonexistent DOTNET_EnableDiagnostics=0 "$CLASSROOM/course/$program" --version >/dev/null ||
  fail "students cannot run $CLASSROOM/course/$program. Where .NET lies in a home folder, install it for all users: https://dot.net"
if grep -q ^lib/CourseKit.Cli <<<"$changed" || [ ! -f "$PREFIX/share/jupyter/kernels/coursekit/kernel.json" ]; then
  "$CLASSROOM/course/$program" kernel install --prefix "$PREFIX" | head -n 1
fi
mkdir -p "$PREFIX/bin"
[ "$(readlink "$PREFIX/bin/hand-in")" = "$CLASSROOM/course/classroom/hand-in" ] || ln -sfn "$CLASSROOM/course/classroom/hand-in" "$PREFIX/bin/hand-in"

classroom/accounts.py "$list"
classroom/settings.py --check

# The hub is started anew if its settings or programs are others. Running notebooks go on meanwhile.
hub="$CLASSROOM/hub" url="http${TLS_KEY:+s}://$ADDRESS:$PORT/hub/login"
state=$(cat "$CLASSROOM/settings.env" "$CLASSROOM"/course/classroom/*.py | sha256sum)
running() { [ -f "$hub/hub.pid" ] && grep -qs jupyterhub "/proc/$(cat "$hub/hub.pid" 2>/dev/null)/cmdline"; }
if running && [ "$state" = "$(cat "$hub/state" 2>/dev/null)" ]; then
  echo "The hub is running: $url"
  exit
fi
command=(/usr/bin/python3 -m jupyterhub -f "$CLASSROOM/course/classroom/jupyterhub_config.py")
if systemd; then
  cat >/etc/systemd/system/coursekit-hub.service <<UNIT
[Unit]
Description=The classroom's JupyterHub
After=network.target
[Service]
Environment=CLASSROOM=$CLASSROOM NODE_PATH=/usr/share/nodejs PYTHONDONTWRITEBYTECODE=1
WorkingDirectory=$hub
UMask=0077
ExecStart=${command[*]}
# Students' servers outlive the hub.
KillMode=process
Restart=on-failure
[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable coursekit-hub.service
  systemctl restart coursekit-hub.service
else
  if running; then
    kill "$(cat "$hub/hub.pid")"
    while running; do sleep .2; done
  fi
  (cd "$hub" && umask 077 && NODE_PATH=/usr/share/nodejs PYTHONDONTWRITEBYTECODE=1 exec setsid nohup "${command[@]}" >>hub.log 2>&1 </dev/null) &
fi
for _ in $(seq 300); do
  if running && /usr/bin/python3 - "$url" <<'PY' 2>/dev/null
import ssl, sys, urllib.request
urllib.request.urlopen(sys.argv[1], timeout=2, context=ssl._create_unverified_context())
PY
  then
    echo "$state" >"$hub/state"
    echo "The hub is up: $url"
    exit
  fi
  sleep .2
done
fail "the hub did not come up within a minute. Its last lines in $hub/hub.log (with systemd: journalctl -u coursekit-hub):
$(tail -n 5 "$hub/hub.log" 2>/dev/null)"
