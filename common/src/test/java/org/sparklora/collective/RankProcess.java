package org.sparklora.collective;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sparklora.OwnJvm;

/**
 * One rank in its own JVM: sums {@code floats} floats again and again, says where it is on its
 * standard output, and stops at step {@code pauseAt} until a line comes in.
 */
public final class RankProcess implements AutoCloseable {
  private static final long LIMIT_SECONDS = 150;

  private final Process process;
  private final BufferedReader output;

  private RankProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts one JVM per rank on the test's own class path; they meet at a hub in this process. */
  static List<RankProcess> start(int ranks, Map<String, String> settings) {
    RendezvousHub hub = RendezvousHub.open(ranks);
    List<String> secrets = List.of(ExchangeSecrets.options());
    List<RankProcess> all = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      List<String> options = new ArrayList<>();
      settings.forEach((key, value) -> options.add("-D" + key + "=" + value));
      options.addAll(List.of("-Drank=" + rank, "-Dranks=" + ranks, "-Dhub=" + hub.port()));
      options.addAll(secrets);
      all.add(startProgram(RankProcess.class, options.toArray(String[]::new)));
    }
    return all;
  }

  static RankProcess startProgram(Class<?> program, String... options) {
    List<String> all = new ArrayList<>(List.of("-Xmx256m"));
    all.addAll(List.of(options));
    return new RankProcess(startJava(OwnJvm.of(program, all).command()));
  }

  /** The rest of the first line that begins with the word. */
  String await(String word) {
    try {
      return CompletableFuture.supplyAsync(() -> readUntil(word))
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException("no line '" + word + "' came", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Lets a paused rank go on. */
  void type() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** STOP, CONT, KILL. */
  void signal(String name) {
    try {
      String pid = Long.toString(process.pid());
      new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private String readUntil(String word) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        System.out.println(process.pid() + ": " + line);
        if (line.startsWith(word + " ")) {
          return line.substring(word.length() + 1);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("the process ended without a line '" + word + "'");
  }

  private static Process startJava(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The rank's own program. */
  public static void main(String[] arguments) throws IOException {
    int rank = Integer.getInteger("rank");
    try (AllReduce here = join(rank)) {
      run(here, Floats.direct(Integer.getInteger("floats", 1_000_000)));
      say("done", "all steps");
    } catch (PeerLost e) {
      say("lost", System.currentTimeMillis() + " " + e.getMessage());
    }
  }

  private static AllReduce join(int rank) {
    ExchangeConfig config = ExchangeSecrets.config().encrypted(RunCertificate.none());
    return SocketAllReduce.join(config, rank, Integer.getInteger("ranks"), RankProcess::meet);
  }

  private static void run(AllReduce here, ByteBuffer values) throws IOException {
    for (int step = 1; step <= Integer.getInteger("steps", Integer.MAX_VALUE); step++) {
      here.atStep(step);
      say("step", Integer.toString(step));
      if (here.rank() == 1 && step == Integer.getInteger("pauseAt", 0)) {
        say("pausing", "in step " + step);
        System.in.read();
      }
      here.sum(values);
    }
  }

  static List<String> meet(String mine) {
    try (Socket hub = new Socket(InetAddress.getLoopbackAddress(), Integer.getInteger("hub"))) {
      DataOutputStream out = new DataOutputStream(hub.getOutputStream());
      out.writeInt(Integer.getInteger("rank"));
      out.writeUTF(mine);
      DataInputStream in = new DataInputStream(hub.getInputStream());
      List<String> all =
          new ArrayList<>(Collections.nCopies(Integer.getInteger("ranks"), (String) null));
      for (int rank = 0; rank < all.size(); rank++) {
        all.set(rank, in.readUTF());
      }
      return all;
    } catch (IOException e) {
      throw new IllegalStateException("no rendezvous", e);
    }
  }

  private static void say(String word, String what) {
    System.out.println(word + " " + what);
    System.out.flush();
  }
}
