package org.sparklora.jobs.tokenize;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.ParquetCorpus;
import org.sparklora.corpus.chat.ChatReader;
import org.sparklora.corpus.chat.DatasetInfo;
import org.sparklora.corpus.chat.Roles;
import org.sparklora.corpus.chat.RowFormat;
import org.sparklora.corpus.chat.RowShape;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;
import org.sparklora.tokenize.ChatConfig;
import org.sparklora.tokenize.TokenizeConfig;

/** Which shape the rows of a corpus have: as flags or a description say, or by their keys. */
record RowShapes(Store store, TokenizeConfig config, Optional<DatasetInfo> described) {
  /** So many rows are looked at for one whose keys say the shape. */
  private static final int LOOKED_AT = 100;

  static RowShapes of(Store store, TokenizeConfig config, String datasetInfo) {
    ChatConfig chat = config.chat();
    return new RowShapes(
        store,
        config,
        chat.datasetInfo().isEmpty()
            ? Optional.empty()
            : Optional.of(
                DatasetInfo.read(store, datasetInfo, chat.dataset(), Roles.of(chat.roles()))));
  }

  RowShape of(List<StoredFile> inputs) {
    Roles roles = Roles.of(config.chat().roles());
    if (described.isPresent()) {
      return described.get().shape();
    }
    if (!config.promptKey().isEmpty()) {
      return RowShape.pair(config.promptKey(), config.targetKey());
    }
    String format = config.chat().rowFormat();
    return RowShape.of(
        format.equals(ChatConfig.AUTO) ? found(inputs) : RowFormat.of(format), roles);
  }

  private RowFormat found(List<StoredFile> inputs) {
    CorpusPlan plan = CorpusPlan.of(store, inputs, 1, config.encoding());
    List<List<String>> keys =
        plan.isParquet()
            ? List.of(ParquetCorpus.columns(store, inputs))
            : keys(plan.parts().stream().flatMap(List::stream).toList());
    return keys.stream()
        .flatMap(k -> RowFormat.withKeys(k).stream())
        .findFirst()
        .orElseThrow(() -> unknown(keys));
  }

  private List<List<String>> keys(List<CorpusSplit> splits) {
    List<List<String>> keys = new ArrayList<>();
    try (CorpusRows rows = new CorpusRows(store, ExampleParser.ofWholeRows(), splits)) {
      for (int i = 0; i < LOOKED_AT && rows.hasNext(); i++) {
        if (rows.next().row() instanceof CorpusRow.Good good) {
          ChatReader.keys(good.example().prompt()).ifPresent(keys::add);
        }
      }
    }
    return keys;
  }

  private static Failure unknown(List<List<String>> keys) {
    return Failure.input(
        "Cannot tokenize, the shape of the rows cannot be told by their keys: %s (expected messages; conversations; instruction and output; prompt and completion; or question and chatgpt_answers). Give --prompt_key and --target_key, --row_format or --dataset_info."
            .formatted(
                keys.isEmpty() || keys.get(0).isEmpty() ? "none" : String.join(", ", keys.get(0))));
  }
}
