package org.sparklora.train;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;

/**
 * Who is told of the run beside its files.
 *
 * @param uri of an MLflow server; empty for none
 * @param runName empty for the output folder's
 */
public record Tracking(String uri, String experiment, String runName) implements Serializable {
  private static final long serialVersionUID = 1L;

  public Tracking {
    Problems.of("train")
        .unless(
            uri.isEmpty() || isServer(uri),
            "--mlflow_uri is no server's address: %s (expected http:// or https://, a host, and no user). Name the user in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."
                .formatted(Settings.masked(uri)))
        .failIfAny();
  }

  static Tracking of(Settings flags) {
    return new Tracking(
        flags.text("mlflow_uri"), flags.text("mlflow_experiment"), flags.text("mlflow_run_name"));
  }

  private static boolean isServer(String uri) {
    try {
      URI parsed = new URI(uri);
      return parsed.getHost() != null
          && parsed.getUserInfo() == null
          && List.of("http", "https").contains(parsed.getScheme());
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
