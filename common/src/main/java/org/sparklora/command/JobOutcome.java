package org.sparklora.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.VisibleText;
import org.sparklora.storage.RunFolder;
import org.sparklora.storage.Store;

/**
 * How a job ended: the process's exit code, what the user is told, and the figures behind it.
 *
 * @param figures numbers by name, for programs
 */
public record JobOutcome(ExitCode code, String message, Map<String, Number> figures) {
  /** Stands in the job's output, because cluster deploy modes do not pass exit codes on. */
  public static final String FILE = RunFolder.OUTCOME;

  private static final Log LOG = Log.of(JobOutcome.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  public JobOutcome {
    message = VisibleText.ofLines(message);
  }

  public static JobOutcome done(String message, Map<String, Number> figures) {
    return new JobOutcome(ExitCode.DONE, message, figures);
  }

  public static JobOutcome done(String message) {
    return done(message, Map.of());
  }

  public static JobOutcome of(Failure failure) {
    return new JobOutcome(failure.exitCode(), failure.getMessage(), Map.of());
  }

  /** Of what no user can mend. */
  public static JobOutcome ofDefect(String job, Throwable thrown) {
    return new JobOutcome(
        ExitCode.INTERNAL,
        "Cannot go on with %s, a defect: %s (expected none). Please report it with the log."
            .formatted(job, thrown.toString().lines().findFirst().orElse("")),
        Map.of());
  }

  /** Writes {@code _outcome.json}; only the job that owns {@code folder} may. */
  public void write(Store store, String folder) {
    ObjectNode node = JSON.createObjectNode();
    node.put("exit_code", code.code());
    node.put("meaning", code.meaning());
    node.put("message", message);
    new TreeMap<>(figures).forEach((name, number) -> node.putPOJO(name, number));
    store.writeText(Store.child(folder, FILE), text(node));
  }

  /** Writes how a job failed, as {@link #afterFailure}. */
  public static void writeFailure(Failure failure, Store store, String folder) {
    afterFailure(failure, () -> of(failure).write(store, folder));
  }

  /** Does what is owed after a failure; if that fails too, the first one stays what is told. */
  public static void afterFailure(Throwable first, Runnable owed) {
    try {
      owed.run();
    } catch (Failure second) {
      LOG.warn("After a failure another one: {}", second.getMessage());
      first.addSuppressed(second);
    }
  }

  private static String text(ObjectNode node) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
    }
  }
}
