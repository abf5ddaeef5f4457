package org.sparklora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TestSha256 {
  /** FIPS 180-2, appendix B.1. */
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void everyWayToAddGivesTheSameHash() throws IOException {
    byte[] abc = "abc".getBytes(StandardCharsets.UTF_8);
    assertEquals(OF_ABC, Sha256.of(abc).hex());
    assertEquals(OF_ABC, Sha256.of(new ByteArrayInputStream(abc)).hex());
    assertEquals(OF_ABC, new Sha256().add("ab").add(ByteBuffer.wrap(abc, 2, 1)).hex());
  }

  @Test
  void everyWayToWriteGivesTheSameHash() {
    assertEquals(OF_ABC, HexFormat.of().formatHex(new Sha256().add("abc").bytes()));
    assertEquals("sha256:" + OF_ABC, new Sha256().add("abc").fingerprint());
  }

  @Test
  void longStreamsAreHashedToTheirEnd() throws IOException {
    byte[] content = new byte[200_001];
    content[200_000] = 1;
    assertEquals(Sha256.of(content).hex(), Sha256.of(new ByteArrayInputStream(content)).hex());
  }
}
