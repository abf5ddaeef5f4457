package org.sparklora.track.mlflow;

import java.io.IOException;
import java.util.Set;

/** An answer of MLflow's that is no success. */
final class MlflowAnswer extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int NOT_FOUND = 404;
  private static final int SERVERS = 500;

  /** What another time, or another token, may change. */
  private static final Set<Integer> FOR_NOW = Set.of(401, 403, 408, 429);

  private final int status;
  private final String code;

  MlflowAnswer(int status, String code, String message) {
    super("%d %s: %s".formatted(status, code, message));
    this.status = status;
    this.code = code;
  }

  boolean isMissing() {
    return status == NOT_FOUND || code.equals("RESOURCE_DOES_NOT_EXIST");
  }

  boolean isThereAlready() {
    return code.equals("RESOURCE_ALREADY_EXISTS");
  }

  /** Whether the same call would be refused again. */
  boolean isFinal() {
    return status < SERVERS && !FOR_NOW.contains(status);
  }
}
