package org.sparklora.track.mlflow;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Where a run is told of.
 *
 * @param server {@code http://…} or {@code https://…}
 * @param authorization the header's value, if the server wants one
 */
public record MlflowTarget(
    String server, String experiment, String runName, Optional<String> authorization) {
  public MlflowTarget {
    server = server.replaceFirst("/+$", "");
  }

  /** With what MLflow's own clients take from the environment. */
  public static MlflowTarget of(
      String server, String experiment, String runName, Map<String, String> environment) {
    return new MlflowTarget(server, experiment, runName, authorization(environment));
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    if (!token.isBlank()) {
      return Optional.of("Bearer " + token.strip());
    }
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    if (user.isEmpty()) {
      return Optional.empty();
    }
    String both = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    byte[] bytes = both.getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return server + ", experiment " + experiment;
  }
}
