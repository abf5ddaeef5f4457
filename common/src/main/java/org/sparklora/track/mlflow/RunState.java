package org.sparklora.track.mlflow;

/** How MLflow calls the states of a run. */
public enum RunState {
  RUNNING,
  FINISHED,
  FAILED,
  KILLED
}
