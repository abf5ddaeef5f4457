package org.sparklora.jobs.tokenize;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.ModelFamily;
import org.sparklora.corpus.chat.RowShape;
import org.sparklora.feature.SourceFile;
import org.sparklora.feature.TableOrigin;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.model.load.QuantisedWeights;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.prompt.FormChoice;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptForms;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;
import org.sparklora.tokenize.HoldOut;
import org.sparklora.tokenize.TokenizeConfig;

/**
 * What the tables of a job are made of.
 *
 * @param model folder of the base
 */
record TableSource(TokenizeSite site, String model, Corpora corpora, RowReading reading) {
  private static final Log LOG = Log.of(TableSource.class);

  /** Finds it; what training would refuse about the base is said before any row is read. */
  static TableSource find(TokenizeSite site, OutputPlace place) {
    Store store = site.store();
    TokenizeConfig config = site.config();
    String model = site.paths().model(store, config.modelCheckpoint());
    place.apartFrom(model, "--model_checkpoint");
    ModelFamily family = DecoderSpec.readToTrain(store, model).family();
    QuantisedWeights.refuse(store, model);
    String info = site.paths().resolve(config.chat().datasetInfo());
    RowShapes shapes = RowShapes.of(store, config, info);
    Corpora corpora = corpora(site, shapes, info);
    corpora.apartFrom(place);
    ChatSetup chat =
        config.isPlain() ? null : chat(site, shapes.of(corpora.files()), model, family);
    RowReading reading =
        new RowReading(site.storage(), config.promptKey(), config.targetKey(), chat);
    return new TableSource(site, model, corpora, reading);
  }

  /** What {@code --input_file} names, else the dataset that a description names. */
  private static Corpora corpora(TokenizeSite site, RowShapes shapes, String info) {
    List<String> named = site.config().inputFiles();
    if (!named.isEmpty() || shapes.described().isEmpty()) {
      return Corpora.find(site.store(), site.paths(), named);
    }
    String file = shapes.described().get().fileName();
    if (file.isEmpty()) {
      throw Failure.usage(
          "Cannot tokenize, the dataset names no file: %s (expected file_name in %s). Give --input_file."
              .formatted(site.config().chat().dataset(), site.config().chat().datasetInfo()));
    }
    String beside = info.substring(0, Math.max(0, info.lastIndexOf('/')));
    return Corpora.find(site.store(), site.paths(), List.of(Store.child(beside, file)));
  }

  private static ChatSetup chat(
      TokenizeSite site, RowShape shape, String model, ModelFamily family) {
    FormChoice asked = site.config().chat().prompts();
    PromptForm form =
        asked.isPlain()
            ? PromptForms.free("{prompt}")
            : asked.open(ModelFolders.local(site.store(), model), family);
    LOG.info("Rows are read as {}, prompts are written as {}", shape.words(), form.name());
    return ChatSetup.of(shape, site.config().chat().trainOn(), form);
  }

  /** As a table's contract has it. */
  TableOrigin origin(HoldOut part) {
    TokenizeConfig config = site.config();
    Path local = ModelFolders.local(site.store(), model);
    try (TokenCodec codec = Codecs.open(local)) {
      return new TableOrigin(
          config.modelCheckpoint(),
          codec.fingerprint(),
          codec.endOfSequence(),
          config.promptKey(),
          config.targetKey(),
          config.encoding(),
          config.cutPolicy().word(),
          config.maxSeqLength(),
          corpora.files().stream()
              .map(f -> new SourceFile(f.path(), f.length(), f.modifiedMillis()))
              .toList(),
          part.origin(),
          Optional.ofNullable(reading.chat()).map(ChatSetup::origin).orElse(null),
          corpora.asked(),
          config.dedup().origin());
    }
  }

  RowLook look() {
    return new RowLook(
        reading,
        site.config().dedup(),
        corpora.isMix() ? corpora.blend() : null,
        site.config().valSize());
  }
}
