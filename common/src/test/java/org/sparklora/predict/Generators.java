package org.sparklora.predict;

import java.util.List;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.Stops;

/** Generators that end at tokens only. */
final class Generators {
  private Generators() {}

  static Generator endingAt(DecodingModel model, GenerationSettings settings, Integer... ids) {
    Stops stops = settings.stops().alsoAt(List.of(ids));
    return new Generator(
        model,
        settings.with(stops),
        AnswerEnd.of(
            stops,
            answer -> {
              throw new IllegalStateException("no texts to look for");
            }),
        settings.batchSize());
  }
}
