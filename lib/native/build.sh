#!/usr/bin/env bash
# Builds TorchSharp's native binding for the PyTorch at hand, where libtorch is not the one that TorchSharp's package was built for.
#
#   git clone --depth 1 https://github.com/dotnet/TorchSharp      # the source of the version in Directory.Packages.props
#   lib/native/build.sh TorchSharp .../site-packages/torch/lib out/native
#   COURSEKIT_LIBTORCH=out/native dotnet build -c Release          # and the same variable when running
#
# It needs g++ 11 or newer and PyTorch's headers (torch/include, which its packages from PyPI have). No CUDA toolkit: the binding has no CUDA of its own.
# HEADERS=FOLDER:FOLDER names headers in other places. A file takes a minute and up to 2 GB of memory; as many as there are cores are compiled at once.
set -euo pipefail

fail() { echo "build.sh: $1" >&2; exit 1; }
[ $# -eq 3 ] || fail "expected three folders: build.sh TORCHSHARP TORCH_LIB OUT. The first lines of this file say which."
command -v "${CXX:-g++}" >/dev/null || fail "no ${CXX:-g++} on the PATH; apt install g++"
source=$1/src/Native/LibTorchSharp torch=$(realpath -- "$2")
[ -f "$source/CMakeLists.txt" ] || fail "$1 has no src/Native/LibTorchSharp: expected a clone of github.com/dotnet/TorchSharp"
for library in libc10.so libtorch_cpu.so libtorch.so; do [ -f "$torch/$library" ] || fail "$torch has no $library: expected the folder torch/lib of PyTorch"; done
IFS=: read -ra headers <<<"${HEADERS:-${torch%/*}/include:${torch%/*}/include/torch/csrc/api/include}"
[ -f "${headers[0]}/ATen/ATen.h" ] || fail "${headers[0]} has no ATen/ATen.h: this PyTorch comes without headers; HEADERS names them where they lie elsewhere"
mkdir -p "$3"
out=$(realpath -- "$3") work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the headers ask for, and the files that TorchSharp's own build compiles.
standard=c++17; ! grep -qs 'C++20 or later' "${headers[0]}/ATen/ATen.h" || standard=c++20
mapfile -t files < <(sed -n '/^set(SOURCES/,/)/p' "$source/CMakeLists.txt" | grep -oE '[A-Za-z0-9_]+\.(cpp|c)\b')
[ ${#files[@]} -gt 20 ] || fail "$source/CMakeLists.txt names ${#files[@]} files to compile: expected some thirty"
compile=("${CXX:-g++}" -c -O1 -DNDEBUG -D__LINUX__ -fPIC -fvisibility=hidden "${headers[@]/#/-isystem}")
export source work standard
echo "compiling ${#files[@]} files of $source with the headers of ${headers[0]}, $standard"
# shellcheck disable=SC2016 # the inner shell expands these
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -I{} bash -c '
  case $1 in *.c) kind=(-x c) ;; *) kind=(-x c++ "-std=$standard") ;; esac
  "${@:2}" "${kind[@]}" "$source/$1" -o "$work/$1.o" 2>"$work/$1.log" || { grep -m 3 -E "error|Killed" "$work/$1.log" >&2; echo "build.sh: $1 does not compile" >&2; exit 255; }
' bash {} "${compile[@]}" || fail "this TorchSharp does not fit this PyTorch; try the TorchSharp of another version, or PyTorch 2.10"

"${CXX:-g++}" -shared -s -Wl,-Bsymbolic -Wl,-soname,libLibTorchSharp.so -Wl,--no-undefined -Wl,-rpath,"\$ORIGIN" -o "$work/libLibTorchSharp.so" "$work"/*.o \
  -L"$torch" -ltorch -ltorch_cpu -lc10 -Wl,-rpath-link,"$torch" || fail "the binding could not be linked with the libraries of $torch"
find "$out" -maxdepth 1 -type l -name 'lib*' -delete
ln -s "$torch"/lib*.so* "$out"
mv "$work/libLibTorchSharp.so" "$out"
echo "done: COURSEKIT_LIBTORCH=$out"
