package org.sparklora.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Python;

/** S3 on loopback: the Python package moto in a process of its own, with one bucket. */
public final class S3Server implements StoreServer {
  private static final String BUCKET = "bucket";
  private static final Pattern ADDRESS = Pattern.compile(".*Running on http://127.0.0.1:(\\d+).*");

  /** Ends when its standard input does, so that it never outlives the test's JVM. */
  private static final String SCRIPT =
      """
      import os, sys, threading
      from moto.server import main
      def end_with_parent():
          sys.stdin.read()
          os._exit(0)
      threading.Thread(target=end_with_parent, daemon=True).start()
      main(["-H", "127.0.0.1", "-p", "0"])
      """;

  private final Process process;
  private final URI endpoint;

  private S3Server(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Skips the calling test when there is no Python environment, and fails it in CI. */
  public static S3Server start() {
    Python python = Python.from("SPARKLORA_PYTHON");
    try {
      Process process = python.command("-u", "-c", SCRIPT).redirectErrorStream(true).start();
      S3Server server = new S3Server(process, endpoint(process));
      server.makeBucket();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  @Override
  public String root() {
    return "s3a://" + BUCKET;
  }

  @Override
  public StorageSettings settings() {
    return settings(endpoint);
  }

  /** The settings that open the bucket behind another address, for example a proxy's. */
  public static StorageSettings settings(URI endpoint) {
    return new StorageSettings(
        Map.of(
            "fs.s3a.endpoint", endpoint.toString(),
            "fs.s3a.endpoint.region", "us-east-1",
            "fs.s3a.path.style.access", "true",
            "fs.s3a.access.key", "test",
            "fs.s3a.secret.key", "test"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Reads what the server prints until it tells its port; the rest is thrown away by a thread. */
  private static URI endpoint(Process process) throws IOException {
    BufferedReader printed = process.inputReader(StandardCharsets.UTF_8);
    List<String> seen = new ArrayList<>();
    for (String line = printed.readLine(); line != null; line = printed.readLine()) {
      Matcher address = ADDRESS.matcher(line);
      if (address.matches()) {
        Thread rest = new Thread(() -> printed.lines().forEach(ignored -> {}), "s3-server-output");
        rest.setDaemon(true);
        rest.start();
        return URI.create("http://127.0.0.1:" + address.group(1));
      }
      seen.add(line);
    }
    throw new IllegalStateException("moto did not start: " + String.join("\n", seen));
  }

  private void makeBucket() throws IOException {
    HttpRequest put =
        HttpRequest.newBuilder(endpoint.resolve("/" + BUCKET))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      int status =
          HttpClient.newHttpClient().send(put, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new IllegalStateException("moto made no bucket: status " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
