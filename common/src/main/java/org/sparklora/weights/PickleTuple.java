package org.sparklora.weights;

import java.util.List;

/** A tuple in a pickle. */
record PickleTuple(List<Object> items) {}
