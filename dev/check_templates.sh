#!/usr/bin/env bash
# check_templates.sh DIR: renders every NAME.jinja in DIR with the cases of NAME.json beside it, as transformers' apply_chat_template did.
# Prints what differs and ends with "N equal, N refused, N wrong"; exits with 1 if anything is wrong.
# NAME.json: special_tokens, cases: messages, add_generation_prompt, tools?, kwargs?, and expected (with spans? in code points) or error (with message?).
set -euo pipefail
folder=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=target/check-templates
mkdir -p "$out"
${MVN:-mvn -B} -q -pl common test-compile dependency:build-classpath -Dmdep.outputFile="$PWD/$out/classpath.txt" >&2
java -Xmx1g -cp "common/target/test-classes:common/target/classes:$(cat "$out/classpath.txt")" \
  org.sparklora.prompt.CheckTemplates "$folder"
