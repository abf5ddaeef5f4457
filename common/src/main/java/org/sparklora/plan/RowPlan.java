package org.sparklora.plan;

import java.io.Serializable;
import java.util.List;

/** Where the rows of a table go, by their dense index. */
public interface RowPlan extends Serializable {
  List<Assignment> assignments(long index);
}
