"""The same with BashOperator and the scripts of submit/."""
import os
from datetime import datetime, timedelta

from airflow.sdk import DAG
from sparklora_operators import SparkloraBashOperator

HOME = os.environ.get("SPARKLORA_HOME", "/opt/sparklora")
DATA = os.environ.get("SPARKLORA_DATA", "hdfs:///sparklora")
MASTER = os.environ.get("SPARKLORA_MASTER", "yarn")


def job(name, output, arguments):
    flags = " ".join(f"--{flag} {value}" for flag, value in arguments.items())
    return SparkloraBashOperator(
        task_id=name,
        bash_command=f"exec {HOME}/submit/{name}.sh --master '{MASTER}' --num-executors 2 --driver-memory 1g -- {flags}",
        append_env=True,
        folder=f"{DATA}/{output}",
    )


with DAG(
    "sparklora_bash",
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
        "max_steps": "{{ params.max_steps }}", "save_steps": 100, "save_total_limit": 2, "output_dir": f"{DATA}/adapter"})
    predict = job("predict", "answers", {
        "model_checkpoint": f"{DATA}/base", "adapter": f"{DATA}/adapter", "input_file": f"{DATA}/questions.json", "prompt_key": "q",
        "max_new_tokens": 24, "output_dir": f"{DATA}/answers"})
    tokenize >> train >> predict
