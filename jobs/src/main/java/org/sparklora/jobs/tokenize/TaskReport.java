package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import java.util.TreeMap;
import org.sparklora.corpus.BadReasons;
import org.sparklora.tokenize.Counters;

/** What a successful task tells the driver; {@code quarantineFile} is empty without bad rows. */
record TaskReport(
    Counters counters, String quarantineFile, BadReasons reasons, TreeMap<String, Long> tally)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
