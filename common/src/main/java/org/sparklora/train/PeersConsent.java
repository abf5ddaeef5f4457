package org.sparklora.train;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sparklora.checkpoint.Consent;
import org.sparklora.collective.AllReduce;

/**
 * Rank 0 asks all ranks of its attempt before each write or delete; the others answer by being
 * there. A rank 0 that the others have given up gets no answer and so changes nothing.
 *
 * <p>A question takes two rounds. A rank may send its part of a round before the others begin it,
 * so an answer may already be waiting for a rank 0 that was frozen; only the answers of the second
 * round are certain to follow the question.
 */
final class PeersConsent implements Consent {
  private static final String DONE = "done ";
  private static final byte[] NOTHING = {};

  private final AllReduce peers;

  private PeersConsent(AllReduce peers) {
    this.peers = peers;
  }

  /** Work of rank 0 that needs consent. */
  interface Work {
    /** Returns what all ranks should know. */
    String run(Consent consent);
  }

  /** Rank 0 does the work with the others' consent; all return what the work returned. */
  static String during(AllReduce peers, Work work) {
    if (peers.rank() == 0) {
      String note = work.run(new PeersConsent(peers));
      peers.gather(bytes(DONE + note));
      return note;
    }
    while (true) {
      String question = text(peers.gather(NOTHING));
      if (question.startsWith(DONE)) {
        return question.substring(DONE.length());
      }
      peers.gather(NOTHING);
    }
  }

  @Override
  public void ask(String action) {
    peers.gather(bytes(action));
    peers.gather(NOTHING);
  }

  private static byte[] bytes(String message) {
    return message.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(List<byte[]> messages) {
    return new String(messages.get(0), StandardCharsets.UTF_8);
  }
}
