package org.sparklora.jobs;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkConf;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.answer.AnswerSetup;
import org.sparklora.answer.Answering;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.screen.Screen;
import org.sparklora.serve.AnswerServer;
import org.sparklora.serve.ServeConfig;
import org.sparklora.storage.Store;

/** Serves a base and its adapters: {@code submit/serve.sh}. It opens no session. */
public final class ServeMain {
  private ServeMain() {}

  public static void main(String[] arguments) {
    SparkConf conf = new SparkConf();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(asked, ended), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    JobOutcome outcome =
        new JobProcess("serve", System.err, code -> ended.countDown())
            .run(
                () ->
                    JobRun.withoutSession(
                        ServeConfig.options(),
                        System.out,
                        arguments,
                        ServeConfig::of,
                        config -> serve(conf, config, asked)));
    MainEnd.of(outcome, asked.getCount() == 0);
  }

  private static JobOutcome serve(SparkConf conf, ServeConfig config, CountDownLatch asked) {
    Store store = Store.with(SparkStorage.settings(conf));
    NamedPaths paths = NamedPaths.of(conf);
    AnswerSetup setup = config.setup().at(name -> paths.model(store, name), paths::resolve);
    String key = key(store, paths, config.apiKeyFile());
    try (Answering answering = Answering.open(store, setup, Causes::failureOrStorage);
        AnswerServer server =
            AnswerServer.start(answering, config, lastName(setup.base().checkpoint()), key)) {
      Screen.ofProcess().say(answering.resolved(setup.generation()).describe());
      Screen.ofProcess().result("Serving at " + server.url());
      asked.await();
      server.finish(config.stopWait());
      return new JobOutcome(ExitCode.STOPPED, "Stopped by a signal.", Map.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new JobOutcome(ExitCode.STOPPED, "Stopped.", Map.of());
    }
  }

  private static String key(Store store, NamedPaths paths, String file) {
    if (file.isEmpty()) {
      return "";
    }
    String key = store.readText(paths.resolve(file)).strip();
    if (key.isEmpty()) {
      throw Failure.usage(
          "Cannot serve, --api_key_file has no key in it: %s (expected one line). Write the key into it."
              .formatted(file));
    }
    return key;
  }

  private static String lastName(String folder) {
    String trimmed = folder.replaceFirst("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  /** Tells the server, and keeps the process until it has ended. */
  private static void stop(CountDownLatch asked, CountDownLatch ended) {
    asked.countDown();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
