package org.sparklora.predict;

import java.util.List;
import org.sparklora.generation.ModelDefaults;
import org.sparklora.generation.ModelsOwn;
import org.sparklora.generation.Stops;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/** Where the answers of a base end and how they are made, as far as no flag says it. */
public final class BaseDefaults {
  private BaseDefaults() {}

  /** Of the base in {@code folder}: its files, its tokenizer, and the turns of the prompt form. */
  public static ModelDefaults read(
      Store store, String folder, ModelsOwn modelsOwn, PromptNotes prompts) {
    ModelDefaults files = ModelDefaults.read(store, folder, modelsOwn);
    try (TokenCodec codec = Codecs.open(ModelFolders.local(store, folder))) {
      Stops stops =
          files
              .stops()
              .alsoAt(List.of(codec.endOfSequence()))
              .alsoAt(prompts.writer(codec).turnEnds());
      return new ModelDefaults(files.values(), stops);
    }
  }
}
