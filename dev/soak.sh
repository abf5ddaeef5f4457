#!/usr/bin/env bash
# soak.sh [minutes]: train on two executor processes that are killed at random; what they hold over time.
# Writes target/soak/: samples.csv, summary.json, log.txt. Exits with 1 if an adapter differs from the undisturbed run's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=target/soak
rm -rf "$out" && mkdir -p "$out"
${MVN:-mvn -B} -q -pl common,jobs test-compile dependency:build-classpath -Dmdep.outputFile="$PWD/$out/classpath.txt"
module_flags=$(sed -n 's:.*<moduleFlags>\(.*\)</moduleFlags>.*:\1:p' pom.xml)

# Absolute: executors run in folders of their own.
classes=$(printf "$PWD/%s:" {jobs,common}/target/{test-classes,classes})
# shellcheck disable=SC2086 — the flags are words
java -Xmx1g $module_flags -cp "$classes$(cat "$out/classpath.txt")" \
  org.sparklora.jobs.Soak "$out" "${1:-10}" 2>&1 | tee "$out/log.txt" | grep --line-buffered '^soak: '
