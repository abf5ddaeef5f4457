package org.sparklora.jobs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.spark.SparkConf;
import org.sparklora.Failure;
import org.sparklora.answer.AnswerSetup;
import org.sparklora.answer.Answering;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.screen.Screen;
import org.sparklora.storage.Store;
import org.sparklora.terminal.ChatConfig;
import org.sparklora.terminal.ChatShell;
import org.sparklora.terminal.Lines;

/** Talks with a base and its adapters: {@code submit/chat.sh}. It opens no session. */
public final class ChatMain {
  private ChatMain() {}

  public static void main(String[] arguments) {
    SparkConf conf = new SparkConf();
    JobOutcome outcome =
        new JobProcess("chat", System.err, code -> {})
            .run(
                () ->
                    JobRun.withoutSession(
                        ChatConfig.options(),
                        System.err,
                        arguments,
                        ChatConfig::of,
                        config -> talk(conf, config)));
    MainEnd.of(outcome, false);
  }

  private static JobOutcome talk(SparkConf conf, ChatConfig config) {
    Store store = Store.with(SparkStorage.settings(conf));
    NamedPaths paths = NamedPaths.of(conf);
    AnswerSetup setup = config.setup().at(name -> paths.model(store, name), paths::resolve);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Answering answering = Answering.open(store, setup, Causes::failureOrStorage);
        Lines lines = ChatShell.linesOf(config)) {
      Screen.ofProcess().say(answering.resolved(setup.generation()).describe());
      ChatShell.run(answering, config, lines, out, System.err);
      return JobOutcome.done("");
    } catch (IOException e) {
      throw Failure.cluster(
          "Cannot talk, the terminal cannot be opened: %s (expected one, or piped input). Check TERM, or pipe the questions in."
              .formatted(e.getMessage()),
          e);
    }
  }
}
