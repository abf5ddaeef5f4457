package org.sparklora.jobs.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.feature.FeatureTable;
import org.sparklora.mix.AdapterPlace;
import org.sparklora.predict.ModelChoice;
import org.sparklora.storage.Store;

/** Models that were trained with prompts written otherwise than those of the table they predict. */
final class OtherForms {
  private OtherForms() {}

  /** One line about all of them; nothing where there are none, or the table says no form. */
  static Optional<String> said(Store store, FeatureTable table, Map<String, ModelChoice> models) {
    if (table.info().isEmpty()) {
      return Optional.empty();
    }
    Optional<JsonNode> now = table.info().get().madeFrom().promptForm();
    List<String> others = new ArrayList<>();
    models.forEach(
        (name, model) ->
            trained(store, model)
                .flatMap(origin -> origin.trainedOtherwise(now))
                .ifPresent(form -> others.add("%s was trained with %s".formatted(name, form))));
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The table's prompts are written as %s, but %s; figures may be worse than in use"
                .formatted(AdapterOrigin.nameOf(now), String.join(", ", others)));
  }

  /** What an adapter says, or a base that adapters were merged into; nothing of others. */
  private static Optional<AdapterOrigin> trained(Store store, ModelChoice model) {
    return model.hasAdapter()
        ? model.adapters().places().stream()
            .map(AdapterPlace::folder)
            .flatMap(folder -> AdapterOrigin.read(store, folder).stream())
            .findFirst()
        : AdapterOrigin.formOfMerged(store, model.checkpoint())
            .map(form -> new AdapterOrigin("", Optional.of(form)));
  }
}
