"""Starts either side of a comparison as a process of its own and reads what it prints."""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "target" / "bench"
THREADS = int(os.environ.get("THREADS", os.cpu_count()))
ENCODERS_PYTHON = os.environ.get("ENCODERS_PYTHON", sys.executable)  # the newest tokenizers and datasets
JAVA = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
CLASS_PATH = ":".join(str(ROOT / part) for part in [
    "common/target/test-classes", "common/target/classes", "jobs/target/sparklora-application.jar",
    "submit/embedded-spark/target/spark-home/jars/*", "jobs/target/natives/*"])


class Failed(Exception):
    """A side that did not do its work."""


def run(command, name, threads=THREADS, code=0):
    """Standard output of a command that must end with this code; what it complains goes to OUT/NAME.err."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads), OFFLINE="true",
                       TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1", SPARK_LOCAL_IP="127.0.0.1")
    errors = OUT / f"{name}.err"
    with open(errors, "w", encoding="utf-8") as err:
        done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=err, env=environment, cwd=ROOT)
    text = done.stdout.decode()
    if done.returncode != code:
        tail = (text + errors.read_text()).strip().splitlines()[-5:]
        raise Failed(f"{name} ended with code {done.returncode}: " + " | ".join(tail))
    return text


def json_lines(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def peer(script, *arguments, threads=THREADS, python=sys.executable):
    command = [python, ROOT / "bench" / "peers" / f"{script}.py", *arguments]
    return json_lines(run(command, script, threads))


def java(main, *arguments, threads=THREADS):
    name = main.rsplit(".", 1)[1]
    return json_lines(run([JAVA, "-Xmx1g", "--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", CLASS_PATH, "org.sparklora." + main, *arguments], name, threads))


def timed(command, name, code=0):
    start = time.time()
    run(command, name, code=code)
    return time.time() - start


def submit(job, master, *arguments, memory="2g", settings=()):
    """A job under Spark, as users start it."""
    more = [word for key, value in dict(settings).items() for word in ("--conf", f"{key}={value}")]
    return [ROOT / "submit" / f"{job}.sh", "--master", master, "--driver-memory", memory,
            "--conf", f"spark.executor.memory={memory}", "--conf", "spark.executorEnv.SPARK_SCALA_VERSION=2.12",
            "--conf", "spark.executorEnv.SPARK_TESTING=1", *more, "--", *arguments]


def watched(command, name):
    """Seconds of a job and the most memory it held at once, in MB: resident, and without mapped files."""
    with open(OUT / f"{name}.err", "w", encoding="utf-8") as log:
        start = time.time()
        process = subprocess.Popen([str(c) for c in command], stdout=log, stderr=log, cwd=ROOT)
        anonymous = resident = 0
        while process.poll() is None:
            status = memory_status(process.pid)
            resident = max(resident, status.get("VmHWM", 0))
            anonymous = max(anonymous, status.get("RssAnon", 0))
            time.sleep(0.1)
    if process.returncode:
        raise Failed(f"{name} ended with code {process.returncode}: see {OUT / name}.err")
    return {"seconds": time.time() - start, "resident_mb": resident / 1024, "anonymous_mb": anonymous / 1024}


def memory_status(pid):
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {key: int(value.split()[0]) for key, value in (line.split(":", 1) for line in lines) if value.endswith("kB")}
