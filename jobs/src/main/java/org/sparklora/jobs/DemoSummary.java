package org.sparklora.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.sparklora.command.JobOutcome;

/** What came of {@code submit/pipeline.sh}: a short table, and the same figures in a file. */
public final class DemoSummary {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  DemoSummary(Path folder) {
    this.folder = folder;
  }

  /** Reads what the stages left under the folder given and writes {@code summary.json} there. */
  public static void main(String[] arguments) throws IOException {
    DemoSummary demo = new DemoSummary(Path.of(arguments[0]));
    ObjectNode figures = demo.figures();
    Files.writeString(
        demo.folder.resolve("summary.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(figures) + "\n");
    System.out.print(demo.table(figures));
  }

  ObjectNode figures() throws IOException {
    JsonNode features = outcome("simple_math_4op");
    JsonNode training = outcome("adapter");
    ObjectNode all = JSON.createObjectNode();
    all.set("rows", features.path("rows"));
    all.set("tokens", features.path("tokens"));
    for (String name : new String[] {"steps", "first_loss", "last_loss", "tokens_per_second"}) {
      all.set(name, training.path(name));
    }
    JsonNode judged = outcome("judged");
    all.set("published_step", training.path("eval_best_step"));
    all.set("eval_loss_before", judged.path("base.loss"));
    all.set("eval_loss_after", judged.path("adapter.loss"));
    all.set("token_accuracy_before", judged.path("base.token_accuracy"));
    all.set("token_accuracy_after", judged.path("adapter.token_accuracy"));
    all.set("exact_match_before", outcome("before").path("exact_match"));
    all.set("exact_match_after", outcome("after").path("exact_match"));
    return all;
  }

  private String table(JsonNode figures) {
    return String.format(
        Locale.ROOT,
        """

        rows             %,d
        tokens           %,d
        steps            %,d, step %,d published
        loss             %.4f -> %.4f
        tokens/s         %,.0f
        on what training never saw, before -> after:
        loss             %.4f -> %.4f
        token accuracy   %.3f -> %.3f
        exact match      %.3f -> %.3f

        features         %s
        adapter          %s
        answers          %s
        figures          %s
        """,
        figures.path("rows").asLong(),
        figures.path("tokens").asLong(),
        figures.path("steps").asLong(),
        figures.path("published_step").asLong(),
        figures.path("first_loss").asDouble(),
        figures.path("last_loss").asDouble(),
        figures.path("tokens_per_second").asDouble(),
        figures.path("eval_loss_before").asDouble(),
        figures.path("eval_loss_after").asDouble(),
        figures.path("token_accuracy_before").asDouble(),
        figures.path("token_accuracy_after").asDouble(),
        figures.path("exact_match_before").asDouble(),
        figures.path("exact_match_after").asDouble(),
        folder.resolve("simple_math_4op"),
        folder.resolve("adapter"),
        folder.resolve("after"),
        folder.resolve("summary.json"));
  }

  private JsonNode outcome(String stage) throws IOException {
    return JSON.readTree(folder.resolve(stage).resolve(JobOutcome.FILE).toFile());
  }
}
