package org.sparklora.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class TestPage {
  private static final int ENTER = 13;
  private static final int ESCAPE = 27;
  private static final int TAB = 9;
  private static final int UP = 38;

  /** The browser's last threads may still write while it is deleted. */
  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  @Test
  void itLoadsNothingFromElsewhereAndTakesNoTextForHtml() {
    String page = new String(Page.read().bytes(), StandardCharsets.UTF_8);
    assertFalse(
        Pattern.compile("https?://|//[a-z]|@import|url\\(|<link[^>]+href=\"(?!data:)|src=")
            .matcher(page)
            .find());
    assertFalse(
        Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(")
            .matcher(page)
            .find());
    assertTrue(Page.read().policy().startsWith("default-src 'none'; connect-src 'self';"));
  }

  @Test
  @Tag("browser")
  void itTalksByKeyboardSwitchesStopsEditsAndClears() throws Exception {
    try (Browser browser = Browser.open(folder);
        Servers servers = Servers.withAdapters("--prompt_lookup_num_tokens=0")) {
      browser.go(servers.server.url());
      browser.await("document.querySelectorAll('input[name=model]').length === 4");
      assertEquals("question", browser.run("document.activeElement.id").asText());
      set(browser, "length", 16);
      ask(browser, "<img src=x onerror=alert(1)>");
      browser.await("texts().length === 2 && !running");
      String first = browser.run("texts()[1]").asText();
      assertFalse(first.isEmpty());
      assertEquals("<img src=x onerror=alert(1)>", browser.run("texts()[0]").asText());
      assertEquals(0, browser.run("document.querySelectorAll('#talk img').length").asInt());
      screenshots(browser, "answered");

      browser.run("document.querySelector('input[name=model][value=a]').click()");
      browser.run("document.getElementById('regenerate').click()");
      browser.await("!running && texts().length === 2");
      assertFalse(first.equals(browser.run("texts()[1]").asText()), "another adapter answered");

      browser.run("document.querySelector('input[name=model][value=\"\"]').click()");
      assertFalse(browser.run("document.getElementById('mix').hidden").asBoolean());
      assertEquals(2, browser.run("document.querySelectorAll('#mix input').length").asInt());
      screenshots(browser, "mix");

      set(browser, "length", 2048);
      ask(browser, "two");
      browser.await("running && texts()[3]");
      browser.press("Escape", ESCAPE);
      browser.await("!running");
      assertEquals(
          "Stopped.", browser.run("document.getElementById('status').textContent").asText());
      awaitIdle(servers);

      browser.run("document.querySelector('[aria-label=\"Edit question 1\"]').click()");
      assertEquals(0, browser.run("texts().length").asInt());
      assertEquals(
          "<img src=x onerror=alert(1)>",
          browser.run("document.getElementById('question').value").asText());
      browser.run("document.getElementById('clear').click()");
      assertEquals(List.of(), browser.errors());
    }
  }

  @Test
  @Tag("browser")
  void whatIsExportedIsARowOfMessages() throws Exception {
    Path downloads = Files.createDirectories(folder.resolve("downloads"));
    try (Browser browser = Browser.open(folder);
        Servers servers = Servers.withAdapters()) {
      browser.go(servers.server.url());
      browser.await("document.querySelectorAll('input[name=model]').length === 4");
      assertTrue(browser.run("document.getElementById('export').disabled").asBoolean());
      browser.downloadTo(downloads);
      set(browser, "length", 16);
      ask(browser, "one \"two\"");
      browser.await("texts().length === 2 && !running");
      browser.run("document.getElementById('export').focus()");
      browser.press("Enter", ENTER);
      browser.await("document.getElementById('status').textContent === 'Exported.'");
      JsonNode row = new ObjectMapper().readTree(awaitText(downloads.resolve("chat.jsonl")));
      assertEquals(List.of("user", "assistant"), row.path("messages").findValuesAsText("role"));
      assertEquals("one \"two\"", row.path("messages").get(0).path("content").asText());
      assertEquals(
          browser.run("texts()[1]").asText(), row.path("messages").get(1).path("content").asText());
      assertEquals(List.of(), browser.errors());
    }
  }

  /** As the keyboard goes and a screen reader sees it. */
  @Test
  @Tag("browser")
  void everyControlHasANameAndIsReachedByKeyboard() throws Exception {
    try (Browser browser = Browser.open(folder);
        Servers servers = Servers.withAdapters()) {
      browser.go(servers.server.url());
      browser.await("document.querySelectorAll('input[name=model]').length === 4");
      set(browser, "length", 16);
      ask(browser, "one");
      browser.await("texts().length === 2 && !running");
      browser.run("document.querySelector('input[name=model]').focus()");
      List<String> reached = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        reached.add(
            browser
                .run("document.activeElement.id || document.activeElement.type || 'other'")
                .asText());
        browser.press("Tab", TAB);
      }
      assertEquals(
          "radio, system, temperature, top_p, length, talk, button, question, send, regenerate, clear, export",
          String.join(", ", reached));
      browser.run("document.querySelector('input[name=model]').focus()");
      browser.press("ArrowUp", UP);
      assertFalse(browser.run("document.getElementById('mix').hidden").asBoolean());
      Map<String, List<String>> tree = browser.namesByRole();
      for (String role : List.of("button", "radio", "slider", "textbox")) {
        assertFalse(tree.get(role).isEmpty(), role);
        assertFalse(tree.get(role).contains(""), role + ": " + tree.get(role));
      }
      assertEquals(List.of("Settings"), tree.get("complementary"));
      assertEquals(List.of("Conversation"), tree.get("list"));
      assertTrue(tree.containsKey("status"), tree.toString());
      assertEquals(1, tree.get("log").size());
      assertTrue(tree.get("button").contains("Edit question 1"), tree.get("button").toString());
      assertEquals(
          browser.run("texts()[1]").asText(),
          browser.run("document.getElementById('said').textContent").asText());
      browser.run("globalThis.whole = text => text.slice(0, sentences(text))");
      assertEquals("", browser.run("whole('One')").asText());
      assertEquals("One.", browser.run("whole('One. Two')").asText());
      assertEquals("One. Two 3.5?\n", browser.run("whole('One. Two 3.5?\\nFour.')").asText());
      assertEquals("一。", browser.run("whole('一。二')").asText());
      assertEquals(List.of(), browser.errors());
    }
  }

  /** Of a file that appears under its name once it is whole. */
  private static String awaitText(Path file) throws Exception {
    long start = System.nanoTime();
    while (!Files.exists(file)) {
      Thread.sleep(20);
      assertTrue(System.nanoTime() - start < 60_000_000_000L, "nothing was downloaded");
    }
    return Files.readString(file);
  }

  private static void ask(Browser browser, String text) throws Exception {
    browser.run(
        "globalThis.texts = () => [...document.querySelectorAll('#talk .text')].map(t => t.textContent)");
    browser.run("document.getElementById('question').focus()");
    browser.type(text);
    browser.press("Enter", ENTER);
  }

  private static void set(Browser browser, String slider, int value) throws Exception {
    browser.run(
        "{ const s = document.getElementById('%s'); s.value = %d; s.dispatchEvent(new Event('input')); }"
            .formatted(slider, value));
  }

  private void screenshots(Browser browser, String name) throws Exception {
    Path target = Path.of("target/screens");
    Files.createDirectories(target);
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      browser.screenshot(target.resolve(name + (dark ? "-dark" : "-light") + ".png"));
    }
  }

  private static void awaitIdle(Servers servers) throws InterruptedException {
    long start = System.nanoTime();
    while (servers.answering.running() > 0) {
      Thread.sleep(10);
      assertTrue(System.nanoTime() - start < 20_000_000_000L, "a stopped answer goes on");
    }
  }
}
