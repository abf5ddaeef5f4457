# What a developer does here. `make` alone builds, `make help` lists the rest.
MVN ?= mvn -B
# A Debian multi-core default for Maven's own JVM is fine; tests fork their own.
PYTHON_ENV := $(CURDIR)/.venv-python
PYTHON_ENV_OLD := $(CURDIR)/.venv-python-old

.PHONY: build help demo docs-pictures test test-cluster check-yarn check-spark-versions check-airflow check-mlflow unit soak fuzz check-peft bench fullsize format python-env clean

build: ## the application jar, the native jars and (used when SPARK_HOME is unset) an embedded Spark
	$(MVN) -q -DskipTests package
	submit/class-archive.sh

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## tokenize, train, publish and predict on the tiny base; figures in target/demo/summary.json
	submit/pipeline.sh

docs-pictures: demo ## the pictures of docs/, by a headless Chromium: the demo's report, its adapter on the chat page
	dev/pictures.sh

unit: ## the tests that need neither executor processes nor storage servers nor Python
	$(MVN) test -DexcludedGroups='spark,storage,python,cluster,yarn,browser,mlflow'

test: build ## all tests but the longest; those tagged `python` skip with a reason unless `make python-env` was run
	$(python_variables) $(MVN) test -DexcludedGroups='cluster,yarn,mlflow' $(second_try)

# The stock Sparks of the tests beside the one of `make python-env`, which is the newest 3.5 and runs in `make test`.
# Above the rules that need them: make reads the right side of a colon when it comes to it.
SPARK_VERSIONS ?= 3.5.0 4.3.0
spark_environments = $(SPARK_VERSIONS:%=$(CURDIR)/.venv-spark-%/.ready)
sparks = $(patsubst %,$(CURDIR)/.venv-spark-%/lib/python3*/site-packages/pyspark,$(SPARK_VERSIONS))
spark_variable = SPARKLORA_SPARKS="$$(echo $(sparks) | tr ' ' :)"

test-cluster: build $(spark_environments) ## the longest: executors killed and frozen at planted points, clusters that do not fit, claims of GPUs, stock Sparks (fetches them and RAPIDS' jar, 1.4 GB)
	$(python_variables) $(spark_variable) $(MVN) test -Prapids -Dgroups=cluster $(second_try)

check-yarn: build python-env ## the jobs on a real YARN and HDFS inside one JVM, with a stock Spark: both deploy modes, kills of every part (10 min)
	$(python_variables) $(MVN) test -Dgroups=yarn

check-spark-versions: sparks += $(PYTHON_ENV)/lib/python3*/site-packages/pyspark
check-spark-versions: build python-env $(spark_environments) ## the jobs on stock Sparks: SPARK_VERSIONS="3.5.0 4.0.0 4.3.0" and python-env's (fetches each, 0.3 to 0.5 GB)
	$(spark_variable) $(MVN) -pl common,jobs test -Dtest=TestSparkVersions -Dsurefire.failIfNoSpecifiedTests=false

$(CURDIR)/.venv-spark-%/.ready:
	python3 -m venv $(@D) && $(@D)/bin/pip install -q --disable-pip-version-check --no-deps pyspark==$* && touch $@

check-airflow: build python-env $(CURDIR)/.venv-airflow/.ready ## the DAGs of examples/airflow with a real Airflow: to answers, a refusal, a cleared task (4 min)
	$(CURDIR)/.venv-airflow/bin/python dev/check_airflow.py $(PYTHON_ENV)/lib/python3*/site-packages/pyspark

$(CURDIR)/.venv-airflow/.ready: dev/requirements-airflow.txt
	python3 -m venv $(@D) && $(@D)/bin/pip install -q --disable-pip-version-check -r $<
	$(@D)/bin/pip install -q --disable-pip-version-check --no-deps apache-airflow-providers-apache-spark==6.3.4 && touch $@

check-mlflow: $(CURDIR)/.venv-mlflow/.ready ## the tracker against a real MLflow server that is killed and started again (fetches about 500 MB)
	SPARKLORA_MLFLOW=$(CURDIR)/.venv-mlflow/bin/mlflow $(MVN) -pl common test -Dgroups=mlflow

$(CURDIR)/.venv-mlflow/.ready: dev/requirements-mlflow.txt
	python3 -m venv $(CURDIR)/.venv-mlflow && $(CURDIR)/.venv-mlflow/bin/pip install -q --disable-pip-version-check -r $< && touch $@

SOAK_MINUTES ?= 10

