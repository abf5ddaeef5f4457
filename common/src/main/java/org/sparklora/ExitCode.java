package org.sparklora;

/** How a job ended, as the process's exit code and in {@code _outcome.json}. */
public enum ExitCode {
  DONE(0, "done"),
  USAGE(2, "the command line or a configuration value is wrong"),
  INPUT(3, "the input data cannot be used"),
  CLUSTER(4, "the cluster does not fit the job"),
  DIVERGED(5, "training diverged; the last good checkpoint is kept"),
  STORAGE(6, "reading or writing storage failed"),
  HELD(7, "another live run holds the output"),
  WORKERS(8, "workers kept failing; the last good step is named"),
  ENDED(9, "the cluster manager ended the application"),
  INTERNAL(70, "a defect of sparklora"),
  STOPPED(143, "stopped by a signal or on request, after saving");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}
