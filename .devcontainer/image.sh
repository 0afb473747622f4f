#!/usr/bin/env bash
# The two long steps of building the image. Each step makes one layer of the image:
#   image.sh packages   fetches the course's packages. The tests' packages would double the image's size, and no lecture needs them
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

# The .nupkg files are no longer needed after unpacking: NuGet asks only for the checksums beside them.
# NuGet lets only root run the programs in the packages. The last line lets everyone run them.
find "$NUGET_PACKAGES" -name '*.nupkg' -delete
find "$NUGET_PACKAGES" -type f -perm -u+x ! -perm -o+x -exec chmod a+x {} +
