"""Jobs of sparklora as Airflow tasks: tried again only where that can help, their outcome as XCom, time to save when cleared."""
import json
import re
import signal
import subprocess

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import ObjectStoragePath

# Wrong flags, wrong input, a cluster that does not fit, a training that diverged: another try ends in the same way.
FINAL = {2, 3, 4, 5}


class Outcome:
    """Of a job that writes to `folder`, which this worker can read: a path, s3://…, hdfs://… (by fsspec)."""

    def execute(self, context):
        try:
            super().execute(context)
        except AirflowFailException:
            raise
        except AirflowException as failed:
            code = self.code(failed)
            if code in FINAL:
                raise AirflowFailException(f"exit code {code}: {self.told().get('message', failed)}") from failed
            raise
        return self.told()

    def code(self, failed):
        """The process's; where the manager hides it, as in YARN's cluster mode, the one that the job left."""
        said = re.search(r"(?:Error code is: |exit code )(\d+)", str(failed))
        code = int(said[1]) if said else 1
        return self.told().get("exit_code", code) if code == 1 else code

    def told(self):
        file = ObjectStoragePath(self.folder) / "_outcome.json"
        return json.loads(file.read_text()) if file.exists() else {}


class SparkloraBashOperator(Outcome, BashOperator):
    """With our scripts. Write `exec` before the script: a signal then reaches the driver, which saves."""

    def __init__(self, *, folder, **arguments):
        super().__init__(**arguments)
        self.folder = folder


class SparkloraSubmitOperator(Outcome, SparkSubmitOperator):
    """With spark-submit alone. Cleared, it gives the driver `grace` seconds to save before it is killed.

    Airflow itself waits for [core] killed_task_cleanup_time, 60 s: make that longer than the grace.
    """

    def __init__(self, *, folder, grace=50, **arguments):
        super().__init__(**arguments)
        self.folder = folder
        self.grace = grace

    def on_kill(self):
        driver = getattr(self._hook, "_submit_sp", None)
        if driver is not None and driver.poll() is None:
            driver.send_signal(signal.SIGTERM)
            try:
                driver.wait(self.grace)
            except subprocess.TimeoutExpired:
                self.log.warning("The driver has not saved within %s s", self.grace)
        super().on_kill()
