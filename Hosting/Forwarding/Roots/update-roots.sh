#!/bin/sh
# Renews mozilla-roots.pem, the root certificates that the executable brings for systems that have none.
# Run on a Debian or Ubuntu machine after `apt-get install --only-upgrade ca-certificates`, then commit the difference.
#
# Takes the certificates of Debian's ca-certificates package only, and only unchanged ones: never what an administrator
# has added to the machine (/etc/ssl/certs holds that too).
set -eu

cd "$(dirname "$0")"
package=ca-certificates

if [ -n "$(dpkg --verify "$package")" ]; then
    echo "error: files of $package were changed on this machine" >&2
    echo "hint: reinstall it: apt-get install --reinstall $package" >&2
    exit 1
fi

{
    echo "# Root certificates of the Mozilla CA certificate program (certdata.txt), MPL-2.0, https://mozilla.org/MPL/2.0/"
    echo "# From Debian's $package $(dpkg-query --show --showformat '${Version}' "$package"), by update-roots.sh. Do not edit."
    dpkg --listfiles "$package" | grep '/mozilla/.*\.crt$' | LC_ALL=C sort | while read -r file; do
        echo
        echo "# $(basename "$file" .crt)"
        cat "$file"
    done
} > mozilla-roots.pem.new
mv mozilla-roots.pem.new mozilla-roots.pem
echo "$(grep -c 'BEGIN CERTIFICATE' mozilla-roots.pem) roots"
