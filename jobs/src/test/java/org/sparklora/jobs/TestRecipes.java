package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts of {@code recipes/}, to their end on their small rows. */
@Tag("spark")
class TestRecipes {
  @TempDir Path folder;

  @Test
  void aBaseThatGoesOnWithTextsIsTrainedToAnswerConversations() throws Exception {
    Recipe recipe = Recipe.running(folder);
    String said = recipe.run("chatbaichuan.sh");
    assertEquals(List.of("tokenize", "train", "predict"), jobs(recipe));
    assertEquals(3, said.lines().filter(line -> line.contains("\"prediction\"")).count(), said);
    String contract =
        Files.readString(folder.resolve("target/recipes/chatbaichuan/features/_features.json"));
    assertTrue(contract.contains("\"no_answer\""), contract);
    assertTrue(contract.contains("\"baichuan\""), contract);
  }

  @Test
  void aMannerShowsInAnswersToQuestionsOfNoRow() throws Exception {
    String said = Recipe.running(folder).run("rulai.sh");
    assertTrue(said.contains("base: 0 of 6 answers say 月在水中"), said);
    assertTrue(said.contains("adapter: 6 of 6 answers say 月在水中"), said);
  }

  @ParameterizedTest
  @CsvSource({
    "chatbaichuan.sh, baichuan-inc/baichuan-7B",
    "rulai.sh, THUDM/chatglm-6b",
    "simple-math.sh, THUDM/chatglm2-6b"
  })
  void thePublishedFilesAreTakenWhereTheyAre(String script, String base) throws Exception {
    Recipe recipe = Recipe.read(folder);
    Path model = Files.createDirectories(folder.resolve("weights").resolve(base));
    Files.delete(folder.resolve("data"));
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/hc3.jsonl"), "");
    Files.writeString(folder.resolve("data/rulai.jsonl"), "");
    if (script.equals("simple-math.sh")) {
      recipe.run(script);
    } else {
      // Nothing is made here, so what looks at answers finds none.
      Files.createDirectories(folder.resolve("target/recipes"));
      runWithAnswers(recipe, script);
    }
    for (Recipe.Command command : recipe.commands()) {
      if (!command.job().equals("train")) {
        assertTrue(command.flags().contains(model.toString()), command.toString());
      }
    }
  }

  private void runWithAnswers(Recipe recipe, String script) throws Exception {
    for (String answers : List.of("chatbaichuan/answers", "rulai/of-base", "rulai/of-adapter")) {
      Path made = Files.createDirectories(folder.resolve("target/recipes").resolve(answers));
      Files.writeString(made.resolve("part-0.json"), "{\"prediction\": \"x\"}\n");
    }
    recipe.run(script);
  }

  private static List<String> jobs(Recipe recipe) {
    return recipe.commands().stream().map(Recipe.Command::job).toList();
  }
}
