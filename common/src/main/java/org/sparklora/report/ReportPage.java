package org.sparklora.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sparklora.report.chart.BarChart;
import org.sparklora.report.chart.LineChart;
import org.sparklora.report.chart.Markup;
import org.sparklora.report.chart.SpanChart;

/** The page of a run: one file that needs no other, with no text of the corpus. */
record ReportPage(RunRecord record) {
  private static final String STYLES = styles();

  String html() {
    Markup page = new Markup().open("html", "lang", "en").line();
    head(page);
    page.open("body").line();
    header(page);
    page.add(new Summary(record).tiles());
    section(page, "Curves", curves());
    warnings(page);
    section(page, "Data", data());
    section(page, "Load it", loading());
    section(page, "Settings", new SettingsTables(record).settings());
    section(page, "Fingerprints", new SettingsTables(record).fingerprints());
    section(page, "Environment", new SettingsTables(record).environment());
    section(page, "Logged steps", new StepTable(record.history()).table());
    footer(page);
    return "<!DOCTYPE html>\n" + page.close().close() + "\n";
  }

  private void head(Markup page) {
    page.open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    page.empty("meta", "name", "generator", "content", RunReport.GENERATOR);
    page.leaf("title", "Run " + shortId() + " of " + base());
    page.styles(STYLES).close().line();
  }

  private void header(Markup page) {
    page.open("header").leaf("h1", base());
    page.leaf(
        "p",
        "LoRA adapter of rank %d on %s, run %s"
            .formatted(
                record.run().config().lora().rank(),
                String.join(", ", record.run().resolved().loraTargets()),
                record.run().runId()));
    page.leaf("p", new Summary(record).state(), "class", "state").close().line();
  }

  private static void section(Markup page, String title, Markup content) {
    if (!content.toString().isEmpty()) {
      page.open("section").leaf("h2", title).add(content).close().line();
    }
  }

  private Markup curves() {
    Markup figures = new Markup();
    List<LineChart> charts = new Curves(record).all();
    SpanChart timeline = new Timeline(record).chart();
    if (charts.isEmpty() && timeline.isEmpty()) {
      return figures.leaf("p", "No step is logged yet.");
    }
    figures.open("div", "class", "figures");
    charts.forEach(chart -> figures.add(chart.figure()));
    if (!timeline.isEmpty()) {
      figures.add(timeline.figure());
    }
    return figures.close();
  }

  private void warnings(Markup page) {
    List<String> warnings = new RunWarnings(record).all();
    if (!warnings.isEmpty()) {
      Markup list = new Markup().open("ul", "class", "warnings");
      warnings.forEach(warning -> list.leaf("li", warning));
      section(page, "Warnings", list.close());
    }
  }

  private Markup data() {
    DataCounts counts = new DataCounts(record.table());
    Markup data = new Markup().open("div", "class", "figures");
    Markup table = new Markup().open("table", "class", "numbers");
    row(table, "rows trained on", record.run().grid().rows());
    row(table, "rows of a step", record.run().grid().rowsPerStep());
    for (Map.Entry<String, Long> count : counts.all().entrySet()) {
      row(table, count.getKey(), count.getValue());
    }
    data.add(table.close());
    BarChart lengths = counts.lengths();
    if (!lengths.isEmpty()) {
      data.add(lengths.figure());
    }
    return data.close();
  }

  private static void row(Markup table, String name, long count) {
    table
        .open("tr")
        .leaf("th", name)
        .leaf("td", String.format(Locale.ROOT, "%,d", count).replace(',', '\u202f'));
    table.close();
  }

  private Markup loading() {
    Markup ways = new Markup();
    new Loading(record)
        .all()
        .forEach((tool, lines) -> ways.leaf("h3", tool).leaf("pre", lines).line());
    ways.leaf("p", "Prompt form: " + record.promptForm() + ".");
    return ways;
  }

  private void footer(Markup page) {
    JsonNode message = record.outcome().path("message");
    page.open("footer");
    if (message.isTextual()) {
      page.leaf("p", "The last command ended with: " + message.asText());
    }
    page.leaf("p", "Written by " + RunReport.GENERATOR + " from the files in " + record.folder());
    page.close().line();
  }

  private String base() {
    return record.run().resolved().modelCheckpoint();
  }

  private String shortId() {
    String id = record.run().runId();
    return id.substring(0, Math.min(8, id.length()));
  }

  private static String styles() {
    try (InputStream sheet = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of our own cannot be read", e);
    }
  }
}
