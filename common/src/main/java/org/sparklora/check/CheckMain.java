package org.sparklora.check;

import org.sparklora.command.CommandRun;
import org.sparklora.command.JobOutcome;
import org.sparklora.screen.Screen;

/** Says whether this machine's device can train; the exit code says it to programs. */
public final class CheckMain {
  private CheckMain() {}

  public static void main(String[] arguments) {
    JobOutcome outcome =
        new CommandRun(CheckConfig.options(), System.out, System.err)
            .run(
                arguments,
                CheckConfig::of,
                config -> DeviceCheck.run(config, Screen.ofProcess()::say));
    System.exit(outcome.code().code());
  }
}