soak: ## train on executors that are killed at random for SOAK_MINUTES (10); figures in target/soak/summary.json
	MVN="$(MVN)" dev/soak.sh $(SOAK_MINUTES)

# On a machine of continuous integration a failed test has one more try; what then passes is listed
# under "Flakes" and is a defect to mend.
second_try = $(if $(CI),-Dsurefire.rerunFailingTestsCount=1)
python_variables = SPARKLORA_PYTHON=$(wildcard $(PYTHON_ENV)/bin/python) SPARKLORA_PYTHON_OLD=$(wildcard $(PYTHON_ENV_OLD)/bin/python) SPARKLORA_TORCH=$(wildcard $(BENCH_PYTHON))

python-env: $(PYTHON_ENV)/.ready $(PYTHON_ENV_OLD)/.ready ## the Python readers that tests check our files with

$(PYTHON_ENV)/.ready: dev/requirements-data.txt
	python3 -m venv $(PYTHON_ENV) && $(PYTHON_ENV)/bin/pip install -q --disable-pip-version-check -r $< && touch $@

$(PYTHON_ENV_OLD)/.ready: dev/requirements-data-old.txt
	python3 -m venv $(PYTHON_ENV_OLD) && $(PYTHON_ENV_OLD)/bin/pip install -q --disable-pip-version-check -r $< && touch $@

FUZZ_MINUTES ?= 20

fuzz: ## odd corpora, flags, models, tables and adapters for FUZZ_MINUTES (20); says the round that failed
	$(MVN) -q -pl common,jobs test -Dtest=TestFrontDoor -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dfuzz.seed=$$(date +%s) -Dfuzz.seconds=$$(($(FUZZ_MINUTES) * 60))

BENCH_PYTHON ?= $(CURDIR)/.venv-peers/bin/python
ENCODERS_PYTHON ?= $(CURDIR)/.venv-encoders/bin/python
PEFT_NEWEST_PYTHON ?= $(CURDIR)/.venv-peft-newest/bin/python

check-peft: build $(BENCH_PYTHON) $(PEFT_NEWEST_PYTHON) ## train and merge on each tiny family, opened by the bench's old PEFT and the newest (15 min; fetches 3 GB of torch, once for both)
	dev/check_peft.sh $(BENCH_PYTHON) $(PEFT_NEWEST_PYTHON)

# Takes torch from the bench's environment, so that it is fetched and kept once.
$(CURDIR)/.venv-peft-newest/bin/python: dev/requirements-peft-newest.txt | $(BENCH_PYTHON)
	rm -rf $(CURDIR)/.venv-peft-newest $(CURDIR)/.venv-part-peft-newest && python3 -m venv $(CURDIR)/.venv-part-peft-newest
	$(CURDIR)/.venv-part-peft-newest/bin/pip install -q --disable-pip-version-check --no-deps -r $<
	$(BENCH_PYTHON) -c 'import torch; print(torch.__path__[0][:-len("/torch")])' > $$(ls -d $(CURDIR)/.venv-part-peft-newest/lib/python*/site-packages)/torch.pth
	mv $(CURDIR)/.venv-part-peft-newest $(CURDIR)/.venv-peft-newest

bench: build $(BENCH_PYTHON) $(ENCODERS_PYTHON) ## compare with Python's tools: results in docs/benchmarks.md; ROWS="train_fp32 generate" for some, RUNS=5 (35 min)
	ENCODERS_PYTHON=$(ENCODERS_PYTHON) $(BENCH_PYTHON) bench/bench.py $(ROWS)

# Made under another name first: an environment that is there is whole.
define environment
rm -rf $(CURDIR)/.venv-$* $(CURDIR)/.venv-part-$* && python3 -m venv $(CURDIR)/.venv-part-$*
$(CURDIR)/.venv-part-$*/bin/pip install -q --disable-pip-version-check -r $<
mv $(CURDIR)/.venv-part-$* $(CURDIR)/.venv-$*
endef

$(CURDIR)/.venv-%/bin/python: bench/requirements-%.txt
	$(environment)

$(CURDIR)/.venv-%/bin/python: dev/requirements-%.txt
	$(environment)

fullsize: build ## train in ChatGLM2-6B's shape and measure memory, as root: 12.5 GB of weights, 24 GB of memory, figures in target/fullsize/summary.json
	bench/fullsize.sh

format: ## google-java-format over everything
	$(MVN) -q spotless:apply

clean: ## delete what was built
	$(MVN) -q clean
	rm -rf target
