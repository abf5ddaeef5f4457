package org.sparklora.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Where a rank listens, and the line that tells the others so through the rendezvous. */
record PeerAddress(String host, int port) {
  private static final String PROTOCOL = "sparklora-exchange/" + Handshake.VERSION;
  private static final Pattern SPACE = Pattern.compile(" ");

  static String line(ExchangeConfig config, int port) {
    return String.join(
        " ",
        PROTOCOL,
        config.runId(),
        Long.toString(config.generation()),
        config.host(),
        Integer.toString(port));
  }

  /** Every rank's address, in rank order. */
  static List<PeerAddress> read(ExchangeConfig config, RankOf self, List<String> lines) {
    if (lines.size() != self.ranks()) {
      throw new PeerLost(
          "Cannot join the exchange, the number of ranks that met is wrong: %d (expected %d)."
              .formatted(lines.size(), self.ranks()));
    }
    List<PeerAddress> all = new ArrayList<>();
    for (int rank = 0; rank < lines.size(); rank++) {
      all.add(read(config, rank, lines.get(rank)));
    }
    return all;
  }

  private static PeerAddress read(ExchangeConfig config, int rank, String line) {
    List<String> words = List.of(SPACE.split(line, -1));
    List<String> common = List.of(PROTOCOL, config.runId(), Long.toString(config.generation()));
    if (words.size() != 5 || !words.subList(0, 3).equals(common) || !isPort(words.get(4))) {
      throw new PeerLost(
          "Cannot join the exchange, rank %d is not of this generation: '%s' (expected '%s ...')."
              .formatted(rank, line, String.join(" ", common)));
    }
    return new PeerAddress(words.get(3), Integer.parseInt(words.get(4)));
  }

  private static boolean isPort(String word) {
    return word.matches("\\d{1,5}") && Integer.parseInt(word) <= 65_535;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
