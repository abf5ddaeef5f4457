package org.sparklora.predict;

import java.util.List;
import org.sparklora.generation.ModelDefaults;
import org.sparklora.generation.ModelsOwn;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/** What a base says about its answers: its files, and the end token of its tokenizer. */
public final class BaseDefaults {
  private BaseDefaults() {}

  /** Of the base in {@code folder}. */
  public static ModelDefaults read(Store store, String folder, ModelsOwn modelsOwn) {
    ModelDefaults files = ModelDefaults.read(store, folder, modelsOwn);
    try (TokenCodec codec = Codecs.open(ModelFolders.local(store, folder))) {
      return new ModelDefaults(
          files.values(), files.stops().alsoAt(List.of(codec.endOfSequence())));
    }
  }
}
