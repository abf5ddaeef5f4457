package org.sparklora.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

class TestModelDefaults {
  @TempDir Path folder;

  @Test
  void endTokensAreThoseOfBothFilesAsNumbersOrLists() throws IOException {
    assertEquals(List.of(), ends("{}", "{}"));
    assertEquals(List.of(), ends("{'eos_token_id': null}", "{'eos_token_id': null}"));
    assertEquals(List.of(2), ends("{'eos_token_id': 2}", "{}"));
    assertEquals(List.of(2, 9), ends("{'eos_token_id': 2}", "{'eos_token_id': 9}"));
    assertEquals(List.of(1, 2, 30), ends("{'eos_token_id': [30, 2]}", "{'eos_token_id': [2, 1]}"));
    Files.delete(folder.resolve("generation_config.json"));
    assertEquals(List.of(2, 30), read(ModelsOwn.MODEL).stops().ids());
  }

  @Test
  void switchedOffOnlyItsEndTokensCount() throws IOException {
    write(
        "{'eos_token_id': 2}",
        "{'do_sample': true, 'temperature': 0.3, 'num_beams': 4, 'eos_token_id': 5, 'stop_strings': 'x'}");
    assertEquals(
        new ModelDefaults(Map.of(), new Stops(List.of(2, 5), List.of())), read(ModelsOwn.OFF));
  }

  @Test
  void aModelThatSamplesHasTransformersValuesWhereItSaysNone() throws IOException {
    assertEquals(Map.of("temperature", "1.0", "top_k", "50"), values("{'do_sample': true}"));
    assertEquals(
        Map.of("temperature", "0.6", "top_k", "20", "top_p", "0.95"),
        values("{'do_sample': true, 'temperature': 0.6, 'top_k': 20, 'top_p': 0.95}"));
  }

  @Test
  void aModelThatDoesNotSampleKeepsItsTemperatureToItself() throws IOException {
    assertEquals(
        Map.of("top_p", "0.9", "repetition_penalty", "1.1", "max_new_tokens", "2048"),
        values(
            "{'temperature': 0.6, 'top_p': 0.9, 'repetition_penalty': 1.1, 'max_new_tokens': 2048}"));
  }

  @Test
  void stopTextsAreOneOrSeveral() throws IOException {
    write("{}", "{'stop_strings': ['a', 'b']}");
    assertEquals(List.of("a", "b"), read(ModelsOwn.MODEL).stops().texts());
    write("{}", "{'stop_strings': 'c'}");
    assertEquals(List.of("c"), read(ModelsOwn.MODEL).stops().texts());
  }

  @Test
  void keysThatAskForNothingOrThatNobodyKnowsArePassedOver() throws IOException {
    assertEquals(
        Map.of(),
        values(
            "{'_from_model_config': true, 'bos_token_id': 1, 'pad_token_id': [0], 'num_beams': 1,"
                + " 'min_length': 0, 'no_repeat_ngram_size': 0, 'bad_words_ids': null,"
                + " 'suppress_tokens': [], 'guidance_scale': 1.0, 'chat_format': 'chatml',"
                + " 'min_p': 0.1, 'typical_p': 0.2}"));
  }

  @Test
  void whatIsNotDoneHereIsRefusedByName() throws IOException {
    assertEquals(
        "Cannot take the model's settings, num_beams is not supported: 4 in %s (expected 1). Mend the file, or leave it aside with --generation_config off."
            .formatted(folder.resolve("generation_config.json")),
        refused("{'num_beams': 4}"));
    assertTrue(
        refused("{'suppress_tokens': [1]}")
            .contains(", suppress_tokens is not supported: [1] in "));
    assertTrue(
        refused("{'do_sample': true, 'min_p': 0.1}").contains(", min_p is not supported: 0.1 in "));
  }

  @Test
  void damagedFilesAndValuesAreNamed() throws IOException {
    Path file = folder.resolve("generation_config.json");
    String end =
        " in %s (expected %s). Mend the file, or leave it aside with --generation_config off.";
    assertEquals(
        "Cannot take the model's settings, it is not JSON: line 1"
            + end.formatted(file, "an object"),
        refused("{"));
    assertEquals(
        "Cannot take the model's settings, it is not a JSON object: ARRAY"
            + end.formatted(file, "an object"),
        refused("[]"));
    assertEquals(
        "Cannot take the model's settings, eos_token_id is no token id: \"x\""
            + end.formatted(file, "numbers from 0"),
        refused("{'eos_token_id': [1, 'x']}"));
    assertEquals(
        "Cannot take the model's settings, top_p is out of range: 1.5"
            + end.formatted(file, "a number that transformers takes"),
        refused("{'top_p': 1.5}"));
    assertEquals(
        "Cannot take the model's settings, stop_strings is no list of texts: 3"
            + end.formatted(file, "texts"),
        refused("{'stop_strings': 3}"));
    assertTrue(
        refused("version https://git-lfs.github.com/spec/v1\n")
            .startsWith("Cannot read the model's settings, it is a Git LFS pointer: "));
  }

  private List<Integer> ends(String config, String own) throws IOException {
    write(config, own);
    return read(ModelsOwn.MODEL).stops().ids();
  }

  private Map<String, String> values(String own) throws IOException {
    write("{}", own);
    return read(ModelsOwn.MODEL).values();
  }

  private String refused(String own) throws IOException {
    write("{}", own);
    Failure failure = assertThrows(Failure.class, () -> read(ModelsOwn.MODEL));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    return failure.getMessage();
  }

  private ModelDefaults read(ModelsOwn modelsOwn) {
    return ModelDefaults.read(Store.local(), folder.toString(), modelsOwn);
  }

  private void write(String config, String own) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
    Files.writeString(folder.resolve("generation_config.json"), own.replace('\'', '"'));
  }
}
