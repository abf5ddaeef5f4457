"""Corpus to answers with SparkSubmitOperator; nothing of ours on the worker but the jars. Connection: spark_default."""
import os
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import DAG
from sparklora_operators import SparkloraSubmitOperator

HOME = Path(os.environ.get("SPARKLORA_HOME", "/opt/sparklora"))
DATA = os.environ.get("SPARKLORA_DATA", "hdfs:///sparklora")
NATIVES = ",".join(str(jar) for jar in sorted((HOME / "jobs/target/natives").glob("*.jar")))


def job(name, output, arguments, **more):
    return SparkloraSubmitOperator(
        task_id=name,
        name=f"sparklora {name}",
        application=str(HOME / "jobs/target/sparklora-application.jar"),
        java_class=f"org.sparklora.jobs.{name.capitalize()}Main",
        application_args=[f"--{flag}={value}" for flag, value in arguments.items()],
        folder=f"{DATA}/{output}",
        conf={"spark.dynamicAllocation.enabled": "false"},
        num_executors=2,
        driver_memory="1g",
        **more,
    )


with DAG(
    "sparklora_spark_submit",
    schedule=None,
    start_date=datetime(2026, 1, 1),
    max_active_runs=1,
    params={"max_steps": 1000},
    default_args={"retries": 3, "retry_delay": timedelta(minutes=2)},
) as dag:
    tokenize = job("tokenize", "features", {
        "model_checkpoint": f"{DATA}/base", "input_file": f"{DATA}/corpus.json", "prompt_key": "q", "target_key": "a",
        "max_seq_length": 128, "save_name": f"{DATA}/features"})
    train = job("train", "adapter", {
        "tokenized_dataset": f"{DATA}/features", "per_device_train_batch_size": 10, "learning_rate": 2e-3,
        "max_steps": "{{ params.max_steps }}", "save_steps": 100, "save_total_limit": 2, "output_dir": f"{DATA}/adapter"}, jars=NATIVES)
    predict = job("predict", "answers", {
        "model_checkpoint": f"{DATA}/base", "adapter": f"{DATA}/adapter", "input_file": f"{DATA}/questions.json", "prompt_key": "q",
        "max_new_tokens": 24, "output_dir": f"{DATA}/answers"}, jars=NATIVES)
    tokenize >> train >> predict
