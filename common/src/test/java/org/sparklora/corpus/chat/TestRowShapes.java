package org.sparklora.corpus.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

class TestRowShapes {
  @TempDir Path folder;

  @Test
  void formatsAreFoundByTheirKeys() {
    assertEquals(Optional.of(RowFormat.MESSAGES), RowFormat.withKeys(List.of("id", "messages")));
    assertEquals(
        Optional.of(RowFormat.SHAREGPT), RowFormat.withKeys(List.of("conversations", "system")));
    assertEquals(
        Optional.of(RowFormat.ALPACA), RowFormat.withKeys(List.of("instruction", "output")));
    assertEquals(
        Optional.of(RowFormat.PROMPT_COMPLETION),
        RowFormat.withKeys(List.of("prompt", "completion")));
    assertEquals(
        Optional.of(RowFormat.HC3),
        RowFormat.withKeys(List.of("question", "human_answers", "chatgpt_answers")));
    assertEquals(Optional.empty(), RowFormat.withKeys(List.of("q", "a")));
    assertEquals(
        Optional.of("q"), ChatReader.keys("{\"q\": {\"messages\": 1}}").map(k -> k.get(0)));
    assertEquals(Optional.empty(), ChatReader.keys("[1]"));
  }

  @Test
  void synonymsOfRolesAreAdded() {
    Roles roles = Roles.of("Kunde = user, 老师=assistant");
    assertEquals(Optional.of("user"), roles.role(" KUNDE "));
    assertEquals(Optional.of("assistant"), roles.role("老师"));
    assertEquals(Optional.of("user"), roles.role("human"));
    assertEquals(Optional.empty(), roles.role("moderator"));
    assertEquals("kunde=user,老师=assistant", roles.word());
    assertEquals(Roles.USUAL, Roles.of(""));
    Failure failure = assertThrows(Failure.class, () -> Roles.of("kunde=boss"));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot read conversations, --roles has a part that names no role: kunde=boss (expected name=system|user|assistant|tool). Correct it.",
        failure.getMessage());
  }

  @Test
  void descriptionsThatCannotBeUsedAreNamed() throws IOException {
    String file = folder.resolve("dataset_info.json").toString();
    Files.writeString(
        Path.of(file),
        "{\"x\": {\"ranking\": true}, \"y\": {\"formatting\": \"kto\"}, \"z\": {\"formatting\": \"openai\"}}");
    assertFails(
        "z2",
        file,
        "Cannot tokenize, --dataset names none of %s: z2 (expected one of x, y, z). Change it."
            .formatted(file));
    assertFails(
        "x",
        file,
        "Cannot tokenize, the dataset is of a kind that is not known here: x has ranking true (expected rows with one answer). Choose another --dataset.");
    assertFails(
        "y",
        file,
        "Cannot tokenize, the dataset is of a kind that is not known here: y has formatting kto (expected alpaca, sharegpt, openai). Choose another --dataset.");
    for (String column : List.of("kto_tag", "images")) {
      Files.writeString(Path.of(file), "{\"k\": {\"columns\": {\"%s\": \"x\"}}}".formatted(column));
      assertFails(
          "k",
          file,
          "Cannot tokenize, the dataset is of a kind that is not known here: k has columns %s (expected texts, all of which are to be learned). Choose another --dataset."
              .formatted(column));
    }
    Files.writeString(Path.of(file), "{\"z\": {\"formatting\": \"openai\"}}");
    DatasetInfo openai = DatasetInfo.read(Store.local(), file, "z", Roles.USUAL);
    assertEquals("sharegpt role_tag=role content_tag=content", openai.shape().words());
    Files.writeString(Path.of(file), "{");
    assertFails(
        "x",
        file,
        "Cannot tokenize, the file of --dataset_info is no JSON: %s (expected LLaMA-Factory's dataset_info.json). Correct it."
            .formatted(file));
  }

  private static void assertFails(String name, String file, String message) {
    Failure failure =
        assertThrows(Failure.class, () -> DatasetInfo.read(Store.local(), file, name, Roles.USUAL));
    assertEquals(message, failure.getMessage());
  }
}
