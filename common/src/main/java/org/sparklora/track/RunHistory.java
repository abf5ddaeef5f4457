package org.sparklora.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.storage.Store;
import org.sparklora.track.RunEvent.Kind;

/**
 * What happened to a run, as {@code runs/<run>/history.jsonl} beside its metrics. Its driver writes
 * it anew with each event; what cannot be written is warned of once, and no run ends for it.
 */
public final class RunHistory {
  /** The file's name. */
  public static final String FILE = "history.jsonl";

  private static final Log LOG = Log.of(RunHistory.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A run that fails and begins again for ever keeps its newest events. */
  private static final int MOST_EVENTS = 2_000;

  private static final int LONGEST_WORD = 2_000;

  private final Store store;
  private final String path;
  private final BooleanSupplier mayWrite;
  private final List<RunEvent> events;
  private boolean warned;

  private RunHistory(Store store, String path, BooleanSupplier mayWrite) {
    this.store = store;
    this.path = path;
    this.mayWrite = mayWrite;
    this.events = new ArrayList<>(read(store, path));
  }

  /**
   * The history of a run, to go on with.
   *
   * @param mayWrite whether the output folder is still this driver's
   */
  public static RunHistory open(
      Store store, String outputDir, String runId, BooleanSupplier mayWrite) {
    return new RunHistory(store, path(outputDir, runId), mayWrite);
  }

  /** What happened to a run so far; nothing for runs of earlier versions. */
  public static List<RunEvent> of(Store store, String outputDir, String runId) {
    return read(store, path(outputDir, runId));
  }

  /** Adds what happens now. */
  public synchronized void add(Kind kind, long step, Map<String, String> words) {
    Map<String, String> cut = new TreeMap<>();
    words.forEach((name, word) -> cut.put(name, cut(word)));
    events.add(new RunEvent(Instant.now().toEpochMilli() / 1000.0, kind, step, cut));
    while (events.size() > MOST_EVENTS) {
      events.remove(0);
    }
    if (mayWrite.getAsBoolean()) {
      write();
    }
  }

  private void write() {
    StringBuilder lines = new StringBuilder();
    events.forEach(event -> lines.append(line(event)).append('\n'));
    try {
      store.writeText(path, lines.toString());
    } catch (Failure failure) {
      if (!warned) {
        LOG.warn("The run's history has gaps, training goes on: {}", failure.getMessage());
      }
      warned = true;
    }
  }

  private static String path(String outputDir, String runId) {
    return Store.child(Store.child(Store.child(outputDir, "runs"), runId), FILE);
  }

  private static String cut(String word) {
    return word.length() <= LONGEST_WORD ? word : word.substring(0, LONGEST_WORD) + " …";
  }

  private static String line(RunEvent event) {
    ObjectNode node = JSON.createObjectNode();
    node.put("time", event.time());
    node.put("event", event.kind().name());
    node.put("step", event.step());
    ObjectNode words = node.putObject("words");
    event.words().forEach(words::put);
    return node.toString();
  }

  /** A file that is damaged, or cannot be read now, tells nothing. */
  private static List<RunEvent> read(Store store, String path) {
    List<RunEvent> events = new ArrayList<>();
    try {
      if (store.exists(path)) {
        store.readText(path).lines().forEach(line -> add(line, events));
      }
    } catch (Failure failure) {
      LOG.warn("The run's history is not read: {}", failure.getMessage());
    }
    return events;
  }

  private static void add(String line, List<RunEvent> events) {
    try {
      JsonNode node = JSON.readTree(line);
      Map<String, String> words = new TreeMap<>();
      node.path("words").properties().forEach(w -> words.put(w.getKey(), w.getValue().asText()));
      Kind kind = Kind.valueOf(node.path("event").asText());
      events.add(
          new RunEvent(node.path("time").asDouble(), kind, node.path("step").asLong(-1), words));
    } catch (JsonProcessingException | IllegalArgumentException damaged) {
      LOG.debug("A line of the run's history is none", damaged);
    }
  }
}
