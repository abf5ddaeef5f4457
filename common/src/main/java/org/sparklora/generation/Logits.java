package org.sparklora.generation;

/** The logits of one next token, which lie among those of others; may be changed. */
record Logits(float[] all, int from, int size) {
  float of(int id) {
    return all[from + id];
  }

  void set(int id, float logit) {
    all[from + id] = logit;
  }

  void ban(int id) {
    set(id, Float.NEGATIVE_INFINITY);
  }

  /** The first of the likeliest tokens; one that is not a number counts as such. */
  int likeliest() {
    int best = 0;
    for (int id = 1; id < size; id++) {
      if (of(id) > of(best) || Float.isNaN(of(id))) {
        best = id;
      }
    }
    return best;
  }
}
