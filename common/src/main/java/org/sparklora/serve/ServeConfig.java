package org.sparklora.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.answer.AnswerFlags;
import org.sparklora.answer.AnswerSetup;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;

/**
 * Everything that the flags of a server say, checked.
 *
 * @param apiKeyFile holds the key that clients have to give; empty for none
 * @param hosts further names that requests may ask for
 * @param maxBody most bytes of a request
 * @param stopWait how long answers may go on once the server is told to stop
 */
public record ServeConfig(
    AnswerSetup setup,
    String host,
    int port,
    String apiKeyFile,
    List<String> hosts,
    int maxBody,
    Duration stopWait) {
  private static final int MOST_PORTS = 65_535;

  public ServeConfig {
    hosts = List.copyOf(hosts);
    Problems.of("serve")
        .notBlank("host", host)
        .within(port >= 0 && port <= MOST_PORTS, "port", port, "0 to 65535", "0 takes a free one")
        .positive("max_body", maxBody, "The default is 4194304")
        .failIfAny();
  }

  /** The flags with their defaults and help. */
  public static Options options() {
    List<Option> all = new ArrayList<>(AnswerFlags.options());
    all.addAll(
        List.of(
            Option.text("host", "Address to listen at; 0.0.0.0 for all of this machine.")
                .defaultsTo("127.0.0.1"),
            Option.whole("port", "Port to listen at; 0 for a free one.").defaultsTo("8000"),
            Option.text("api_key_file", "File with the key that clients have to give.")
                .defaultsTo(""),
            Option.texts("allow_host", "A name that requests may ask this server by."),
            Option.whole("queue_limit", "Most questions that wait; more are refused with 429.")
                .defaultsTo("64"),
            Option.whole("max_body", "Most bytes of a request; more are refused with 413.")
                .defaultsTo("4194304"),
            Option.duration("stop_wait", "How long running answers may go on after SIGTERM.")
                .defaultsTo("60s")));
    return Options.of("serve", "answers over HTTP in OpenAI's words, with a page.", all);
  }

  /** Reads all flags; fails with every problem at once. */
  public static ServeConfig of(Settings flags) {
    Problems problems = Problems.of("serve");
    int queue = flags.whole("queue_limit");
    problems.notNegative("queue_limit", queue, "0 lets nobody wait");
    AnswerSetup setup = problems.in(() -> AnswerFlags.of(flags, Math.max(0, queue)));
    ServeConfig config =
        problems.in(
            () ->
                new ServeConfig(
                    setup,
                    flags.text("host"),
                    flags.whole("port"),
                    flags.text("api_key_file"),
                    flags.texts("allow_host"),
                    flags.whole("max_body"),
                    flags.duration("stop_wait")));
    problems.failIfAny();
    return config;
  }
}
