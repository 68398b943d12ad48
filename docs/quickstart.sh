#!/bin/sh
# Runs DR Kit's main job on this machine: sh docs/quickstart.sh [--install] [options of the program]
#
# Needs a JDK 17 or newer, Maven 3.8.7 or newer and PostgreSQL's client programs. With --install it has the system's
# package manager install the client programs where they are missing; without, it names the line to type.
# The embedded PostgreSQL server is the newest that the installed pg_dump can read.
set -eu

install=no
if [ "${1:-}" = "--install" ]; then
    install=yes
    shift
fi

fail() {
    printf '%s\n' "$@" >&2
    exit 2
}

present() {
    command -v "$1" >/dev/null 2>&1
}

client_present() {
    present pg_dump && present pg_restore && present pg_dumpall
}

# The line that installs the client programs here, or nothing where no package manager is known.
install_line() {
    as=""
    if [ "$(id -u)" != 0 ]; then
        as="sudo "
    fi
    if present apt-get; then
        echo "${as}apt-get update && ${as}apt-get install -y postgresql-client"
    elif present dnf; then
        echo "${as}dnf install -y postgresql"
    elif present yum; then
        echo "${as}yum install -y postgresql"
    elif present zypper; then
        echo "${as}zypper --non-interactive install postgresql"
    elif present pacman; then
        echo "${as}pacman -S --noconfirm postgresql-libs"
    elif present brew; then
        echo "brew install libpq && brew link --force libpq"
    fi
}

for needed in java mvn; do
    present "$needed" || fail "Cannot run the quickstart: program '$needed' is not on PATH but required" \
        "Hint: install a JDK 17 or newer and Maven 3.8.7 or newer"
done

if ! client_present; then
    line=$(install_line)
    if [ -z "$line" ]; then
        fail "Cannot run the quickstart: PostgreSQL's pg_dump, pg_restore and pg_dumpall are not on PATH but required" \
            "Hint: no package manager known here was found; install PostgreSQL's client programs by hand"
    fi
    if [ "$install" = no ]; then
        fail "Cannot run the quickstart: PostgreSQL's pg_dump, pg_restore and pg_dumpall are not on PATH but required" \
            "Hint: type the next line, or run this again with --install" "$line"
    fi
    echo "Installing PostgreSQL's client programs: $line"
    sh -c "$line"
    client_present || fail "Cannot run the quickstart: '$line' ended well but pg_dump is still not on PATH" \
        "Hint: open a new shell, or add the folder of pg_dump to PATH"
fi

says=$(pg_dump --version)
major=$(printf '%s\n' "$says" | sed -n 's/.*(PostgreSQL) \([0-9][0-9]*\).*/\1/p')
case "$major" in
    14) server=14.22.0 ;;
    15) server=15.19.0 ;;
    16) server=16.15.0 ;;
    17) server=17.11.0 ;;
    1[89] | [2-9][0-9]) server=18.6.0 ;;
    *) fail "Cannot run the quickstart: pg_dump says '$says' but version 14 or newer is required" \
        "Hint: install newer client programs of PostgreSQL" ;;
esac

cd "$(dirname "$0")/.."
echo "Building DR Kit and its quickstart for PostgreSQL $server; the first time Maven has much to download"
mvn -q -B -pl docs/examples/quickstart -am -Dmaven.test.skip=true "-Dembedded-postgres-binaries.version=$server" \
    package dependency:build-classpath -Dmdep.outputFile=target/classpath
module=docs/examples/quickstart/target
exec java -cp "$module/classes:$(cat "$module/classpath")" io.github.drkit.examples.quickstart.Quickstart "$@"
