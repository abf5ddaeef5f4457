package org.sparklora.collective;

import java.io.IOException;
import java.io.Serializable;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The one certificate of a run, made on the driver; all ranks present it and accept nothing else.
 *
 * @param certificate X.509, DER
 * @param privateKey PKCS#8, DER; never logged
 */
public record RunCertificate(byte[] certificate, byte[] privateKey) implements Serializable {
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);
  private static final Duration LIFE = Duration.ofDays(3650);

  /** No certificate: connections are plain. */
  public static RunCertificate none() {
    return new RunCertificate(new byte[0], new byte[0]);
  }

  /** A new key on P-256 and its self-signed certificate. */
  public static RunCertificate create() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = keys.generateKeyPair();
      return new RunCertificate(selfSigned(pair).getEncoded(), pair.getPrivate().getEncoded());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("Cannot make the run's certificate: " + e.getMessage(), e);
    }
  }

  public boolean isNone() {
    return certificate.length == 0;
  }

  @Override
  public String toString() {
    return isNone() ? "RunCertificate[none]" : "RunCertificate[hidden]";
  }

  private static X509CertificateHolder selfSigned(KeyPair pair) throws OperatorCreationException {
    X500Principal name = new X500Principal("CN=sparklora run");
    BigInteger serial = new BigInteger(64, new SecureRandom()).add(BigInteger.ONE);
    Instant now = Instant.now();
    ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
    return new JcaX509v3CertificateBuilder(
            name,
            serial,
            Date.from(now.minus(CLOCK_SKEW)),
            Date.from(now.plus(LIFE)),
            name,
            pair.getPublic())
        .build(signer);
  }
}
