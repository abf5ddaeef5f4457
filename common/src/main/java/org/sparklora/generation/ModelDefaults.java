package org.sparklora.generation;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sparklora.storage.Store;

/**
 * What the files of a base say about its answers.
 *
 * @param values of flags, by their names, as {@code generation_config.json} has them
 * @param stops end tokens of {@code config.json} and {@code generation_config.json} together
 */
public record ModelDefaults(Map<String, String> values, Stops stops) {
  /** Of a base that says nothing. */
  public static final ModelDefaults NONE = new ModelDefaults(Map.of(), Stops.NONE);

  private static final String CONFIG = "config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";

  /** Of the base in {@code folder}; end tokens count also where the file is switched off. */
  public static ModelDefaults read(Store store, String folder, ModelsOwn modelsOwn) {
    GenerationFile config = GenerationFile.read(store, Store.child(folder, CONFIG));
    GenerationFile own = GenerationFile.read(store, Store.child(folder, GENERATION_CONFIG));
    List<Integer> ids =
        Stream.concat(config.endTokens().stream(), own.endTokens().stream()).toList();
    return modelsOwn == ModelsOwn.OFF
        ? new ModelDefaults(Map.of(), new Stops(ids, List.of()))
        : new ModelDefaults(own.values(), new Stops(ids, own.stopTexts()));
  }
}
