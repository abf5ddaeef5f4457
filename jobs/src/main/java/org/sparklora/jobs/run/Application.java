package org.sparklora.jobs.run;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.package$;
import org.apache.spark.sql.SparkSession;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.SizeLimit;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.jobs.spark.EndedApplication;
import org.sparklora.jobs.spark.LongWait;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.screen.Screen;

/** The Spark application of one job: started by name, told of, stopped with how the job ended. */
final class Application {
  private static final Log LOG = Log.of(Application.class);
  private static volatile boolean opened;

  private final SparkSession session;

  private Application(SparkSession session) {
    this.session = session;
  }

  /**
   * Starts it; what Spark or the cluster refuses is no defect of ours.
   *
   * @param defaults settings of this job that apply unless the user chose otherwise
   */
  static Application open(String job, Map<String, String> defaults) {
    SupportedSpark.require(package$.MODULE$.SPARK_VERSION());
    HadoopFiles.require(new Configuration(false));
    SparkSession.Builder builder = SparkSession.builder().appName("sparklora " + job);
    SparkConf given = new SparkConf();
    UsualSettings.missing(given, System.getenv(), defaults).forEach(builder::config);
    builder.config(TaskEdge.SIZE_LIMITS, SizeLimit.factor());
    if (given.get("spark.master", "").matches("local(\\[.*)?")) {
      // Spark would end this process for a task's error; what it means is for us to say.
      builder.config("spark.executor.killOnFatalError.depth", "0");
    }
    try (LongWait wait =
        LongWait.begin("for the cluster to start the application", Screen.ofProcess()::say)) {
      Application application = new Application(builder.getOrCreate());
      opened = true;
      application.tellWhere();
      application.session.sparkContext().setJobDescription("sparklora " + job);
      EndedApplication.watch(application.session.sparkContext());
      application.session.sparkContext().addSparkListener(new TaskProgress(Screen.ofProcess()));
      return application;
    } catch (Exception refused) {
      // Also checked ones, which Scala does not declare.
      throw Failure.cluster(
          "Cannot start the application, Spark or the cluster refuses it: %s (expected it to start). Change the settings or arguments that this names."
              .formatted(Causes.sentences(refused)),
          refused);
    }
  }

  /** Whether one was ever started in this process. */
  static boolean wasOpened() {
    return opened;
  }

  SparkSession session() {
    return session;
  }

  /** Stops it; the manager hears how the job ended, where Spark passes that on. */
  void close(ExitCode code) {
    EndedApplication.forget();
    try {
      session.sparkContext().stop(code.code());
    } catch (RuntimeException e) {
      LOG.warn("Spark did not stop as it should, after the job had ended with {}", code, e);
    }
  }

  private void tellWhere() {
    SparkContext context = session.sparkContext();
    String page = context.uiWebUrl().isEmpty() ? "none" : context.uiWebUrl().get();
    Screen.ofProcess()
        .say(
            "Application %s on %s (%s): page %s, logs %s"
                .formatted(
                    context.applicationId(),
                    context.master(),
                    context.deployMode(),
                    page,
                    logs(context.master(), context.applicationId())));
  }

  private static String logs(String master, String id) {
    if (master.startsWith("yarn")) {
      return "by `yarn logs -applicationId " + id + "`";
    }
    if (master.startsWith("k8s")) {
      return "by `kubectl logs -l spark-app-selector=" + id + " --prefix`";
    }
    return master.startsWith("local") ? "here" : "here, those of executors on the page";
  }
}
