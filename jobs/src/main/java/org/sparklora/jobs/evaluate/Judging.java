package org.sparklora.jobs.evaluate;

import java.util.List;
import java.util.Map;
import org.sparklora.evaluate.Judged;

/** What an evaluation compares: all that decides its figures, and the figures. */
interface Judging {
  Map<String, String> madeFrom();

  List<Judged> judged();
}
