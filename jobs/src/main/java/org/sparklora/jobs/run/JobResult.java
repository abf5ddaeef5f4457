package org.sparklora.jobs.run;

import org.sparklora.command.JobOutcome;

/** What a job returns, and how that is told. */
public interface JobResult {
  JobOutcome outcome();
}
