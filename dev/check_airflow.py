"""Runs the DAGs of examples/airflow with a real Airflow, see `make check-airflow`: check_airflow.py SPARK_HOME

Both ways from a corpus to answers, a refusal that is not tried again, and a cleared task that saves first.
"""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "target/airflow"
SPARK = Path(sys.argv[1])


def environment(data):
    master = "local[2]"
    return dict(
        os.environ,
        AIRFLOW_HOME=str(HOME),
        AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "examples/airflow"),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__CORE__UNIT_TEST_MODE="False",
        AIRFLOW_CONN_SPARK_DEFAULT=json.dumps({"conn_type": "spark", "host": master}),
        PATH=f"{Path(sys.executable).parent}:{SPARK}/bin:{os.environ['PATH']}",
        PYTHONPATH=str(ROOT / "examples/airflow"),
        SPARK_HOME=str(SPARK),
        SPARK_LOCAL_IP="127.0.0.1",
        SPARKLORA_DATA=str(data),
        SPARKLORA_HOME=str(ROOT),
        SPARKLORA_MASTER=master,
    )


def airflow(data, *arguments):
    done = subprocess.run(["airflow", *arguments], env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    (HOME / "last.log").write_text(done.stdout)
    return done


def query(statement):
    with sqlite3.connect(HOME / "airflow.db") as database:
        return database.execute(statement).fetchall()


def given(name, *files):
    data = HOME / name
    data.mkdir(parents=True)
    for link, target in {"base": "weights/tiny-chatglm2", "corpus.json": "data/simple_math_4op.json",
                         "questions.json": "data/simple_math_4op.eval.json"}.items():
        if link in files:
            (data / link).symlink_to(ROOT / target)
    return data


def require(right, said):
    if not right:
        sys.exit(f"FAILED: {said}\n{(HOME / 'last.log').read_text()[-6000:]}")
    print("ok:", said, flush=True)


def both_ways():
    for dag in ("sparklora_bash", "sparklora_spark_submit"):
        data = given(dag, "base", "corpus.json", "questions.json")
        done = airflow(data, "dags", "test", dag, "--conf", '{"max_steps": 20}')
        require(done.returncode == 0, f"{dag} makes answers of a corpus")
        told = {task: json.loads(value) for task, value in
                query(f"select task_id, value from xcom where key = 'return_value' and dag_id = '{dag}'")}
        told = {task: json.loads(value) if isinstance(value, str) else value for task, value in told.items()}
        require([told[t]["exit_code"] for t in ("tokenize", "train", "predict")] == [0, 0, 0] and told["train"]["steps"] == 20,
                f"{dag}: the outcomes are XCom values")


def refusal():
    for dag in ("sparklora_bash", "sparklora_spark_submit"):
        data = given(dag + "_refused", "base")
        done = airflow(data, "dags", "test", dag)
        states = query(f"select state, try_number from task_instance where dag_id = '{dag}' and task_id = 'tokenize' order by start_date desc limit 1")
        require(done.returncode != 0 and states[0][0] == "failed" and "exit code 3: Cannot " in done.stdout,
                f"{dag}: a missing corpus is told and not tried again, {states}")


def cleared():
    data = given("cleared", "base", "corpus.json")
    os.environ.update(environment(data))
    sys.path.insert(0, str(ROOT / "examples/airflow"))
    from sparklora_spark_submit import job

    flags = {"model_checkpoint": data / "base", "input_file": data / "corpus.json", "prompt_key": "q", "target_key": "a",
             "max_seq_length": 128, "save_name": data / "features"}
    tokenize = job("tokenize", "features", flags)
    tokenize._get_hook().submit(tokenize.application)
    from sparklora_spark_submit import NATIVES
    train = job("train", "adapter", {"tokenized_dataset": data / "features", "max_steps": 100000, "save_steps": 20,
                                     "output_dir": data / "adapter"}, jars=NATIVES)
    train._hook = train._get_hook()
    ended = []

    def work():
        try:
            train._hook.submit(train.application)
        except Exception as e:
            ended.append(str(e))

    running = threading.Thread(target=work)
    running.start()
    deadline = time.time() + 240
    while not list((data / "adapter").glob("checkpoint-*/manifest.json")):
        require(time.time() < deadline and running.is_alive(), "a training is under way") if time.time() > deadline or not running.is_alive() else time.sleep(0.2)
    train.on_kill()
    running.join()
    outcome = json.loads((data / "adapter/_outcome.json").read_text())
    require(outcome["exit_code"] == 143, f"a cleared SparkSubmitOperator saves first: {outcome['message']}")


shutil.rmtree(HOME, ignore_errors=True)
HOME.mkdir(parents=True)
(HOME / "last.log").write_text("")
require(airflow(HOME, "db", "migrate").returncode == 0, "Airflow has a database")
both_ways()
refusal()
cleared()
