#!/usr/bin/env bash
# Builds the course in the image and installs its kernel for all users.
set -euo pipefail
cd "$(dirname "$0")/.."
export NUGET_PACKAGES=/opt/packages

dotnet build -c Release lib/CourseKit.Cli -nodeReuse:false
lib/CourseKit.Cli/bin/Release/net10.0/CourseKit.Cli kernel install --prefix /usr/local
find "$NUGET_PACKAGES" -name '*.nupkg' -delete

# The kernel would take half the cores of the machine that built the image; without this line, half of those of the seat.
sed -i '/"OMP_NUM_THREADS"/d' /usr/local/share/jupyter/kernels/coursekit/kernel.json
