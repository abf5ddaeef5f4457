#!/usr/bin/env bash
# Trains on Kubernetes with spark-submit: train.sh API IMAGE JOB-FLAGS…
#   examples/kubernetes/train.sh k8s://https://cluster:6443 registry/sparklora:cuda \
#     --tokenized_dataset s3a://bucket/features --model_checkpoint /models/chatglm2-6b --base_dtype bf16 --output_dir s3a://bucket/adapter
# RANKS=4 is how many; GPUS=0 trains on CPUs. GANG=volcano or GANG=yunikorn starts all ranks or none, which a busy cluster needs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
api=$1 image=$2
shift 2
ranks=${RANKS:-4}
gpus=$([ "${GPUS:-1}" = 0 ] || echo "$ranks")

settings=(
  spark.kubernetes.namespace="${NAMESPACE:-default}"
  spark.kubernetes.container.image="$image"
  spark.kubernetes.authenticate.driver.serviceAccountName=sparklora
  spark.kubernetes.driver.podTemplateFile="$here/driver.yaml"
  spark.kubernetes.executor.podTemplateFile="$here/executor.yaml"
  spark.kubernetes.driver.podTemplateContainerName=spark-kubernetes-driver
  spark.kubernetes.executor.podTemplateContainerName=spark-kubernetes-executor
  spark.executor.instances="$ranks"
  spark.executor.cores=8
  spark.executor.memory=4g
  spark.executor.memoryOverhead=20g
)
for role in driver executor; do # keys of S3 from the secret
  settings+=(
    "spark.kubernetes.$role.secretKeyRef.AWS_ACCESS_KEY_ID=s3:key"
    "spark.kubernetes.$role.secretKeyRef.AWS_SECRET_ACCESS_KEY=s3:secret"
  )
done
if [ -n "$gpus" ]; then
  settings+=(
    spark.executor.resource.gpu.amount=1
    spark.executor.resource.gpu.vendor=nvidia.com
    spark.executor.resource.gpu.discoveryScript=/opt/spark/examples/src/main/scripts/getGpusResources.sh
  )
fi

# What a gang asks for follows from the settings above: no GPU where none is used.
filled=$(mktemp -d)
trap 'rm -rf "$filled"' EXIT
fill() { # FILE
  sed -E "s/RANKS/$ranks/; s/CPUS/$((1 + 8 * ranks))/; s/GIBIBYTES/$((2 + 24 * ranks))/; s/GPUS/$gpus/$([ -n "$gpus" ] || echo '; s/, \"?nvidia[^}]*//')" "$here/$1"
}
case ${GANG:-} in
  volcano) # Spark 4.3 brings it; 3.5 and 4.0 have to be built with -Pvolcano
    fill volcano.yaml > "$filled/volcano.yaml"
    settings+=(
      spark.kubernetes.scheduler.name=volcano
      spark.kubernetes.scheduler.volcano.podGroupTemplateFile="$filled/volcano.yaml"
      spark.kubernetes.driver.pod.featureSteps=org.apache.spark.deploy.k8s.features.VolcanoFeatureStep
      spark.kubernetes.executor.pod.featureSteps=org.apache.spark.deploy.k8s.features.VolcanoFeatureStep
    ) ;;
  yunikorn)
    for role in driver executor; do
      settings+=(
        "spark.kubernetes.$role.label.queue=root.default"
        "spark.kubernetes.$role.annotation.yunikorn.apache.org/app-id={{APP_ID}}"
      )
    done
    settings+=(
      spark.kubernetes.scheduler.name=yunikorn
      'spark.kubernetes.driver.annotation.yunikorn.apache.org/task-group-name=driver'
      'spark.kubernetes.executor.annotation.yunikorn.apache.org/task-group-name=executor'
      "spark.kubernetes.driver.annotation.yunikorn.apache.org/task-groups=$(fill yunikorn.json | tr -d '\n ')"
    ) ;;
esac

export SPARKLORA_JARS=local:///opt/sparklora SPARKLORA_NATIVES=/opt/sparklora/natives
arguments=(--master "$api" --deploy-mode cluster)
for setting in "${settings[@]}"; do arguments+=(--conf "$setting"); done
"$here/../../submit/train.sh" "${arguments[@]}" -- "$@"
