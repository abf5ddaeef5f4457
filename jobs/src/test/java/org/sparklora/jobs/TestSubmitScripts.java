package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;
import org.sparklora.jobs.SubmitScripts.Said;

/** What the scripts of {@code submit/} give to {@code spark-submit}. */
class TestSubmitScripts {
  @TempDir Path folder;
  private SubmitScripts scripts;
  private String natives;

  @BeforeEach
  void copy() throws Exception {
    scripts = SubmitScripts.in(folder.resolve("checkout"));
    natives = scripts.built("natives/bridge.jar") + "," + scripts.built("natives/torch.jar");
  }

  @Test
  void theNativeJarsTravelWithTheJobsThatCompute() throws Exception {
    for (String job : List.of("train", "evaluate", "predict", "chat", "serve", "export")) {
      Said said = scripts.run(job, "--master", "yarn", "--", "--x", "1");
      assertEquals(natives, said.value("--jars"));
      int jar = said.lines().indexOf(scripts.built("sparklora-application.jar"));
      assertEquals(List.of("--x", "1"), said.lines().subList(jar + 1, jar + 3));
    }
    for (String job : List.of("chat", "serve", "export")) {
      assertEquals(natives, scripts.run(job, "--", "--x", "1").value("--jars"), job);
    }
    assertEquals(List.of(), scripts.run("tokenize", "--", "--x", "1").values("--jars"));
  }

  @Test
  void theCallersJarsAreJoinedInEverySpelling() throws Exception {
    for (String[] spelling :
        new String[][] {
          {"--jars", "a.jar,b.jar"},
          {"--jars=a.jar,b.jar"},
          {"--conf", "spark.jars=a.jar,b.jar"},
          {"-c", "spark.jars=a.jar,b.jar"},
          {"--conf=spark.jars=a.jar,b.jar"},
          {"--jars", "lost.jar", "--conf", "spark.jars=lost.jar", "--jars", "a.jar,b.jar"}
        }) {
      Said said = scripts.run("train", arguments(spelling));
      assertEquals("a.jar,b.jar," + natives, said.value("--jars"), String.join(" ", spelling));
    }
    assertEquals("a.jar", scripts.run("tokenize", "--jars", "a.jar", "--").value("--jars"));
  }

  @Test
  void theClustersOwnJarsAreJoined() throws Exception {
    for (String line :
        List.of("spark.jars site.jar", "spark.jars = site.jar ", "spark.jars=site.jar")) {
      scripts.site("spark.jars.packages g:a:1\n" + line);
      assertEquals("site.jar," + natives, scripts.run("train", "--").value("--jars"), line);
    }
    Path file = Files.writeString(folder.resolve("my.conf"), "spark.jars mine.jar\n");
    Said said = scripts.run("train", "--properties-file", file.toString(), "--");
    assertEquals("mine.jar," + natives, said.value("--jars"));
    assertEquals(file.toString(), said.value("--properties-file"));
  }

  @Test
  void otherArgumentsOfTheCallerStayWhatTheyAreAndComeAfterOurs() throws Exception {
    Said said =
        scripts.run(
            "train",
            "--packages",
            "g:a:1",
            "--conf",
            "spark.dynamicAllocation.enabled=true",
            "--driver-java-options",
            "-Da=b -Dc=d",
            "--verbose",
            "--supervise",
            "--");
    assertEquals("g:a:1", said.value("--packages"));
    assertEquals("-Da=b -Dc=d", said.value("--driver-java-options"));
    assertTrue(said.lines().containsAll(List.of("--verbose", "--supervise")));
    List<String> settings = said.values("--conf");
    assertEquals("spark.dynamicAllocation.enabled=true", settings.get(settings.size() - 1));
    assertTrue(settings.contains("spark.dynamicAllocation.enabled=false"));
  }

  @Test
  void jarsMayLieElsewhere() throws Exception {
    for (String place : List.of("hdfs:///apps/sparklora", "s3a://b/x/", "local:///opt/sparklora")) {
      scripts.with("SPARKLORA_JARS", place);
      String there = place.replaceFirst("/$", "");
      Said said = scripts.run("train", "--", "--x");
      assertEquals(there + "/bridge.jar," + there + "/torch.jar", said.value("--jars"));
      assertTrue(said.lines().contains(there + "/sparklora-application.jar"));
    }
  }

  @Test
  void nativesInAFolderOfEveryHostDoNotTravel() throws Exception {
    Said said = scripts.with("SPARKLORA_NATIVES", "/opt/n").run("predict", "--");
    assertEquals(List.of(), said.values("--jars"));
    for (String of :
        List.of("spark.executorEnv", "spark.yarn.appMasterEnv", "spark.kubernetes.driverEnv")) {
      assertTrue(said.values("--conf").contains(of + ".SPARKLORA_NATIVES=/opt/n"), of);
    }
  }

