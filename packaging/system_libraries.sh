#!/bin/sh
# Finds the Debian packages that are missing for a purpose (python, window, tests).
# As root it installs them; otherwise it names the one apt line and stops.
set -eu

python_packages="python3-venv"
window_packages="libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxcb-cursor0 libxcb-icccm4
 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libx11-xcb1 libxcb-xkb1 libxcb-image0 libxcb-render-util0 libxcb-randr0"
test_packages="xvfb xauth xdotool fonts-dejavu-core"

case "${1:-}" in
  python) wanted=""; "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || wanted=$python_packages ;;
  window) wanted=$window_packages ;;
  tests) wanted="$window_packages $test_packages" ;;
  *) echo "usage: $0 python|window|tests" >&2; exit 2 ;;
esac

command -v dpkg-query >/dev/null 2>&1 || exit 0 # not a Debian: the README names the libraries

missing=""
for package in $wanted; do
  # libglib2.0-0 and others gained a t64 suffix in newer releases
  status=$(dpkg-query -W -f '${db:Status-Status} ' "$package" "${package}t64" 2>/dev/null || true)
  case " $status" in *" installed "*) ;; *) missing="$missing $package" ;; esac
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
  echo "Installing system libraries:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Lapel needs system libraries. Please run:  sudo apt-get install$missing" >&2
  exit 1
fi
