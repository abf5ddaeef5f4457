package org.sparklora.collective;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A rendezvous for ranks in separate processes: collects one line from each, sends all to all. */
final class RendezvousHub {
  private final ServerSocket server;
  private final int ranks;
  private final int turns;

  private RendezvousHub(ServerSocket server, int ranks, int turns) {
    this.server = server;
    this.ranks = ranks;
    this.turns = turns;
  }

  static RendezvousHub open(int ranks) {
    return forTurns(ranks, 1);
  }

  static RendezvousHub forTurns(int ranks, int turns) {
    try {
      ServerSocket server = new ServerSocket(0, ranks, InetAddress.getLoopbackAddress());
      RendezvousHub hub = new RendezvousHub(server, ranks, turns);
      Thread thread = new Thread(hub::serve, "rendezvous-hub");
      thread.setDaemon(true);
      thread.start();
      return hub;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  private void serve() {
    try (server) {
      for (int turn = 0; turn < turns; turn++) {
        serveTurn();
      }
    } catch (IOException e) {
      throw new IllegalStateException("the rendezvous failed", e);
    }
  }

  private void serveTurn() throws IOException {
    String[] lines = new String[ranks];
    List<Socket> guests = new ArrayList<>();
    while (guests.size() < ranks) {
      Socket guest = server.accept();
      guests.add(guest);
      DataInputStream in = new DataInputStream(guest.getInputStream());
      lines[in.readInt()] = in.readUTF();
    }
    for (Socket guest : guests) {
      sendAll(guest, Arrays.asList(lines));
    }
  }

  private static void sendAll(Socket guest, List<String> lines) throws IOException {
    DataOutputStream out = new DataOutputStream(guest.getOutputStream());
    for (String line : lines) {
      out.writeUTF(line);
    }
    out.flush();
  }
}