  @Test
  void aDriverOfAStandaloneClusterIsGivenWhatSparkOpensElsewhere() throws Exception {
    String opened = Files.readString(Python.root().resolve("conf/java-modules")).replace('\n', ' ');
    assertEquals(
        new TreeSet<>(List.of(JavaModuleOptions.defaultModuleOptions().trim().split(" "))),
        new TreeSet<>(List.of(opened.trim().split(" "))));
    String[] cluster = {"--master", "spark://h:1", "--deploy-mode", "cluster"};
    assertEquals(opened, scripts.run("train", arguments(cluster)).value("--driver-java-options"));
    scripts.site("spark.driver.extraJavaOptions -Dsite=1");
    assertEquals(
        opened + "-Dsite=1",
        scripts.run("train", arguments(cluster)).value("--driver-java-options"));
    Said client = scripts.run("train", "--master", "spark://h:1", "--");
    assertEquals(List.of(), client.values("--driver-java-options"));
  }

  @Test
  void ourLogIsForThisMachineAndTheCallersOptionsWin() throws Exception {
    Said said = scripts.with("SPARK_SUBMIT_OPTS", "-Dmine=1").run("train", "--");
    String opts = said.lines().get(said.lines().size() - 1);
    assertTrue(
        opts.matches("opts -Dlog4j2.configurationFile=file:\\S+/conf/log4j2.properties .*-Dmine=1"),
        opts);
    assertTrue(said.values("--conf").stream().noneMatch(s -> s.contains("JavaOptions")));
  }

  @Test
  void anArchiveOfSparksClassesIsUsedWhereThereIsOne() throws Exception {
    assertTrue(
        scripts.run("train", "--").lines().stream().noneMatch(l -> l.contains("SharedArchive")));
    ProcessBuilder sum = new ProcessBuilder("cksum");
    sum.redirectInput(
        Files.writeString(folder.resolve("home"), folder.resolve("checkout/spark").toString())
            .toFile());
    String number = sum.start().inputReader().readLine().split(" ", 2)[0];
    Path archive = folder.resolve("checkout/jobs/target/classes-of-" + number + ".jsa");
    Files.createFile(archive);
    Said said = scripts.run("train", "--");
    String opts = said.lines().get(said.lines().size() - 1);
    assertTrue(opts.startsWith("opts -XX:SharedArchiveFile=" + archive + " -Xlog:cds=off "), opts);
    for (String watching :
        List.of("-javaagent:/a.jar", "-agentlib:jdwp=x", "-XX:StartFlightRecording=filename=x")) {
      said = scripts.run("train", "--driver-java-options", watching, "--");
      assertTrue(said.lines().stream().noneMatch(l -> l.contains("SharedArchive")), watching);
    }
    scripts.with("SPARK_SUBMIT_OPTS", "-XX:ArchiveClassesAtExit=x");
    assertTrue(
        scripts.run("train", "--").lines().stream().noneMatch(l -> l.contains("SharedArchive")));
  }

  @Test
  void aHadoopFolderThatIsNoneIsTheClustersMatter() throws Exception {
    scripts.with("HADOOP_CONF_DIR", folder.resolve("none").toString());
    Said said = scripts.run("train", "--master", "yarn", "--");
    assertEquals(4, said.code());
    assertEquals(
        List.of(
            "Cannot start the job, HADOOP_CONF_DIR is no folder: %s (expected the one of core-site.xml and yarn-site.xml). Correct it."
                .formatted(folder.resolve("none"))),
        said.lines());
    assertEquals(0, scripts.run("train", "--master", "local[2]", "--").code());
  }

  @Test
  void aHadoopFileThatIsCutShortIsNamed() throws Exception {
    scripts.with("HADOOP_CONF_DIR", folder.toString());
    Path file = Files.writeString(folder.resolve("core-site.xml"), "<configuration><property>");
    Said said = scripts.run("tokenize", "--");
    assertEquals(4, said.code());
    assertEquals(
        List.of(
            "Cannot start the job, a file of HADOOP_CONF_DIR is cut short: %s (expected </configuration> at its end). Correct it."
                .formatted(file)),
        said.lines());
    Files.writeString(file, "<configuration>\n</configuration>\n");
    assertEquals(0, scripts.run("tokenize", "--").code());
  }

  @Test
  void anOldJavaIsNamedWhereTheDriverRunsHere() throws Exception {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    assertTrue(Files.writeString(java, "#!/bin/sh\n").toFile().setExecutable(true));
    scripts.with("JAVA_HOME", folder.resolve("jdk").toString());
    for (String version : List.of("1.8.0_402", "11.0.2", "16")) {
      Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
      Said said = scripts.run("tokenize", "--master", "local[1]", "--");
      assertEquals(4, said.code());
      assertEquals(
          List.of(
              "Cannot start the job, this Java is too old: %s of %s (expected 17 or later). Set JAVA_HOME; for executors spark.executorEnv.JAVA_HOME."
                  .formatted(version, java)),
          said.lines());
      assertEquals(0, scripts.run("tokenize", "--deploy-mode", "cluster", "--").code());
    }
    for (String version : List.of("17.0.11", "17", "21.0.3", "25-ea")) {
      Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
      assertEquals(0, scripts.run("tokenize", "--").code(), version);
    }
  }

  private static String[] arguments(String... before) {
    String[] arguments = java.util.Arrays.copyOf(before, before.length + 1);
    arguments[before.length] = "--";
    return arguments;
  }
}
