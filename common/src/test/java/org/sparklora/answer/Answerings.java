package org.sparklora.answer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.Fixtures;
import org.sparklora.command.Breakdown;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;
import org.sparklora.generation.GenerationChoice;
import org.sparklora.storage.Store;

/** Answering with the fixtures' models, as flags say it. */
public final class Answerings {
  private static final Duration TICK = Duration.ofMillis(50);
  private static final int QUEUE = 64;

  private Answerings() {}

  /** A model of the fixtures, with flags. */
  public static Answering of(String family, String... flags) {
    return of(family, QUEUE, flags);
  }

  /** The same, where so many may wait. */
  public static Answering of(String family, int queueLimit, String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("--model_checkpoint=" + Fixtures.path(family, "model"));
    all.add("--threads=1");
    Settings settings =
        Settings.parse(
            Options.of("test", "tests.", AnswerFlags.options()), all.toArray(String[]::new));
    AnswerSetup setup = settings.build(s -> AnswerFlags.of(s, queueLimit));
    return Answering.open(Store.local(), setup, Breakdown.OF_COMMAND::within);
  }

  /** An adapter of the fixtures as a flag. */
  public static String adapter(String name, String family, String golden) {
    return "--adapter=%s=%s".formatted(name, Fixtures.path(family, "golden/" + golden));
  }

  /** What flags of decoding say. */
  public static GenerationChoice generation(List<String> flags) {
    return Settings.parse(
            Options.of("test", "tests.", GenerationChoice.options()), flags.toArray(String[]::new))
        .build(GenerationChoice::of);
  }

  /** Reads an answer to its end. */
  static List<String> pieces(Answer answer) {
    List<String> pieces = new ArrayList<>();
    try {
      for (Optional<String> next = answer.next(TICK); next.isPresent(); ) {
        pieces.add(next.get());
        next = answer.next(TICK);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return pieces;
  }

  /** The text of an answer, which is closed. */
  public static String text(Answer answer) {
    try (answer) {
      return String.join("", pieces(answer));
    }
  }
}
