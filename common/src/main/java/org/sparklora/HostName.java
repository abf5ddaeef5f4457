package org.sparklora;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine calls itself, for messages and file names. */
public final class HostName {
  private HostName() {}

  /** "unknown" where the machine does not know it. */
  public static String current() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
