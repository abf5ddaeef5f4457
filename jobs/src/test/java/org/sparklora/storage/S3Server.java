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
      server.makeBucket(BUCKET);
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
    return settings(endpoint, BUCKET);
  }

  /**
   * A new bucket that is reached through another address. Its own name keeps it apart in caches of
   * file systems, which ask for the name only.
   */
  public StoreServer bucketBehind(URI address, String bucket) {
    makeBucket(bucket);
    StorageSettings settings = settings(address, bucket);
    return new StoreServer() {
      @Override
      public String root() {
        return "s3a://" + bucket;
      }

      @Override
      public StorageSettings settings() {
        return settings;
      }

      @Override
      public void close() {}
    };
  }

  private static StorageSettings settings(URI address, String bucket) {
    String key = "fs.s3a.bucket." + bucket + ".";
    return new StorageSettings(
        Map.of(
            key + "endpoint", address.toString(),
            key + "endpoint.region", "us-east-1",
            key + "path.style.access", "true",
            key + "access.key", "test",
            key + "secret.key", "test"));
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

  private void makeBucket(String bucket) {
    HttpRequest put =
        HttpRequest.newBuilder(endpoint.resolve("/" + bucket))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    int status =
        HttpClient.newHttpClient()
            .sendAsync(put, HttpResponse.BodyHandlers.discarding())
            .join()
            .statusCode();
    if (status != 200) {
      throw new IllegalStateException("moto made no bucket: status " + status);
    }
  }
}
