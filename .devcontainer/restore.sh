#!/usr/bin/env bash
# Fetches the packages of the course, without those of its tests, which are as large as all others together, into the image.
set -euo pipefail
cd "$(dirname "$0")/.."

NUGET_PACKAGES=/opt/packages dotnet restore lib/CourseKit.Cli --no-http-cache

# What they were unpacked from: NuGet asks only for the checksums beside them.
find /opt/packages -name '*.nupkg' -delete
