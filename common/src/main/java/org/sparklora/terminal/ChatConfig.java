package org.sparklora.terminal;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.answer.AnswerFlags;
import org.sparklora.answer.AnswerSetup;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;

/**
 * Everything that the flags of a chat say, checked.
 *
 * @param system the system text; empty for none
 * @param historyFile where lines that were typed are kept; empty for nowhere
 */
public record ChatConfig(AnswerSetup setup, String system, String historyFile) {
  /** One asks, so nobody waits. */
  private static final int QUEUE = 1;

  /** The flags with their defaults and help. */
  public static Options options() {
    List<Option> all =
        new ArrayList<>(
            List.of(
                Option.text("system", "System text of the conversation.").defaultsTo(""),
                Option.text("history_file", "File that keeps typed lines for the next chat.")
                    .defaultsTo("")));
    all.addAll(0, AnswerFlags.options());
    return Options.of("chat", "talks with a base and its adapters.", all);
  }

  /** Reads all flags; fails with every problem at once. */
  public static ChatConfig of(Settings flags) {
    return new ChatConfig(
        AnswerFlags.of(flags, QUEUE), flags.text("system"), flags.text("history_file"));
  }
}
