package org.sparklora.storage;

import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;

/** {@code file:}, {@code hdfs:} and {@code s3a:}; servers are shared by a JVM's tests. */
public final class EachStore implements ArgumentsProvider {
  private static final ExtensionContext.Namespace SERVERS =
      ExtensionContext.Namespace.create(EachStore.class);

  @Override
  public Stream<? extends Arguments> provideArguments(ExtensionContext context) {
    return Stream.of(
            tested(context, "file", key -> LocalFolder.start()),
            tested(context, "hdfs", key -> HdfsServer.start(1)),
            tested(context, "s3a", key -> S3Server.start()))
        .map(Arguments::of);
  }

  private static TestedStore tested(
      ExtensionContext context, String scheme, Function<String, StoreServer> start) {
    ExtensionContext.Store servers = context.getRoot().getStore(SERVERS);
    return new TestedStore(
        scheme, () -> servers.getOrComputeIfAbsent(scheme, start, StoreServer.class));
  }
}
