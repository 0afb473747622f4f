#!/usr/bin/env bash
# The two long steps of building the image, each a layer of it:
#   image.sh packages   fetches the course's packages; those of its tests would double the image, and no lecture needs them
#   image.sh course     builds the course and installs its kernel for all users
set -euo pipefail
cd "$(dirname "$0")/.."
export NUGET_PACKAGES=/opt/packages

case ${1:-} in
  packages)
    dotnet restore lib/CourseKit.Cli --no-http-cache
    ;;
  course)
    dotnet build -c Release lib/CourseKit.Cli
    lib/CourseKit.Cli/bin/Release/net10.0/CourseKit.Cli kernel install --prefix /usr/local
    ;;
  *)
    echo "image.sh: expected 'packages' or 'course'" >&2
    exit 2
    ;;
esac

# What the packages were unpacked from: NuGet asks only for the checksums beside them. And NuGet lets nobody but root run the programs in them.
find "$NUGET_PACKAGES" -name '*.nupkg' -delete
find "$NUGET_PACKAGES" -type f -perm -u+x ! -perm -o+x -exec chmod a+x {} +
# What an installation compiled, kept for the next one: no image needs it.
rm -rf "${XDG_CACHE_HOME:-$HOME/.cache}/coursekit/compiled"
